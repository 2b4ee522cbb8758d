# shellcheck shell=sh disable=SC2154 # after paths.sh
# Deletes the devices at the LUN's number that lead to WWID or to no LUN any more, by H:C:T:L. All are asked first: one
# that is another LUN, that gives no answer, or that somebody uses, and none is deleted.
need_lun_arguments "$@"

need_unused() {
  sysfs=$root/sys/bus/scsi/devices/$1/block/$2
  for holder in "$sysfs"/holders/* "$sysfs"/"$2"*/holders/*; do
    [ -e "$holder" ] || continue
    name=$(value "$root/sys/block/${holder##*/}/dm/name")
    fail "$1 $2 is held by ${name:-${holder##*/}}: flush the map first"
  done
  grep -q "^/dev/$2[0-9]* " "$root/proc/mounts" "$root/proc/swaps" 2>/dev/null && fail "$1 $2 is mounted or used as swap"
  return 0
}

need_removable() {
  case $4 in
    ok) [ "$5" = "$wwid" ] || fail "$1 $2 is another LUN: $5, not $wwid" ;;
    gone) ;;
    *) fail "$1 $2 does not say which LUN it is ($5)" ;;
  esac
  [ "$2" = - ] || need_unused "$1" "$2"
}

wait_until_gone() {
  tick
  end=$((clock + 30))
  while [ -e "$root/sys/bus/scsi/devices/$1" ]; do
    tick
    [ "$clock" -le $end ] || fail "$1 is still there 30 s after it was deleted"
    sleep 0.2
  done
}

# shellcheck disable=SC2046 # a list of H:C:T:L
found=$(identities $(devices_at_lun))
printf '%s\n' "$found" | while IFS="$tab" read -r hctl sd sg kind text bytes; do
  [ -z "$hctl" ] || need_removable "$hctl" "$sd" "$sg" "$kind" "$text" "$bytes"
done || exit 1
printf '%s\n' "$found" | while IFS="$tab" read -r hctl sd sg kind text bytes; do
  [ -n "$hctl" ] || continue
  line "$hctl" "$sd" "$sg" "$kind" "$text" "$bytes"
  printf '1\n' >"$root/sys/bus/scsi/devices/$hctl/delete" || fail "$hctl $sd can not be deleted"
  wait_until_gone "$hctl"
done || exit 1
for look in 1 2; do
  left=$(devices_at_lun)
  [ -z "$left" ] || fail "at LUN $lun there is again: $left (look $look)"
  [ $look = 2 ] || sleep 1
done
printf 'nothing at LUN %s any more, looked twice\n' "$lun"
