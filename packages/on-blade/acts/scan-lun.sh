# shellcheck shell=sh disable=SC2154 # after paths.sh
# Makes the kernel look for LUNs behind the array's ports, on FC hosts only (a wildcard on a RAID controller froze a node,
# facts: san.md C5), one scan of a host after the other, and proves that each path that came is its LUN's. Idempotent: what
# is there already is not scanned for.
need_luns_arguments "$@"

# `host channel target port` of each port of ours that is Online; target -1: the kernel has not numbered it.
nexuses() {
  for entry in "$root"/sys/class/fc_remote_ports/rport-*; do
    [ -d "$entry" ] || continue
    port_in "$entry/port_name"
    is_ours "$port" || continue
    word_of "$entry/port_state"
    [ "$word" = Online ] || continue
    place=${entry##*/rport-}
    channel=${place#*:}
    [ -d "$root/sys/class/fc_host/host${place%%:*}" ] || continue
    word_of "$entry/scsi_target_id"
    printf '%s %s %s %s\n' "${place%%:*}" "${channel%-*}" "${word:--1}" "$port"
  done
}

ask() { printf '%s\n' "$2" >"$root/sys/class/scsi_host/host$1/scan" || fail "host$1 can not be scanned for $2"; }

# for what is missing, and on a port without a number for all that it has
scan() {
  while read -r host channel target number _; do
    [ -z "$host" ] || ask "$host" "$channel $target $number"
  done <<MISSING
$missing
MISSING
  while read -r host _ target _; do
    [ "$target" != -1 ] || ask "$host" '- - -'
  done <<NEXUSES
$nexuses
NEXUSES
}

# whether the device of $host, $channel and $target at the LUN's number has its disk
is_there() {
  for number in "$lun" "$((lun + 16384))"; do
    for entry in "$root/sys/bus/scsi/devices/$host:$channel:$target:$number/block"/*; do [ ! -e "$entry" ] || return 0; done
  done
  return 1
}

absent() { is_there || printf '%s %s %s %s %s\n' "$host" "$channel" "$target" "$lun" "$port"; }

# `host channel target lun port` of each path that did not come yet; ports without a number are not waited for
missing() {
  while read -r host channel target port; do
    [ "$target" = -1 ] || for_each_lun absent
  done <<NEXUSES
$nexuses
NEXUSES
}

nexuses=$(nexuses)
[ -n "$nexuses" ] || fail "no FC host sees one of the target ports online:$ports"
missing=$(missing)
scan
tick
end=$((clock + 20)) again=$((clock + 2))
while missing=$(missing) && [ -n "$missing" ]; do
  tick
  [ "$clock" -le $end ] || fail "did not come within 20 s: $(printf '%s\n' "$missing" | sort -n -k 4,4 | while read -r host _ _ number port; do
    printf 'LUN %s through host%s %s, ' "$number" "$host" "$port"
  done | sed 's/, $//')"
  sleep 0.2
  # an array may show a LUN a moment after it said so; once in 2 s is no storm
  if [ "$clock" -ge $again ]; then
    again=$((clock + 2))
    scan
  fi
done
# shellcheck disable=SC2046 # a list of H:C:T:L
found=$(identities $(for_each_lun devices_at_lun)) || exit 1
for_each_line line "$found"
proved() {
  take_lun_of "$1"
  [ "$4" = ok ] || fail "$1 $2 does not say which LUN it is ($5)"
  [ "$5" = "$wwid" ] || fail "$1 $2 is another LUN: $5, not $wwid"
}
for_each_line proved "$found"
alike() {
  take_lun_of "$1"
  eval "its=\${bytes_$lun-} bytes_$lun=\$6"
  [ -z "$its" ] || [ "$its" = "$6" ] || fail "the paths of LUN $lun do not agree on the size"
}
for_each_line alike "$found"
come() { eval "[ -n \"\${bytes_$lun-}\" ]" || fail "no device at LUN $lun"; }
for_each_lun come
