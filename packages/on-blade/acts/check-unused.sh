# shellcheck shell=sh disable=SC2154 # after uses.sh
# Changes nothing. Fails, and names who it is, when anything on this blade uses the LUN: through its map or through one
# of its paths. A path that is another LUN, or that gives no answer, fails too: nobody knows then whose users those are.
need_lun_arguments "$@"

# its devices: those in the map, and those at its number
# shellcheck disable=SC2046 # a list of H:C:T:L
found=$(identities $(devices_at_lun)) || exit 1
printf '%s\n' "$found" | while IFS="$tab" read -r hctl sd sg kind text bytes; do
  case $kind in
    silent | refused) fail "$hctl $sd does not say which LUN it is ($text)" ;;
    ok) [ "$text" = "$wwid" ] || fail "$hctl $sd is another LUN: $text, not $wwid" ;;
  esac
done || exit 1
map=$(map_of "$wwid")
disks=$(printf '%s\n' "$found" | cut -f 2 | grep -v '^-*$')
for entry in "$root/sys/block/${map:--}/slaves"/*; do
  [ -e "$entry" ] && disks="$disks
${entry##*/}"
done
disks=$(printf '%s\n' "$disks" | sort -u)

in_use() {
  if [ -n "$map" ]; then
    name=$(value "$root/sys/block/$map/dm/name")
    uses_of "$root/sys/block/$map" "$map" "$name"
  fi
  for disk in $disks; do uses_of "$root/sys/block/$disk" "$disk" -; done
  # shellcheck disable=SC2086 # a list of names
  openers $map $disks
  [ -z "$map" ] || [ "$(open_count "$name")" = 0 ] || printf 'it is open %s times\n' "$(open_count "$name")"
}

# udev looks at a disk for a moment now and then; who still has it after three looks uses it
for look in 1 2 3; do
  used=$(in_use) || exit 1
  [ -n "$used" ] || break
  [ $look = 3 ] || sleep 1
done
[ -z "$used" ] || fail "$volume is in use: $(printf '%s\n' "$used" | sort -u | tr '\n' ';' | sed 's/;$//; s/;/; /g')"
printf 'nobody uses %s: no partition, LVM, mount, swap or process\n' "$volume"
