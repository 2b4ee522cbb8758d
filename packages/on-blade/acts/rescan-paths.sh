# shellcheck shell=sh disable=SC2154 # after paths.sh
# BYTES, then as the others: lets the kernel read anew how large each path is, after the array has let the LUN grow. Each
# path's own word comes first, by a fresh READ CAPACITY: one that is another LUN, does not answer or has not grown, and
# nothing is rescanned (facts: san.md C2; a path of the old size would poison the map later).
bytes=${1-}
case $bytes in '' | *[!0-9]*) fail "not a number of bytes: $bytes" ;; esac
shift
need_lun_arguments "$@"

# what is wrong with the paths, in a line
wrong() {
  [ -n "$found" ] || printf 'no device at LUN %s' "$lun"
  printf '%s\n' "$found" | while IFS="$tab" read -r hctl sd sg kind text its; do
    case $kind in
      '') ;;
      ok)
        if [ "$text" != "$wwid" ]; then
          printf '%s %s is another LUN: %s, not %s' "$hctl" "$sd" "$text" "$wwid"
        elif [ "$its" != "$bytes" ]; then
          printf '%s %s says %s bytes, not %s' "$hctl" "$sd" "$its" "$bytes"
        else
          continue
        fi
        break
        ;;
      *) printf '%s %s does not say which LUN it is (%s)' "$hctl" "$sd" "$text" && break ;;
    esac
  done
}

tick
end=$((clock + 20))
while :; do
  # shellcheck disable=SC2046 # a list of H:C:T:L
  found=$(identities $(devices_at_lun)) || exit 1
  why=$(wrong)
  [ -n "$why" ] || break
  tick
  [ "$clock" -le $end ] || fail "$why"
  sleep 1
done

known() {
  sectors=$(value "$root/sys/bus/scsi/devices/$1/block/$2/size")
  printf %s $((${sectors:-0} * 512))
}
printf '%s\n' "$found" | while IFS="$tab" read -r hctl sd sg kind text its; do
  [ "$(known "$hctl" "$sd")" = "$bytes" ] || printf '1\n' >"$root/sys/bus/scsi/devices/$hctl/rescan" ||
    fail "$hctl $sd can not be rescanned"
  tick
  end=$((clock + 10))
  until [ "$(known "$hctl" "$sd")" = "$bytes" ]; do
    tick
    [ "$clock" -le $end ] || fail "the kernel still has $(known "$hctl" "$sd") bytes for $hctl $sd, not $bytes"
    sleep 0.2
  done
  line "$hctl" "$sd" "$sg" "$kind" "$text" "$its"
done
