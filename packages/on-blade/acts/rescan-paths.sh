# shellcheck shell=sh disable=SC2154 # after paths.sh
# BYTES, then as the others: lets the kernel read anew how large each path is, after the array has let the LUNs grow to BYTES.
# Each path's own word comes first, by a fresh READ CAPACITY: one that is another LUN, does not answer or has not grown, and
# nothing is rescanned (facts: san.md C2; a path of the old size would poison the map later).
bytes=${1-}
case $bytes in '' | *[!0-9]*) fail "not a number of bytes: $bytes" ;; esac
shift
need_luns_arguments "$@"

# the first thing that is wrong with the paths into $why
judge() {
  take_lun_of "$1"
  eval "path_$lun=$1"
  [ -z "$why" ] || return 0
  if [ "$4" != ok ]; then
    why="$1 $2 does not say which LUN it is ($5)"
  elif [ "$5" != "$wwid" ]; then
    why="$1 $2 is another LUN: $5, not $wwid"
  elif [ "$6" != "$bytes" ]; then
    why="$1 $2 says $6 bytes, not $bytes"
  fi
}
no_path_yet() { eval "path_$lun="; }
need_path() { [ -n "$why" ] || eval "[ -n \"\$path_$lun\" ]" || why="no device at LUN $lun"; }

tick
end=$((clock + 20))
while :; do
  # shellcheck disable=SC2046 # a list of H:C:T:L
  found=$(identities $(for_each_lun devices_at_lun)) || exit 1
  why=
  for_each_lun no_path_yet
  for_each_line judge "$found"
  for_each_lun need_path
  [ -n "$why" ] || break
  tick
  [ "$clock" -le $end ] || fail "$why"
  sleep 1
done

# what the kernel has for the disk $2 of the device $1, into $known
see_known() {
  word_of "$root/sys/bus/scsi/devices/$1/block/$2/size"
  known=$((${word:-0} * 512))
}
rescan() {
  see_known "$1" "$2"
  [ "$known" = "$bytes" ] || printf '1\n' >"$root/sys/bus/scsi/devices/$1/rescan" || fail "$1 $2 can not be rescanned"
}
await() {
  see_known "$1" "$2"
  until [ "$known" = "$bytes" ]; do
    tick
    if [ "$clock" -gt $end ]; then
      [ -n "$why" ] || why="the kernel still has $known bytes for $1 $2, not $bytes"
      return
    fi
    sleep 0.2
    see_known "$1" "$2"
  done
  line "$@"
}
for_each_line rescan "$found"
tick
end=$((clock + 10))
for_each_line await "$found"
[ -z "$why" ] || fail "$why"
