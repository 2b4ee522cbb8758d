# shellcheck shell=sh disable=SC2154 # after leases.sh
# The plan of a run, and the journal of what was done of it.
#
# journal: lines `|entry STEP SECONDS EVENT EVIDENCE .` between tabs, as they are shown: seconds since boot; evidence is
# what was printed and the errors, in base64, a comma between. Each begins with a line feed and ends with a dot: one that
# was cut off spoils no other, and says nothing. The reserve is room for the last line of an act, whatever fills the disk.
evidence_length=87380
reserve_bytes=196608

durable() { sync "$@" 2>/dev/null || sync; }

# A line, durably: $1 step, $2 event, $3 evidence. $now is of this call.
write_line() {
  printf '\n|entry\t%s\t%s\t%s\t%s\t.\n' "$1" "$now" "$2" "$3" |
    dd of="$dir/journal" bs=256k iflag=fullblock oflag=append conv=notrunc,fsync 2>/dev/null
}

# The plan that came on stdin, beside its place; nothing where none came. What lies there from before is of somebody who
# was killed: this is under the lock of the leases.
write_plan() {
  for stale in "$base"/.r-*; do [ ! -d "$stale" ] || rm -rf "$stale"; done
  fresh=$base/.$run.$$
  trap '[ ! -d "$fresh" ] || rm -rf "$fresh"' EXIT
  mkdir "$fresh" 2>/dev/null && head -c "$plan_bytes" >"$fresh/plan.json" 2>/dev/null ||
    die 65 "$base can not be written: is it full or read-only?"
}

put_reserve() { head -c "$reserve_bytes" /dev/zero >"$1/reserve.new" && mv "$1/reserve.new" "$1/reserve"; }

# Durable before the first step, and before anybody else sees the run.
put_plan() {
  if [ -d "$dir" ]; then
    [ ! -s "$fresh/plan.json" ] || cmp -s "$fresh/plan.json" "$dir/plan.json" ||
      die 64 "run $run stands here with another plan"
    return
  fi
  [ -s "$fresh/plan.json" ] || die 64 "run $run was not begun on this blade"
  [ "$(wc -c <"$fresh/plan.json")" -lt "$plan_bytes" ] || die 64 "the plan is longer than $plan_bytes bytes"
  # true and not a colon: a redirection that fails ends the shell where the builtin is a special one.
  { date +%s >"$fresh/began" && true >"$fresh/journal" && true >"$fresh/lock" &&
    put_reserve "$fresh"; } 2>/dev/null &&
    durable "$fresh/plan.json" "$fresh/began" "$fresh/journal" "$fresh/reserve" "$fresh" &&
    mv "$fresh" "$dir" 2>/dev/null || die 65 "$base can not be written: is it full or read-only?"
  durable "$base/runs" "$base"
}

note() {
  need_run "$@"
  need_number epoch "${2-}"
  need_number step "${3-}"
  need_event "${4-}" "${5-}"
  take_run
  need_lease "$2"
  renew_lease
  write_line "$3" "$4" "${5-}" || die 65 "the journal of $run can not be written: is $base full or read-only?"
}
