#!/bin/sh
# The one way by which anything on a blade is changed. It is sent with each call; on the blade it keeps only the runs'
# journals. Runs under dash, busybox ash and bash --posix; needs setsid, flock, dd, base64.
#
#   begin RUN                                        the plan on stdin; durable before the first step
#   act RUN STEP DO|UNDO SECONDS NAME PROGRAM [ARG]  runs PROGRAM (text of sh, its stdin is ours) and journals it
#   note RUN STEP EVENT                              a line for what happens elsewhere, its text on stdin
#   list COUNT, show RUN                             the newest runs, or one, in sections as the probe frames them
#
# An act is carried by a process of its own session: it ends and is journaled though its operator is gone. Exit status:
# 0 done, 1 failed, 64 wrong call, 65 the journal can't be written (nothing was begun), 75 another act has not ended,
# 124 cut off at its deadline, 70 nobody knows: what carried the act is gone, or could not journal how it ended.
# ANYBLADE_WRAPPER holds this text, ANYBLADE_SHELL the process whose life shows that somebody attends the run.
#
# State: /var/lib/anyblade/runs/RUN/ {plan.json, began, session, journal, step-N.do.K.out and .err}. A journal's line:
# step, seconds since 1970, stem of the evidence's files or -, event. Evidence may hold any bytes and is never in it.
export LC_ALL=C
umask 077
base=${ANYBLADE_ROOT-}/var/lib/anyblade
evidence_bytes=65536
plan_bytes=4194304

die() {
  code=$1
  shift
  printf '%s\n' "$*" >&2
  exit "$code"
}

# -- names ------------------------------------------------------------------------------------------------------------

need_run() {
  case ${1-} in
    r-*[!0-9a-z]* | r-?????????????????* | r- | r-? | r-?? | r-???) die 64 "not a run: $1" ;;
    r-*) run=$1 dir=$base/runs/$1 ;;
    *) die 64 "not a run: ${1-nothing}" ;;
  esac
}

need_number() {
  case ${2-} in '' | *[!0-9]* | ????????*) die 64 "not a $1: ${2-nothing}" ;; esac
}

need_begun() { [ -f "$dir/journal" ] || die 64 "run $run was not begun on this blade"; }

# -- the journal ------------------------------------------------------------------------------------------------------

durable() { sync "$@" 2>/dev/null || sync; }

# A line, durably; the end of a line that was cut off is written first.
write_line() {
  head=
  [ -s "$dir/journal" ] && [ -n "$(tail -c 1 "$dir/journal")" ] && head='
'
  printf '%s%s %s %s %s\n' "$head" "$1" "$(date +%s)" "$3" "$2" |
    dd of="$dir/journal" oflag=append conv=notrunc,fsync 2>/dev/null
}

# a name for the evidence of a step: $1 step, $2 do, undo or note
new_stem() { printf 'step-%s.%s.%s' "$1" "$2" "$(($(wc -l <"$dir/journal") + 1))"; }

capped() { head -c "$evidence_bytes" && cat >/dev/null; }

# -- sessions ---------------------------------------------------------------------------------------------------------

boot() { cat /proc/sys/kernel/random/boot_id; }

# when a process began, field 22 of its stat; a name in it may hold anything but ends at the last parenthesis
started() {
  read -r line 2>/dev/null <"/proc/$1/stat" || return 1
  # shellcheck disable=SC2086 # split into fields
  set -- ${line##*) }
  shift 19
  printf %s "$1"
}

session() { printf '%s %s %s\n' "$1" "$(started "$1")" "$(boot)"; }

is_attended() {
  read -r pid since its_boot 2>/dev/null <"$dir/session" || return 1
  [ "$its_boot" = "$(boot)" ] && [ "$since" = "$(started "$pid")" ]
}

# -- verbs ------------------------------------------------------------------------------------------------------------

begin() {
  need_run "$@"
  mkdir -p "$base/runs" || die 65 "$base can not be written"
  fresh=$base/.$run.$$
  trap 'rm -rf "$fresh"' EXIT
  mkdir "$fresh" || die 65 "$base can not be written"
  head -c "$plan_bytes" >"$fresh/plan.json" || die 65 "$base can not be written"
  [ "$(wc -c <"$fresh/plan.json")" -lt "$plan_bytes" ] || die 64 "the plan is longer than $plan_bytes bytes"
  session "${ANYBLADE_SHELL:-$PPID}" >"$fresh/session" || die 65 "$base can not be written"
  if [ -d "$dir" ]; then
    cmp -s "$fresh/plan.json" "$dir/plan.json" || die 64 "run $run stands here with another plan"
    mv "$fresh/session" "$dir/session" || die 65 "$dir can not be written"
  else
    { date +%s >"$fresh/began" && : >"$fresh/journal"; } || die 65 "$base can not be written"
    durable "$fresh/plan.json" "$fresh/session" "$fresh/began" "$fresh/journal" "$fresh"
    mv "$fresh" "$dir" || die 65 "$dir can not be written"
  fi
  durable "$dir/session" "$dir" "$base/runs" "$base"
  printf 'run %s in %s\n' "$run" "$dir"
}

note() {
  need_run "$@"
  need_number step "${2-}"
  case ${3-} in '' | *[!a-z\ ]* | ?????????????????????????????????????????*) die 64 "not an event: ${3-nothing}" ;; esac
  need_begun
  stem=$(new_stem "$2" note)
  capped >"$dir/$stem.out" || die 65 "$dir can not be written"
  durable "$dir/$stem.out"
  write_line "$2" "$3" "$stem" || die 65 "the journal of $run can not be written"
}

act() {
  need_run "$@"
  need_number step "${2-}"
  need_number 'deadline in seconds' "${4-}"
  [ -n "${6-}" ] || die 64 'no program to run'
  case ${3-} in
    DO) way='do' began=started ;;
    UNDO) way=undo began='undo started' ;;
    *) die 64 "neither DO nor UNDO: ${3-nothing}" ;;
  esac
  need_begun
  take_lock "$run step $2 $5"
  # Who may act is judged here: under the lock, and before the first line is written.
  stem=$(new_stem "$2" "$way")
  { cat >"$dir/$stem.in" && head -c "$evidence_bytes" /dev/zero >"$dir/$stem.reserve" &&
    write_line "$2" "$began" -; } 2>/dev/null || {
    rm -f "$dir/$stem.in" "$dir/$stem.reserve"
    die 65 "the journal of $run can not be written: is $base full or read-only?"
  }
  step=$2 seconds=$4
  shift 4
  setsid sh -c "$ANYBLADE_WRAPPER" anyblade carry "$run" "$step" "$way" "$seconds" "$stem" "$@" </dev/null >/dev/null 2>&1 &
  wait $!
  code=$?
  cat "$dir/$stem.out" 2>/dev/null
  cat "$dir/$stem.err" >&2 2>/dev/null
  case $code in 0 | 1 | 124) exit $code ;; esac
  die 70 "what carried $run step $step is gone (status $code), or could not journal how it ended"
}

# One act at a time on a blade. Whatever an act leaves running, such as a process in D state, keeps the lock with it.
take_lock() {
  exec 9>>"$base/lock" || die 65 "$base can not be written"
  tries=0
  until flock -n 9; do
    tries=$((tries + 1))
    [ $tries -lt 20 ] || die 75 "another act has not ended on this blade: $(head -c 200 "$base/acting" 2>/dev/null)"
    sleep 0.5
  done
  printf '%s\n' "$1" >"$base/acting" 2>/dev/null
}

# -- the detached part: runs the program, ends it at its deadline, writes how it ended --------------------------------

carry() {
  need_run "$@"
  step=$2 way=$3 seconds=$4 files=$dir/$5 stem=$5 name=$6 program=$7
  shift 7
  trap 'late=yes' USR1
  mkfifo "$files.o" "$files.e"
  capped <"$files.o" >"$files.out" 2>/dev/null 9>&- &
  out=$!
  capped <"$files.e" >"$files.err" 2>/dev/null 9>&- &
  err=$!
  setsid sh -c "$program" "$name" "$@" <"$files.in" >"$files.o" 2>"$files.e" &
  child=$!
  if waited "$child" "$seconds"; then
    code=$status
  else
    code=124
    stuck=$(doing "$child")
    end_session "$child"
  fi
  waited $out 3
  waited $err 3
  [ $code -ne 124 ] || {
    printf 'cut off after %s s, while it did:\n%s\n%s\n' "$seconds" "$stuck" "$ended"
  } >>"$files.err"
  rm -f "$files.o" "$files.e" "$files.in" "$files.reserve"
  durable "$files.out" "$files.err"
  case $code.$way in
    0.do) event='done' ;;
    0.undo) event=undone ;;
    *.do) event=failed ;;
    *) event='undo failed' ;;
  esac
  write_line "$step" "$event" "$stem" || exit 70
  case $code in 0 | 124) exit $code ;; *) exit 1 ;; esac
}

# Waits for a child of ours, but no longer than $2 seconds; its exit status is in $status.
waited() {
  late=no
  (
    trap 'kill "${nap-}"; exit' TERM
    sleep "$2" &
    nap=$!
    wait "$nap"
    kill -s USR1 $$
  ) >/dev/null 2>&1 9>&- &
  watch=$!
  wait "$1"
  status=$?
  [ $late.$status = yes.138 ] && return 1
  kill "$watch" 2>/dev/null
  wait "$watch" 2>/dev/null
  return 0
}

# The processes of a session: number, name, state and where in the kernel they wait.
doing() {
  for process in /proc/[0-9]*; do
    read -r line 2>/dev/null <"$process/stat" || continue
    about=${line#*(}
    print_if_of "$1" "${process#/proc/}" "${about%)*}" "$process/wchan" "${line##*) }"
  done
}

print_if_of() {
  wanted=$1 pid=$2 about=$3 wchan=$4
  # shellcheck disable=SC2086 # split into fields: state, parent, group, session
  set -- $5
  [ "$4" = "$wanted" ] && printf '%s %s, state %s, waits in %s\n' "$pid" "$about" "$1" "$(cat "$wchan" 2>/dev/null)"
}

end_session() {
  kill -s TERM -- "-$1" 2>/dev/null
  if waited "$1" 5; then
    ended='it ended when told to'
  else
    kill -s KILL -- "-$1" 2>/dev/null
    if waited "$1" 5; then ended='it had to be killed'; else ended='it can not be killed and stays'; fi
  fi
}

# -- reading ----------------------------------------------------------------------------------------------------------

head_line() { printf 'anyblade-runs 1 %s\n' "${ANYBLADE_VERSION:-unknown}"; }

encoded() { base64 -w 0; }

# What a step left, encoded. A blade may be slow to start a process, and a journal has many lines: one each at most.
evidence() {
  if [ -s "$dir/$1.err" ]; then
    cat "$dir/$1.out" "$dir/$1.err" | encoded
  elif [ -s "$dir/$1.out" ]; then
    encoded <"$dir/$1.out"
  fi
}

show() {
  need_run "$@"
  need_begun
  head_line
  show_run
  printf 'anyblade-end\n'
}

show_run() {
  printf '[%s\n' "$run"
  if is_attended; then printf '|attended\n'; fi
  printf '|age\t%s\n' "$(($(date +%s) - $(cat "$dir/began")))"
  printf '|plan\t%s\n' "$(encoded <"$dir/plan.json")"
  while read -r step at stem event; do
    # a line that was cut off says nothing
    [ -n "$event" ] || continue
    printf '|entry\t%s\t%s\t%s\t' "$step" "$at" "$event"
    evidence "$stem"
    printf '\n'
  done <"$dir/journal"
  printf ']%s ok\n' "$run"
}

list() {
  need_number count "${1-}"
  head_line
  for began in "$base"/runs/r-*/began; do
    read -r at 2>/dev/null <"$began" && printf '%s %s\n' "$at" "${began%/began}"
  done | sort -rn | head -n "$1" | while read -r at dir; do
    run=${dir##*/}
    show_run
  done
  printf 'anyblade-end\n'
}

verb=${1-}
[ $# -eq 0 ] || shift
case $verb in
  begin | act | note | list | show | carry) "$verb" "$@" ;;
  *) die 64 "no such verb: $verb" ;;
esac
