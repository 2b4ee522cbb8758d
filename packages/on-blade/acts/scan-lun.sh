# shellcheck shell=sh disable=SC2154 # after paths.sh
# Makes the kernel look for one LUN behind the array's ports, on FC hosts only (a wildcard on a RAID controller froze a
# node, facts: san.md C5), and proves that each path that came is WWID. Idempotent: a scan changes nothing twice.
need_lun_arguments "$@"

# `host channel target port` of each port of ours that is Online; target -1: the kernel has not numbered it.
nexuses() {
  for entry in "$root"/sys/class/fc_remote_ports/rport-*; do
    [ -d "$entry" ] || continue
    port=$(port_name "$entry/port_name")
    is_ours "$port" || continue
    [ "$(value "$entry/port_state")" = Online ] || continue
    place=${entry##*/rport-}
    channel=${place#*:}
    [ -d "$root/sys/class/fc_host/host${place%%:*}" ] || continue
    printf '%s %s %s %s\n' "${place%%:*}" "${channel%-*}" "$(value "$entry/scsi_target_id")" "$port"
  done
}

scan() {
  printf '%s\n' "$nexuses" | while read -r host channel target port; do
    place="$channel $target $lun"
    [ "${target:--1}" != -1 ] || place='- - -'
    printf '%s\n' "$place" >"$root/sys/class/scsi_host/host$host/scan" || fail "host$host can not be scanned for $place"
  done
}

# the device of host $1, channel $2, target $3 at the LUN's number, if it has its disk
device() {
  for number in "$lun" "$((lun + 16384))"; do
    hctl=$1:$2:$3:$number
    [ "$(first "$root/sys/bus/scsi/devices/$hctl/block")" != - ] && printf '%s\n' "$hctl" && return
  done
  return 1
}

# the ports through which nothing came yet; those without a number are not waited for
missing() {
  printf '%s\n' "$nexuses" | while read -r host channel target port; do
    [ "${target:--1}" = -1 ] || device "$host" "$channel" "$target" >/dev/null || printf 'host%s %s\n' "$host" "$port"
  done
}

nexuses=$(nexuses)
[ -n "$nexuses" ] || fail "no FC host sees one of the target ports online:$ports"
scan || exit 1
tick
end=$((clock + 20)) again=$((clock + 2))
while left=$(missing) && [ -n "$left" ]; do
  tick
  [ "$clock" -le $end ] || fail "LUN $lun did not come within 20 s through $(printf '%s\n' "$left" | tr '\n' ',' | sed 's/,$//; s/,/, /g')"
  sleep 0.2
  # an array may show a LUN a moment after it said so; once in 2 s is no storm
  if [ "$clock" -ge $again ]; then
    again=$((clock + 2))
    scan || exit 1
  fi
done
# shellcheck disable=SC2046 # a list of H:C:T:L
found=$(identities $(devices_at_lun))
[ -n "$found" ] || fail "no device at LUN $lun"
printf '%s\n' "$found" | while IFS="$tab" read -r hctl sd sg kind text bytes; do
  line "$hctl" "$sd" "$sg" "$kind" "$text" "$bytes"
done
printf '%s\n' "$found" | while IFS="$tab" read -r hctl sd sg kind text bytes; do
  [ "$kind" = ok ] || fail "$hctl $sd does not say which LUN it is ($text)"
  [ "$text" = "$wwid" ] || fail "$hctl $sd is another LUN: $text, not $wwid"
done || exit 1
[ "$(printf '%s\n' "$found" | cut -f 6 | sort -u | wc -l)" -eq 1 ] || fail "the paths do not agree on the size"
