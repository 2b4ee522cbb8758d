# shellcheck shell=sh disable=SC2154 # after domain.sh and drive.sh
# UUID NAME DRIVE FILE: puts the file into the drive; one that holds something else by now keeps it.
need_drive "$@"

for way in $ways; do
  has=$(lies_in "$way") || exit 1
  case $has in
    "$medium") continue ;;
    -) ;;
    *) fail "$drive of $name holds $has by now, not $medium" ;;
  esac
  answer=$(libvirt 60 change-media "$uuid" "$drive" "$medium" --insert "$way" 2>&1) ||
    fail "$name does not take $medium: $(reason "$answer")"
  has=$(lies_in "$way") || exit 1
  [ "$has" = "$medium" ] || fail "$drive of $name is still empty"
done
printf '%s of %s holds %s\n' "$drive" "$name" "$medium"
