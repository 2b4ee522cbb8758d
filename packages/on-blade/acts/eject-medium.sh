# shellcheck shell=sh disable=SC2154 # after domain.sh and drive.sh
# UUID NAME DRIVE FILE: takes the file out of the drive. A guest that has locked its tray is asked to open it, and given a
# moment; its tray is never forced.
need_drive "$@"
[ -n "$ways" ] || fail "$name is not here"

for way in $ways; do
  has=$(lies_in "$way") || exit 1
  case $has in
    -) continue ;;
    "$medium") ;;
    *) fail "$drive of $name holds $has by now, not $medium" ;;
  esac
  tries=5
  until answer=$(libvirt 60 change-media "$uuid" "$drive" --eject "$way" 2>&1); do
    tries=$((tries - 1))
    [ $tries -gt 0 ] || fail "$name does not give $medium: $(reason "$answer"); eject it in the guest, which has it in use"
    sleep 1
  done
  has=$(lies_in "$way") || exit 1
  [ "$has" = - ] || fail "$drive of $name still holds $has"
done
printf '%s of %s is empty\n' "$drive" "$name"
