# shellcheck shell=sh disable=SC2154 # after paths.sh
# Deletes the devices at each LUN's number that lead to its WWID or to no LUN any more, by H:C:T:L. All are asked first: one
# that gives no answer, that somebody uses, or that became another LUN under the kernel's hands, and none is deleted. What
# the kernel too knows as another LUN is somebody else's, and stays.
need_luns_arguments "$@"

used=' '
for file in mounts swaps; do
  while read -r device _; do used="$used$device "; done 2>/dev/null <"$root/proc/$file"
done

need_unused() {
  sysfs=$root/sys/bus/scsi/devices/$1/block/$2
  for holder in "$sysfs"/holders/* "$sysfs"/"$2"*/holders/*; do
    [ -e "$holder" ] || continue
    word_of "$root/sys/block/${holder##*/}/dm/name"
    fail "$1 $2 is held by ${word:-${holder##*/}}: flush the map first"
  done
  case $used in *" /dev/$2 "* | *" /dev/$2"[0-9]*) fail "$1 $2 is mounted or used as swap" ;; esac
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
  word_of "$root/sys/bus/scsi/devices/$1/wwid"
  [ "${word#*.}" != "${wwid#?}" ]
}

strangers=' ' ours=
sort_out() {
  take_lun_of "$1"
  if is_strange "$1" "$4" "$5"; then
    strangers="$strangers$1 "
    printf '%s is another LUN and stays\n' "$1"
  else
    ours="$ours $1"
  fi
}
is_ours_here() { case $strangers in *" $1 "*) return 1 ;; esac; }

judge() {
  is_ours_here "$1" || return 0
  take_lun_of "$1"
  need_removable "$@"
}
delete() {
  is_ours_here "$1" || return 0
  line "$@"
  printf '1\n' >"$root/sys/bus/scsi/devices/$1/delete" || fail "$1 $2 can not be deleted"
}

# shellcheck disable=SC2046 # a list of H:C:T:L
found=$(identities $(for_each_lun devices_at_lun)) || exit 1
for_each_line sort_out "$found"
for_each_line judge "$found"
for_each_line delete "$found"
# shellcheck disable=SC2086 # a list of H:C:T:L
wait_until_gone $ours
for look in 1 2; do
  left=
  for hctl in $(for_each_lun devices_at_lun); do
    take_lun_of "$hctl"
    ! is_ours_here "$hctl" || left="$left${left:+$lf}at LUN $lun there is again: $hctl"
  done
  [ -z "$left" ] || fail "$left (look $look)"
  [ $look = 2 ] || sleep 1
done
told() { printf 'nothing of it at LUN %s any more, looked twice\n' "$lun"; }
for_each_lun told
