# shellcheck shell=sh
# What the acts on a domain share: libvirt by virsh, each call with a deadline, and a domain named by its uuid only.
# Their arguments begin with UUID NAME.
export LC_ALL=C
lf='
'

fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

# Seconds since boot, into $clock: no process, and no jump when somebody sets the time.
tick() {
  read -r clock _ </proc/uptime
  clock=${clock%.*}
}

need_domain_arguments() {
  case ${1-} in
    ????????-????-????-????-????????????) case $1 in *[!0-9a-f-]*) fail "not a uuid: $1" ;; esac ;;
    *) fail "not a uuid: ${1-nothing}" ;;
  esac
  case ${2-} in '' | -* | *[!A-Za-z0-9_.-]*) fail "not a domain's name: ${2-nothing}" ;; esac
  uuid=$1 name=$2
}

# libvirt of this blade: seconds, then virsh's words
libvirt() {
  limit=$1
  shift
  timeout -k 5 "$limit" virsh -q -c qemu:///system "$@" </dev/null
}

# virsh's reason: the last error it names, or its last line
reason() {
  words=$(printf '%s\n' "$1" | sed -n 's/^error: *//p' | tail -n 1)
  [ -n "$words" ] || words=$(printf '%s\n' "$1" | sed '/^ *$/d' | tail -n 1)
  printf %s "$words"
}

# running, paused, shut off …, with --reason as paused (user); `absent` where libvirt says there is none; fails where libvirt gives no answer
state() {
  if answer=$(libvirt 30 domstate "$@" "$uuid" 2>&1); then
    printf '%s\n' "${answer%%"$lf"*}"
  else
    case $answer in
      *[Dd]omain\ not\ found* | *failed\ to\ get\ domain* | *no\ domain\ with\ matching*) echo absent ;;
      *) fail "libvirt gives no answer about $name: $(reason "$answer")" ;;
    esac
  fi
}

# one line of dominfo, such as Persistent
info() { libvirt 30 dominfo "$uuid" 2>/dev/null | sed -n "s/^$1: *//p"; }
