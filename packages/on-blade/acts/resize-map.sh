# shellcheck shell=sh disable=SC2154 # after paths.sh
# BYTES, then as the others: lets the map of the LUN grow to what its paths have. All of them must have it; what counts is
# the map's size afterwards, for multipathd's answer may be `timeout` or `ok` before it is done (facts: san.md C0).
bytes=${1-}
case $bytes in '' | *[!0-9]*) fail "not a number of bytes: $bytes" ;; esac
shift
need_lun_arguments "$@"

map=$(map_of "$wwid")
[ -n "$map" ] || fail "there is no map of $wwid"
name=$(value "$root/sys/block/$map/dm/name")
[ "$name" = "$volume" ] || fail "the map of $wwid is called $name, not $volume"
size_of() {
  sectors=$(value "$root/sys/block/$1/size")
  printf %s $((${sectors:-0} * 512))
}
for entry in "$root/sys/block/$map/slaves"/*; do
  disk=${entry##*/}
  [ "$(size_of "$disk")" = "$bytes" ] || fail "$disk has $(size_of "$disk") bytes, not $bytes: rescan every path first"
done
[ "$(size_of "$map")" -le "$bytes" ] || fail "$name has $(size_of "$map") bytes already: a map is never made smaller"

tick
end=$((clock + 45)) said=
while [ "$(size_of "$map")" != "$bytes" ]; do
  tick
  [ "$clock" -le $end ] || fail "$name still has $(size_of "$map") bytes, not $bytes; multipathd says: $said"
  said=$(timeout -k 2 15 multipathd -k"resize map $name" </dev/null 2>&1 | head -n 1)
  [ "$(size_of "$map")" = "$bytes" ] || sleep 1
done
printf 'map %s (%s) has ' "$name" "$map"
size "$bytes"
printf ' on every path\n'
