# shellcheck shell=sh disable=SC2154 # after paths.sh
# BYTES, then as the others: lets the map of each LUN grow to what its paths have. All paths of all of them must have it, or no
# map is touched; what counts is the map's size afterwards, for multipathd's answer may be `timeout` or `ok` before it is done
# (facts: san.md C0).
bytes=${1-}
case $bytes in '' | *[!0-9]*) fail "not a number of bytes: $bytes" ;; esac
shift
need_luns_arguments "$@"

# the map of each LUN, as dm-N, into map_5
for entry in "$root"/sys/block/dm-*; do
  word_of "$entry/dm/uuid"
  case $word in mpath-?*) ! take_wwid "${word#mpath-}" || eval "map_$lun=\${entry##*/}" ;; esac
done

# the size of a device into $its
see_size() {
  word_of "$root/sys/block/$1/size"
  its=$((${word:-0} * 512))
}
more=-5
judge() {
  more=$((more + 5))
  eval "map=\${map_$lun-}"
  [ -n "$map" ] || fail "there is no map of $wwid"
  word_of "$root/sys/block/$map/dm/name"
  [ "$word" = "$volume" ] || fail "the map of $wwid is called $word, not $volume"
  for entry in "$root/sys/block/$map/slaves"/*; do
    see_size "${entry##*/}"
    [ "$its" = "$bytes" ] || fail "${entry##*/} has $its bytes, not $bytes: rescan every path first"
  done
  see_size "$map"
  [ "$its" -le "$bytes" ] || fail "$volume has $its bytes already: a map is never made smaller"
}
for_each_lun judge

# those that have not grown yet into $small, and what the first of them has into $has
see_small() {
  small=
  for_each_lun compare
}
compare() {
  eval "map=\$map_$lun"
  see_size "$map"
  if [ "$its" = "$bytes" ]; then return; fi
  [ -n "$small" ] || has=$its
  small="$small $volume"
}

in_units "$bytes"
tell() {
  eval "map=\$map_$lun"
  see_size "$map"
  [ "$its" != "$bytes" ] || printf 'map %s (%s) has %s on every path\n' "$volume" "$map" "$size"
}

tick
end=$((clock + 45 + more)) said=
see_small
while [ -n "$small" ]; do
  tick
  if [ "$clock" -gt $end ]; then
    for_each_lun tell
    # shellcheck disable=SC2086 # a list of names
    set -- $small
    fail "$1 still has $has bytes, not $bytes; multipathd says: $(printf '%s\n' "$said" | sed -n "s/^$1 //p" | head -n 1)"
  fi
  # shellcheck disable=SC2016,SC2086 # $name is the inner shell's; a list of names
  said=$(in_turn 15 'for name; do printf "%s " "$name"; multipathd -k"resize map $name"; done' $small)
  see_small
  [ -z "$small" ] || sleep 1
done
for_each_lun tell
