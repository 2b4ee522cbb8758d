# shellcheck shell=sh disable=SC2154 # after uses.sh
# Takes the map of each WWID away, if there is one and nobody holds it; the WWID leaves multipath's list too, so that it
# is not made again at the next path event. Only ever by its own name: `multipath -F` would take everybody's.
need_luns_arguments "$@"

need_free() {
  for holder in "$root/sys/block/$1/holders"/*; do
    [ -e "$holder" ] || continue
    uuid=$(value "$root/sys/block/${holder##*/}/dm/uuid")
    # its own partitions go with it
    case $uuid in part*-mpath-"$wwid") continue ;; esac
    name=$(value "$root/sys/block/${holder##*/}/dm/name")
    fail "$2 is held by ${name:-${holder##*/}}"
  done
  open=$(open_count "$2") || exit 1
  [ "$open" = 0 ] && return
  used=$(openers "$1" | head -n 3 | tr '\n' ';' | sed 's/;$//; s/;/; /g')
  fail "$2 is open: ${used:-nobody who can be named has it}"
}

flush() {
  # a map that queues without a path would make the flush itself wait for ever
  timeout 5 dmsetup status --target multipath "$1" </dev/null 2>/dev/null | grep -q ' [0-9]*:[0-9]* A ' ||
    timeout 10 multipathd -k"disablequeueing map $1" </dev/null >/dev/null 2>&1
  tries=0
  until said=$(timeout -k 2 15 multipath -f "$1" 2>&1 </dev/null) && [ -z "$(map_of "$wwid")" ]; do
    tries=$((tries + 1))
    [ $tries -lt 10 ] || fail "$1 is not gone: $(printf '%s\n' "$said" | tail -n 1)"
    sleep 0.5
  done
}

take_away() {
  map=$(map_of "$wwid")
  if [ -n "$map" ]; then
    name=$(value "$root/sys/block/$map/dm/name")
    need_free "$map" "$name"
    flush "$name"
    printf 'map %s (%s) of %s is flushed\n' "$name" "$map" "$wwid"
  else
    printf 'there is no map of %s\n' "$wwid"
  fi
  if grep -qxF "/$wwid/" "$root/etc/multipath/wwids" 2>/dev/null; then
    said=$(timeout -k 2 15 multipath -w "$wwid" 2>&1 </dev/null)
    ! grep -qxF "/$wwid/" "$root/etc/multipath/wwids" || fail "$wwid stays in multipath's list: $(printf '%s\n' "$said" | tail -n 1)"
  fi
  [ -z "$(map_of "$wwid")" ] || fail "the map of $wwid is back"
}

for_each_lun take_away
