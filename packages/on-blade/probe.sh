#!/bin/sh
# What a blade says of itself, in one round trip. Read-only: changes nothing, installs nothing, leaves no file.
# Runs under dash, busybox ash and bash --posix. $1 the reader (python3), $2 its slower stand-in (sh), $3 the version,
# $4 seconds in all; then what is asked: paths=all|none|some lun=N map=NAME reservation=NAME config baseline agent
# domains emulators capabilities machine=VIRTTYPE:ARCH:MACHINE timers initramfs host-disks file=PATH state=UUID fleet=ID
# credentials login=HOST, which logs in at another blade, lan=INTERFACE:TAG:MACHINE-ID..., which sends small broadcasts to the blades that
# are asked at the same time.
# May come in: the kernel's, libvirt's and multipath's word. May not: a question left open; each command has a deadline.
#
# The answer is lines: `[NAME` begins a section, `|` stands before each line of its payload, so that no payload can
# forge a frame, `]NAME ok|refused|timed-out TEXT` ends it. The last line says that nothing was cut off.
export LC_ALL=C
reader=$1 plain=$2 version=$3 seconds=$4
shift 4
root=${ANYBLADE_ROOT-}
tab=$(printf '\t')

section() { printf '[%s\n' "$1"; }
# what comes before may lack the end of its last line
end() { printf '\n]%s %s\n' "$1" "${2:-ok}"; }
payload() { sed 's/^/|/'; }
# the same for a text, without a process: those are what a survey costs on a slow blade
lines() {
  while IFS= read -r one; do printf '|%s\n' "$one"; done <<TEXT
$1
TEXT
}
# whether the question holds a word
is_asked() {
  wanted=$1
  shift
  for word; do [ "$word" = "$wanted" ] && return 0; done
  return 1
}
# how a command ended, as a section's end says it
ending() { case $1 in 0) echo ok ;; 124 | 137 | 143) echo timed-out ;; *) echo "refused exit status $1" ;; esac; }
encoded() { base64 | tr -d '\n'; }

# `read` takes one line, so a value can't be more than one
host() {
  section host
  for pair in hostname=proc/sys/kernel/hostname machine-id=etc/machine-id boot-id=proc/sys/kernel/random/boot_id \
    kernel=proc/sys/kernel/osrelease; do
    value=
    read -r value 2>/dev/null <"$root/${pair#*=}"
    printf '|%s\t%s\n' "${pair%%=*}" "$value"
  done
  while read -r name _ number _; do [ "$name" != Uid: ] || printf '|uid\t%s\n' "$number"; done </proc/self/status
  printf '|processors\t%s\n' "$(getconf _NPROCESSORS_ONLN 2>/dev/null)"
  memory
  huge_pages
  value=
  read -r value 2>/dev/null <"$root/proc/sys/vm/unprivileged_userfaultfd"
  case $value in 0 | 1) printf '|userfaults\t%s\n' "$value" ;; esac
  end host
}

# in KiB; an old kernel has no MemAvailable
memory() {
  [ -r "$root/proc/meminfo" ] || return 0
  while read -r name number _; do
    case $name in MemTotal: | MemAvailable:) printf '|%s\t%s\n' "${name%:}" "$number" ;; esac
    [ "$name" = MemAvailable: ] && break
  done <"$root/proc/meminfo"
}

# the sizes of which some are free; only then it is worth the whole of meminfo which one is the host's usual size
huge_pages() {
  free=
  for entry in "$root"/sys/kernel/mm/hugepages/hugepages-*kB; do
    number=
    read -r number 2>/dev/null <"$entry/free_hugepages"
    case $number in '' | 0) continue ;; esac
    free=${entry##*-}
    printf '|huge\t%s\t%s\n' "${free%kB}" "$number"
  done
  [ -n "$free" ] || return 0
  while read -r name number _; do
    [ "$name" = Hugepagesize: ] && printf '|huge-usual\t%s\n' "$number"
  done <"$root/proc/meminfo"
}

tools() {
  section tools
  multipath=$(timeout 5 multipath -h 2>&1 </dev/null)
  while IFS= read -r one; do
    case $one in 'multipath-tools'*) printf '|multipath\t%s\n' "$one" && break ;; esac
  done <<TEXT
$multipath
TEXT
  [ -n "$python" ] && printf '|python3\t%s\n' "$python"
  end tools
}

# What lies in /dev/mapper and is no device: whatever is written there goes into a file and never to a LUN.
impostors() {
  section impostors
  for entry in "$root"/dev/mapper/* "$root"/dev/mapper/.[!.]* "$root"/dev/mapper/..?*; do
    [ -e "$entry" ] || [ -L "$entry" ] || continue
    [ -b "$entry" ] || [ -c "$entry" ] || printf '|%s\n' "$(printf %s "${entry##*/}" | encoded)"
  done
  end impostors
}

bridges() {
  section bridges
  for entry in "$root"/sys/class/net/*/bridge; do
    [ -d "$entry" ] || continue
    entry=${entry%/bridge}
    # the kernel takes no white space in an interface's name
    printf '|%s\n' "${entry##*/}"
  done
  end bridges
}

# All network interfaces: a bridge of Open vSwitch is none of the kernel's.
links() {
  section links
  for entry in "$root"/sys/class/net/*; do
    [ -d "$entry" ] && printf '|%s\n' "${entry##*/}"
  done
  end links
}

# Processes of QEMU, whoever started them: no line of libvirt's is a proof that there is none.
emulators() {
  section emulators
  for entry in "$root"/proc/[0-9]*; do
    name=
    read -r name 2>/dev/null <"$entry/comm"
    case $name in qemu-system-* | qemu-kvm | kvm) printf '|%s\t%s\n' "${entry##*/}" "$name" ;; esac
  done
  end emulators
}

# The files asked for that are there, each by its number in the question: a name need not come back.
files() {
  section files
  number=0
  for word; do
    case $word in file=*) ;; *) continue ;; esac
    [ -f "$root${word#file=}" ] && printf '|%s\n' "$number"
    number=$((number + 1))
  done
  end files
}

config() {
  section config
  state=ok
  one_file main "$root/etc/multipath.conf"
  for entry in "$root"/etc/multipath/conf.d/*; do one_file drop-in "$entry"; done
  one_file bindings "$root/etc/multipath/bindings"
  end config "$state"
}

one_file() {
  [ -f "$2" ] || return 0
  if bytes=$(encoded <"$2"); then
    printf '|%s\t%s\t%s\n' "$1" "$(printf %s "${2##*/}" | encoded)" "$bytes"
  else
    state="refused $1 file can not be read"
  fi
}

# The kernel's word on each map: who has it open, and which of its paths it has failed.
dm() {
  name=$1
  section "$name"
  shift
  said=$(timeout 5 "$@" 2>&1 </dev/null)
  state=$?
  lines "$said"
  end "$name" "$(ending $state)"
}

python=$(command -v python3 || command -v /usr/libexec/platform-python)
printf 'anyblade-probe 1 %s\n' "$version"
host
tools
impostors
bridges
links
files "$@"
is_asked config "$@" && config
is_asked emulators "$@" && emulators
is_asked baseline "$@" && baseline
is_asked agent "$@" && agent
dm dm-open dmsetup info -c --noheadings --separator "$tab" -o major,minor,open
dm dm-status dmsetup status --target multipath
if [ -z "$python" ] || ! "$python" -I -S -c "$reader" survey "$seconds" "$@"; then
  eval "$plain"
fi
printf 'anyblade-end\n'
