# shellcheck shell=sh disable=SC2154 # after journal.sh
# One act of a run: journaled, carried out apart from whoever asked for it, ended at its deadline, journaled.

act() {
  need_run "$@"
  need_number epoch "${2-}"
  need_number step "${3-}"
  need_number 'deadline in seconds' "${5-}"
  case ${6-} in none | stdin) ;; *) die 64 "neither none nor stdin: ${6-nothing}" ;; esac
  [ -n "${8-}" ] || die 64 'no program to run'
  case ${4-} in
    'do' | onward) began=started ;;
    undo) began='undo started' ;;
    *) die 64 "none of do, onward, undo: ${4-nothing}" ;;
  esac
  take_run
  need_lease "$2"
  # What is after the pivot, or a way back, is not what an operator can wish to end.
  [ "$4" != 'do' ] || refuse_asked
  renew_lease
  input=/dev/null
  [ "$6" = none ] || input=$dir/in
  { { [ -f "$dir/reserve" ] || put_reserve "$dir"; } && { [ "$6" = none ] || cat >"$input"; } && true >"$dir/out" && true >"$dir/err" && true >"$dir/answer" &&
    write_line "$3" "$began" ''; } 2>/dev/null ||
    die 65 "the journal of $run can not be written: is $base full or read-only?"
  printf '%s step %s %s\n' "$run" "$3" "$7" 2>/dev/null >"$dir/acting"
  step=$3 way=$4 seconds=$5
  shift 6
  setsid sh -c "$ANYBLADE_WRAPPER" anyblade carry "$run" "$step" "$way" "$seconds" "$input" "$@" </dev/null >/dev/null 2>&1 &
  wait $!
  code=$?
  case $code in 0 | 1 | 124) ;; *)
    die 70 "what carried $run step $step is gone (status $code), or could not journal how it ended"
    ;;
  esac
  read -r answer <"$dir/answer"
  printf '%s\n' "$answer"
  exit $code
}

# The detached part: runs the program, ends it at its deadline, writes how it ended.
carry() {
  need_run "$@"
  step=$2 way=$3 seconds=$4 input=$5 name=$6 program=$7
  shift 7
  trap 'late=yes' USR1
  # for an act that keeps what it replaces, to bring the very same back
  # and for one that takes long, to see that its run was asked to end
  export ANYBLADE_KEPT="$dir/kept.$step" ANYBLADE_WAY="$way" ANYBLADE_ASKED="$dir/abort"
  # No act prints megabytes; one that does shall not fill the disk. An act that is an operator's own command lifts it.
  (ulimit -S -f 16384 && exec setsid sh -c "$program" "$name" "$@") <"$input" >"$dir/out" 2>"$dir/err" &
  child=$!
  if waited "$child" "$seconds"; then
    code=$status
  else
    code=124
    stuck=$(doing "$child")
    end_session "$child"
    printf 'cut off after %s s, while it did:\n%s\n%s\n' "$seconds" "$stuck" "$ended" >>"$dir/err"
  fi
  rm -f "$dir/in" # it may hold what nobody shall keep
  case $code.$way in
    0.undo) event=undone ;;
    *.undo) event='undo failed' ;;
    0.*) event='done' ;;
    *) event=failed ;;
  esac
  read_clock
  evidence=$(encoded out),$(encoded err)
  write_line "$step" "$event" "$evidence" || {
    rm -f "$dir/reserve"
    write_line "$step" "$event" "$evidence"
  } || exit 70
  printf '%s\n' "$evidence" >"$dir/answer"
  # What was done is done, though nobody can be told any more than that.
  case $code in 0 | 124) exit $code ;; *) exit 1 ;; esac
}

# what the act printed, in base64, cut to its length
encoded() { [ ! -s "$dir/$1" ] || printf "%.${evidence_length}s" "$(base64 -w 0 <"$dir/$1")"; }

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
