# shellcheck shell=sh disable=SC2154 # after uses.sh
# H:C:T:L WAS IS, for each device: deletes what this host still takes for the LUN WAS while it is IS. The array gave the
# number to another LUN, and the kernel never looks again. All are asked first: one that does not say which LUN it is,
# that is something else than was seen, or whose map somebody uses, and none is deleted. What the kernel knows rightly
# stays, however it is called in the list. multipathd lets go of a path before it is deleted, so that nothing holds it.
[ $# -ge 3 ] && [ $(($# % 3)) -eq 0 ] || fail "too few arguments: H:C:T:L WAS IS..."
stale=
while [ $# -gt 0 ]; do
  case $1 in *[!0-9:]* | :* | *: | *::* | *:*:*:*:*) fail "not a device: $1" ;; *:*:*:*) ;; *) fail "not a device: $1" ;; esac
  for id in "$2" "$3"; do case $id in '' | *[!!-~]*) fail "not a WWID: $id" ;; esac done
  [ "$2" != "$3" ] || fail "$1 is no other LUN than $2"
  stale="$stale$1 $2 $3
"
  shift 3
done

places() {
  while read -r hctl _; do [ -z "$hctl" ] || printf '%s\n' "$hctl"; done <<STALE
$stale
STALE
}

# $was and $is of the device $1
take() {
  while read -r place was is; do [ "$place" != "$1" ] || return 0; done <<STALE
$stale
STALE
}

there() {
  places | while read -r hctl; do
    [ ! -d "$root/sys/bus/scsi/devices/$hctl" ] || printf '%s\n' "$hctl"
  done
}

# the multipath map over the disk $2 of the device $1, as dm-N
map_over() {
  for entry in "$root/sys/bus/scsi/devices/$1/block/$2/holders"/dm-*; do
    [ -e "$entry" ] || continue
    case $(value "$root/sys/block/${entry##*/}/dm/uuid") in mpath-?*) printf %s "${entry##*/}" && return ;; esac
  done
}

# What the host takes the disk $2 of the device $1 for: by the kernel's own note, or else by the map over it. A vendor's own
# text (t10.) can't be compared.
believed() {
  noted=$(value "$root/sys/bus/scsi/devices/$1/wwid")
  case $noted in
    naa.?*) printf '3%s' "${noted#naa.}" && return ;;
    eui.?*) printf '2%s' "${noted#eui.}" && return ;;
  esac
  over=$(map_over "$1" "$2")
  [ -z "$over" ] || value "$root/sys/block/$over/dm/uuid" | sed 's/^mpath-//'
}

# who uses it, by itself or through the map over it
in_use() {
  over=$(map_over "$1" "$2") name= wwid=
  if [ -n "$over" ]; then
    wwid=$(value "$root/sys/block/$over/dm/uuid")
    wwid=${wwid#mpath-}
    name=$(value "$root/sys/block/$over/dm/name")
    uses_of "$root/sys/block/$over" "$over" "$name"
  fi
  uses_of "$root/sys/bus/scsi/devices/$1/block/$2" "$2" -
  # shellcheck disable=SC2086 # the map, where there is one
  openers $over "$2"
  [ -z "$over" ] || [ "$(open_count "$name")" = 0 ] || printf 'it is open %s times\n' "$(open_count "$name")"
}

# udev looks at a disk for a moment now and then; who still has it after three looks uses it
need_unused() {
  for look in 1 2 3; do
    used=$(in_use "$1" "$2") || exit 1
    [ -n "$used" ] || return 0
    [ $look = 3 ] || sleep 1
  done
  over=$(map_over "$1" "$2")
  name=$([ -z "$over" ] || value "$root/sys/block/$over/dm/name")
  fail "$1 $2${name:+ in the map $name} is in use: $(printf '%s\n' "$used" | sort -u | tr '\n' ';' | sed 's/;$//; s/;/; /g')"
}

# Whether it may go: an answer that is not what was seen, and nothing does. $1 H:C:T:L, $2 sdX, $3 its kind, $4 its id
is_stale() {
  [ "$3" = ok ] || fail "$1 $2 does not say which LUN it is ($4)"
  as=$(believed "$1" "$2")
  if [ -z "$as" ] || [ "$as" = "$4" ]; then return 1; fi
  take "$1"
  [ "$4" = "$is" ] || fail "$1 $2 is $4 by now, not $is: look anew"
  [ "$as" = "$was" ] || fail "$1 $2 is known as $as by now, not $was: look anew"
}

let_go() {
  over=$(map_over "$1" "$2")
  [ -n "$over" ] || return 0
  name=$(value "$root/sys/block/$over/dm/name")
  said=$(timeout -k 2 15 multipathd -k"del path $2" 2>&1 </dev/null)
  [ "$said" = ok ] || fail "multipathd does not let go of $2 in the map $name: $(printf '%s\n' "$said" | tail -n 1)"
  tick
  end=$((clock + 20))
  while [ -n "$(map_over "$1" "$2")" ]; do
    tick
    [ "$clock" -le $end ] || fail "$2 is still in the map $name 20 s after multipathd was told to let it go"
    sleep 0.2
  done
  printf '%s was taken out of the map %s\n' "$2" "$name"
}

there | while read -r hctl; do
  [ -d "$root/sys/class/fc_host/host${hctl%%:*}" ] || fail "$hctl did not come through Fibre Channel"
done || exit 1
# shellcheck disable=SC2046 # a list of H:C:T:L
found=$(identities $(there)) || exit 1
printf '%s\n' "$found" | while IFS="$tab" read -r hctl sd _ kind text _; do
  if [ -n "$hctl" ] && is_stale "$hctl" "$sd" "$kind" "$text"; then need_unused "$hctl" "$sd"; fi
done || exit 1
places | while read -r hctl; do
  # asked once more, right before: between the two looks nothing may have changed
  there | grep -qxF "$hctl" || continue
  now=$(identities "$hctl") || exit 1
  printf '%s\n' "$now" | while IFS="$tab" read -r _ sd sg kind text bytes; do
    if ! is_stale "$hctl" "$sd" "$kind" "$text"; then
      printf '%s %s is what it is known for, and stays\n' "$hctl" "$sd"
      continue
    fi
    take "$hctl"
    let_go "$hctl" "$sd"
    [ -z "$(in_use "$hctl" "$sd")" ] || fail "$hctl $sd has come into use"
    printf '1\n' >"$root/sys/bus/scsi/devices/$hctl/delete" || fail "$hctl $sd can not be deleted"
    wait_until_gone "$hctl"
    printf '%s, known as %s\n' "$(line "$hctl" "$sd" "$sg" "$kind" "$text" "$bytes")" "$was"
  done || exit 1
done || exit 1
# what a scan has brought back since is known for what it is, or nothing was gained
for look in 1 2; do
  # shellcheck disable=SC2046 # a list of H:C:T:L
  found=$(identities $(there)) || exit 1
  printf '%s\n' "$found" | while IFS="$tab" read -r hctl sd _ kind text _; do
    [ "$kind" != ok ] || ! is_stale "$hctl" "$sd" "$kind" "$text" || fail "$hctl $sd is there again, known as $(believed "$hctl" "$sd") (look $look)"
  done || exit 1
  [ $look = 2 ] || sleep 1
done
printf 'nothing there is known for another LUN any more, looked twice\n'
