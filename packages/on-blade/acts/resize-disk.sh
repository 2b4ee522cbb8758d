# shellcheck shell=sh disable=SC2154 # after domain.sh
# UUID NAME ALIAS BYTES: tells a running guest that its disk has grown, and reads back how large its emulator has it. One
# that does not run sees it when it starts.
need_domain_arguments "$@"
alias=${3-} bytes=${4-}
case $alias in '' | -* | *[!A-Za-z0-9_.-]*) fail "not a volume: $alias" ;; esac
case $bytes in '' | *[!0-9]*) fail "not a number of bytes: $bytes" ;; esac
disk=/dev/mapper/$alias

capacity() { libvirt 30 domblkinfo "$uuid" "$disk" 2>/dev/null | sed -n 's/^Capacity: *//p'; }

now=$(state) || exit 1
case $now in
  absent | 'shut off' | crashed)
    printf '%s is %s: it sees the size of %s when it starts\n' "$name" "$now" "$alias"
    exit 0
    ;;
esac
has=$(capacity)
[ "${has:-0}" -le "$bytes" ] || fail "$name has $alias with $has bytes already: a disk is never made smaller"
if [ "$has" != "$bytes" ]; then
  answer=$(libvirt 60 blockresize "$uuid" "$disk" "${bytes}B" 2>&1) ||
    fail "libvirt does not resize $alias of $name: $(reason "$answer")"
  has=$(capacity)
  [ "$has" = "$bytes" ] || fail "$name still has $alias with ${has:-an unknown number of} bytes, not $bytes"
fi
printf '%s (%s) has %s with %s bytes\n' "$name" "$now" "$alias" "$bytes"
