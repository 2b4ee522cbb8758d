# shellcheck shell=sh disable=SC2154 # after paths.sh
# Deletes the devices at each LUN's number that lead to its WWID or to no LUN any more, by H:C:T:L. All are asked first: one
# that gives no answer, that somebody uses, or that became another LUN under the kernel's hands, and none is deleted. What
# the kernel too knows as another LUN is somebody else's, and stays.
need_luns_arguments "$@"
newline='
'

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

# by what it answers, and by what the kernel knew it for when it came: one that was ours leads elsewhere now, and is stale
is_strange() {
  [ "$2" = ok ] && [ "$3" != "$wwid" ] || return 1
  known=$(value "$root/sys/bus/scsi/devices/$1/wwid")
  [ "${known#*.}" != "${wwid#?}" ]
}

not_strange() {
  while read -r place; do
    case $newline$strangers$newline in *"$newline$place$newline"*) ;; *) printf '%s\n' "$place" ;; esac
  done
}

# shellcheck disable=SC2046 # a list of H:C:T:L
all=$(identities $(for_each_lun devices_at_lun)) || exit 1
strangers=$(printf '%s\n' "$all" | while IFS="$tab" read -r hctl sd sg kind text bytes; do
  [ -z "$hctl" ] || { take_lun_of "$hctl" && ! is_strange "$hctl" "$kind" "$text"; } || printf '%s\n' "$hctl"
done)
printf '%s\n' "$strangers" | while read -r hctl; do
  [ -z "$hctl" ] || printf '%s is another LUN and stays\n' "$hctl"
done
found=$(printf '%s\n' "$all" | while IFS= read -r one; do
  [ -z "$(printf '%s\n' "${one%%"$tab"*}" | not_strange)" ] || printf '%s\n' "$one"
done)
printf '%s\n' "$found" | while IFS="$tab" read -r hctl sd sg kind text bytes; do
  [ -z "$hctl" ] || { take_lun_of "$hctl" && need_removable "$hctl" "$sd" "$sg" "$kind" "$text" "$bytes"; }
done || exit 1
printf '%s\n' "$found" | while IFS="$tab" read -r hctl sd sg kind text bytes; do
  [ -n "$hctl" ] || continue
  line "$hctl" "$sd" "$sg" "$kind" "$text" "$bytes"
  printf '1\n' >"$root/sys/bus/scsi/devices/$hctl/delete" || fail "$hctl $sd can not be deleted"
  wait_until_gone "$hctl"
done || exit 1
left() { devices_at_lun | not_strange | sed "s/^/at LUN $lun there is again: /"; }
for look in 1 2; do
  left=$(for_each_lun left)
  [ -z "$left" ] || fail "$left (look $look)"
  [ $look = 2 ] || sleep 1
done
told() { printf 'nothing of it at LUN %s any more, looked twice\n' "$lun"; }
for_each_lun told
