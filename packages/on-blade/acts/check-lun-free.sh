# shellcheck shell=sh disable=SC2154 # after paths.sh
# Changes nothing. Fails when a device still sits at the number of one of the LUNs: the kernel never replaces it when the
# array gives the number to another LUN, so every path would stay green under the old name.
need_luns_arguments "$@"
# shellcheck disable=SC2046 # a list of H:C:T:L
found=$(identities $(for_each_lun devices_at_lun)) || exit 1
if [ -n "$found" ]; then
  printf '%s\n' "$found" | while IFS="$tab" read -r hctl sd sg kind text bytes; do line "$hctl" "$sd" "$sg" "$kind" "$text" "$bytes"; done
  taken=$(printf '%s\n' "$found" | while IFS="$tab" read -r hctl _; do take_lun_of "$hctl" && printf '%s\n' "$lun"; done | sort -nu | tr '\n' ' ')
  fail "LUN ${taken% } is not free: $(printf '%s\n' "$found" | cut -f 1,2 | tr '\t\n' ' ,' | sed 's/,$//') still there, and would hide the new LUN"
fi
told() {
  # shellcheck disable=SC2086 # a list of ports
  set -- $ports
  printf 'nothing at LUN %s behind %s target ports\n' "$lun" $#
}
for_each_lun told
