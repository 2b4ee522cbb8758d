# shellcheck shell=sh
# What the acts on a LUN share: which devices sit at its number behind the array's ports, and what each says it is.
# Their arguments are VOLUME LUN WWID PORT..., or PORT... - VOLUME LUN WWID [VOLUME LUN WWID]... for several LUNs of an
# array; a port is 16 hex digits. ANYBLADE_READER holds the reader's text.
# May come in: sysfs and a fresh INQUIRY. May not: udev, multipathd, an id that the kernel remembers.
# What goes through all LUNs or all paths starts no process for one of them: no substitution, no pipe, and no here-document
# either, which costs a dash one where it is longer than a pipe holds.
export LC_ALL=C
root=${ANYBLADE_ROOT-}
tab='	' lf='
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

need_lun_arguments() {
  [ $# -ge 4 ] || fail "too few arguments: VOLUME LUN WWID PORT..."
  case $1 in '' | *[!A-Za-z0-9_.-]*) fail "not a volume: $1" ;; esac
  case $2 in '' | *[!0-9]* | 0* | ??????*) fail "not a LUN from 1 on: $2" ;; esac
  case $3 in '' | *[!!-~]*) fail "not a WWID: $3" ;; esac
  volume=$1 lun=$2 wwid=$3
  shift 3
  ports=" $* "
  for port; do
    case $port in *[!0-9a-f]* | ?????????????????*) fail "not a port: $port" ;; ????????????????) ;; *) fail "not a port: $port" ;; esac
  done
}

# The LUNs into $luns, a line each: `volume lun wwid`, none of which has a blank; and by their numbers into volume_5, wwid_5.
need_luns_arguments() {
  behind=
  while [ $# -gt 0 ] && [ "$1" != - ]; do
    behind="$behind $1"
    shift
  done
  [ -n "$behind" ] && [ $# -ge 4 ] && [ $(($# % 3)) -eq 1 ] || fail "too few arguments: PORT... - VOLUME LUN WWID..."
  shift
  luns=
  while [ $# -gt 0 ]; do
    # shellcheck disable=SC2086 # a list of ports
    need_lun_arguments "$1" "$2" "$3" $behind
    case "$lf$luns" in *" $2 "* | *" $3$lf"*) fail "twice among the LUNs: $2 or $3" ;; esac
    luns="$luns$1 $2 $3$lf"
    eval "volume_$2=\$1 wwid_$2=\$3"
    shift 3
  done
}

# Runs $1 for each LUN in turn, with $volume, $lun and $wwid.
for_each_lun() {
  on_lun=$1
  set -f
  # shellcheck disable=SC2086 # three words a LUN
  set -- $luns
  set +f
  while [ $# -gt 0 ]; do
    volume=$1 lun=$2 wwid=$3
    shift 3
    "$on_lun"
  done
}

# $volume, $lun and $wwid of the LUN at whose number the device $1 sits.
take_lun_of() {
  its=${1##*:}
  [ "$its" -lt 16384 ] || its=$((its - 16384))
  take_lun "$its"
}

# the same of the LUN with the number $1, and of that with the WWID $1, which may be none of ours
take_lun() { eval "lun=$1 volume=\$volume_$1 wwid=\$wwid_$1"; }
take_wwid() {
  case $luns in *" $1$lf"*) ;; *) return 1 ;; esac
  before=${luns%%" $1$lf"*}
  take_lun "${before##* }"
}

# Runs $1 with the fields of each line of $2, which tabs separate, as its arguments.
for_each_line() {
  on_line=$1
  set -f
  IFS=$lf
  for each in $2; do
    set -f
    IFS=$tab
    # shellcheck disable=SC2086 # its fields
    set -- $each
    set +f
    unset IFS
    "$on_line" "$@"
  done
  set +f
  unset IFS
}

# What the text $2 of sh does with the words behind it, a process each: one deadline over all, of $1 seconds for each.
in_turn() {
  limit=$1 program=$2
  shift 2
  timeout -k 2 $((limit * $#)) sh -c "$program" sh "$@" 2>&1 </dev/null
}

# Until udev is done with what it has heard of, or goes on for too long.
settle_udev() { timeout 20 udevadm settle --timeout=15 </dev/null >/dev/null 2>&1; }

# Takes the WWIDs in $1 off multipath's list; told is what it says.
unlist() {
  set -f
  # shellcheck disable=SC2016,SC2086 # $wwid is the inner shell's; a list of WWIDs
  in_turn 15 'for wwid; do multipath -w "$wwid"; done' $1
  set +f
}

# A word of a file into $word, without a process; empty where there is none.
word_of() { word= && read -r word 2>/dev/null <"$1"; }
value() { word_of "$1" && printf %s "$word"; }
# the same of a port's name, bare and in small letters, into $port
port_in() {
  word_of "$1"
  port=${word#0x}
  case $port in *[A-F]*) port=$(printf %s "$port" | tr A-F a-f) ;; esac
}
first() { for entry in "$1"/*; do [ -e "$entry" ] && printf %s "${entry##*/}" && return; done; printf -- -; }
is_ours() { case $ports in *" $1 "*) return 0 ;; *) return 1 ;; esac; }

# The port behind host:channel:target into $port; empty where the kernel does not know.
port_of() {
  port_in "$root/sys/class/fc_transport/target$1/port_name"
  [ -z "$port" ] || return 0
  for rport in "$root/sys/class/fc_remote_ports/rport-${1%:*}"-*; do
    word_of "$rport/scsi_target_id"
    [ "$word" != "${1##*:}" ] || port_in "$rport/port_name"
    [ -z "$port" ] || return 0
  done
}

# Runs $1 with each device at the LUN's number, in its plain and its flat coding, behind our ports or behind a port nobody
# knows.
on_devices_at_lun() {
  for entry in "$root/sys/bus/scsi/devices"/*:*:*:"$lun" "$root/sys/bus/scsi/devices"/*:*:*:"$((lun + 16384))"; do
    hctl=${entry##*/}
    [ -d "$entry" ] || continue
    [ -d "$root/sys/class/fc_host/host${hctl%%:*}" ] || continue
    port_of "${hctl%:*}"
    if [ -z "$port" ] || is_ours "$port"; then "$1" "$hctl"; fi
  done
}
devices_at_lun() { on_devices_at_lun print; }
print() { printf '%s\n' "$1"; }

# A line each: H:C:T:L sdX sgN, then ok WWID BYTES, or gone|silent|refused REASON; separated by tabs. A reader that does not
# come to its end is no empty answer: whoever calls this in a substitution goes no further either.
identities() {
  [ $# -gt 0 ] || return 0
  for python in python3 /usr/libexec/platform-python; do
    command -v "$python" >/dev/null || continue
    # many that are new keep a blade of one slow processor busy: 40 s for two, and more for each path more
    asking=$((36 + 2 * $#))
    timeout -k 2 "$asking" "$python" -I -S -c "$ANYBLADE_READER" inquiry $((asking - 10)) "$@" </dev/null && return
    fail "what $* say of themselves could not be read within $asking s, status $?"
  done
  for hctl; do identity_without_python "$hctl"; done
}

# scsi_id asks the device anew too, but can't tell an absent LUN from a silent one.
identity_without_python() {
  disk=$(first "$root/sys/bus/scsi/devices/$1/block")
  generic=$(first "$root/sys/bus/scsi/devices/$1/scsi_generic")
  for program in /lib/udev/scsi_id /usr/lib/udev/scsi_id; do [ -x "$program" ] && break; done
  id=$(timeout -k 1 5 "$program" --whitelisted --replace-whitespace --device="/dev/$disk" 2>/dev/null </dev/null)
  blocks=$(value "$root/sys/bus/scsi/devices/$1/block/$disk/size")
  case $id in
    ?*) printf '%s\t%s\t%s\tok\t%s\t%s\n' "$1" "$disk" "$generic" "$id" "$((${blocks:-0} * 512))" ;;
    *) absent_or_silent "$1" "$disk" "$generic" ;;
  esac
}

absent_or_silent() {
  case $(timeout -k 1 5 sg_inq "/dev/$2" 2>&1 </dev/null) in
    *[Ll]ogical\ unit\ not\ supported* | *PQual=1* | *PQual=3*) printf '%s\t%s\t%s\tgone\tno LUN answers there\n' "$@" ;;
    *) printf '%s\t%s\t%s\tsilent\tno answer\n' "$@" ;;
  esac
}

# After `delete` of these devices: the kernel may linger while a path has just failed.
wait_until_gone() {
  tick
  end=$((clock + 30))
  for hctl; do
    while [ -e "$root/sys/bus/scsi/devices/$hctl" ]; do
      tick
      [ "$clock" -le $end ] || fail "$hctl is still there 30 s after it was deleted"
      sleep 0.2
    done
  done
}

# One identity as people read it.
line() {
  case $4 in
    ok)
      in_units "$6"
      printf '%s %s %s %s %s\n' "$1" "$2" "$3" "$5" "$size"
      ;;
    *) printf '%s %s %s %s: %s\n' "$1" "$2" "$3" "$4" "$5" ;;
  esac
}

# so many bytes as people read them, into $size
in_units() {
  size="$1 B"
  for unit in KiB:1024 MiB:1048576 GiB:1073741824 TiB:1099511627776; do
    [ "$1" -lt "${unit#*:}" ] || [ $(($1 % ${unit#*:})) -ne 0 ] || size="$(($1 / ${unit#*:})) ${unit%:*}"
  done
}

# The multipath map of a WWID, as dm-N; nothing where there is none.
map_of() {
  for entry in "$root"/sys/block/dm-*; do
    word_of "$entry/dm/uuid"
    [ "$word" = "mpath-$1" ] && printf %s "${entry##*/}" && return
  done
}
