# shellcheck shell=sh disable=SC2154 # after uses.sh
# Takes the map of each WWID away, if there is one and nobody holds it; the WWIDs leave multipath's list too, so that they
# are not made again at the next path event. Where one is held none is flushed. Only ever by its own name: `multipath -F`
# would take everybody's.
need_luns_arguments "$@"

# the map of each LUN as it is, into map_5, and its name into name_5
see_maps() {
  for_each_lun none_yet
  for entry in "$root"/sys/block/dm-*; do
    word_of "$entry/dm/uuid"
    case $word in mpath-?*) take_wwid "${word#mpath-}" || continue ;; *) continue ;; esac
    word_of "$entry/dm/name"
    eval "map_$lun=\${entry##*/} name_$lun=\$word"
  done
}
none_yet() { eval "map_$lun= name_$lun="; }
# those of the LUN into $map and $name. @returns 1 where it has none
take_map() {
  eval "map=\$map_$lun name=\$name_$lun"
  [ -n "$map" ]
}

# as they were, into was_5, for what is told of them
remember() {
  eval "was_$lun="
  take_map || return 0
  eval "was_$lun=\"\$name (\$map)\""
  names="$names $name"
}

# how often each map on this blade is open, into $opens, a line each: `COUNT NAME`
see_opens() {
  counts=$(timeout 5 dmsetup info -c --noheadings --separator "$tab" -o open,name </dev/null) ||
    fail 'dmsetup does not say who has maps open'
  opens=$lf
  for_each_line noted "$counts"
}
noted() { opens="$opens${1##* } ${2-}$lf"; }
is_closed() { case $opens in *"${lf}0 $name$lf"*) ;; *) return 1 ;; esac }

# udev has a map that is new or has changed open for a moment, and nobody could name its worker
wait_for_udev() {
  is_open=
  for_each_lun look_whether_open
  [ -n "$is_open" ] || return 0
  settle_udev
  see_opens
}
look_whether_open() {
  take_map || return 0
  is_closed || is_open=y
}

need_free() {
  take_map || return 0
  for holder in "$root/sys/block/$map/holders"/*; do
    [ -e "$holder" ] || continue
    word_of "$root/sys/block/${holder##*/}/dm/uuid"
    # its own partitions go with it
    case $word in part*-mpath-"$wwid") continue ;; esac
    word_of "$root/sys/block/${holder##*/}/dm/name"
    fail "$name is held by ${word:-${holder##*/}}"
  done
  is_closed && return 0
  case $opens in *" $name$lf"*) ;; *) fail "dmsetup does not say who has $name open" ;; esac
  used=$(openers "$map" | head -n 3 | tr '\n' ';' | sed 's/;$//; s/;/; /g')
  fail "$name is open: ${used:-nobody who can be named has it}"
}

# a map that queues without a path would make the flush itself wait for ever
fail_its_io() {
  take_map || return 0
  case $lf$alive in *"$lf$name: "*) ;; *) timeout 10 multipathd -k"disablequeueing map $name" </dev/null >/dev/null 2>&1 ;; esac
}

tell_gone() {
  take_map && return
  eval "was=\$was_$lun"
  if [ -n "$was" ]; then printf 'map %s of %s is flushed\n' "$was" "$wwid"; else printf 'there is no map of %s\n' "$wwid"; fi
}

# one that did not go at the first time; a map that nobody looked at before is not flushed
insist() {
  eval "was=\$was_$lun"
  [ -n "$was" ] && take_map || return 0
  tries=1
  until said=$(timeout -k 2 15 multipath -f "$name" 2>&1 </dev/null) && [ -z "$(map_of "$wwid")" ]; do
    tries=$((tries + 1))
    [ $tries -lt 10 ] || fail "$name is not gone: $(printf '%s\n' "$said" | tail -n 1)"
    sleep 0.5
  done
  printf 'map %s of %s is flushed\n' "$was" "$wwid"
}

# those of the WWIDs that multipath's list has
listed() {
  [ ! -f "$root/etc/multipath/wwids" ] ||
    printf %s "$luns" | awk 'NR == FNR { ours["/" $3 "/"] = $3; next } $0 in ours { print ours[$0] }' - "$root/etc/multipath/wwids"
}

names=
see_maps
for_each_lun remember
if [ -n "$names" ]; then
  see_opens
  wait_for_udev
  for_each_lun need_free
  alive=$(timeout 5 dmsetup status --target multipath </dev/null 2>/dev/null | grep ' [0-9]*:[0-9]* A ')
  for_each_lun fail_its_io
  set -f
  # shellcheck disable=SC2016,SC2086 # $name is the inner shell's; a list of names
  in_turn 15 'for name; do multipath -f "$name"; done' $names >/dev/null
  set +f
  see_maps
fi
for_each_lun tell_gone
for_each_lun insist
listed=$(listed) || fail "multipath's list of WWIDs can not be read"
if [ -n "$listed" ]; then
  said=$(unlist "$listed")
  listed=$(listed) || fail "multipath's list of WWIDs can not be read"
  [ -z "$listed" ] || fail "${listed%%"$lf"*} stays in multipath's list: $(printf '%s\n' "$said" | tail -n 1)"
fi
see_maps
need_gone() { ! take_map || fail "the map of $wwid is back"; }
for_each_lun need_gone
