# shellcheck shell=sh disable=SC2154 # after paths.sh
# Changes nothing. Fails when a device still sits at the LUN's number: the kernel never replaces it when the array gives
# the number to another LUN, so every path would stay green under the old name.
need_lun_arguments "$@"
# shellcheck disable=SC2046 # a list of H:C:T:L
found=$(identities $(devices_at_lun))
if [ -n "$found" ]; then
  printf '%s\n' "$found" | while IFS="$tab" read -r hctl sd sg kind text bytes; do line "$hctl" "$sd" "$sg" "$kind" "$text" "$bytes"; done
  fail "LUN $lun is not free: $(printf '%s\n' "$found" | cut -f 1,2 | tr '\t\n' ' ,' | sed 's/,$//') still there, and would hide the new LUN"
fi
printf 'nothing at LUN %s behind %s target ports\n' "$lun" "$(printf %s "$ports" | wc -w | tr -d ' ')"
