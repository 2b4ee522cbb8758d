# shellcheck shell=sh disable=SC2154 # after names.sh
# Who may act on this blade. A lease names a run, its operator and words, each with how many leases may hold it at once:
# exclusive with 1, a slot with more. It is held while an act of its run is under way, or while it has not run out and
# its session lives; all by this blade's own clock and boot. Every lease gets a higher epoch than any before it, and
# what comes with another epoch than the run's lease has is refused, whenever it wakes.
#
# leases/RUN: a line `EPOCH SECONDS SINCE OPERATOR WORD=LIMIT...`, then one for each renewal: `UNTIL BOOT PID START .`,
# only ever appended, so that whoever dies leaves it whole. The last whole line counts.
# Leases change under $base/lock; what belongs to one run alone (its renewals, its journal) under runs/RUN/lock.

# the lease of run $1, or nothing whole: its_epoch, its_until …
read_lease() {
  its_until=
  {
    read -r its_epoch its_seconds its_since its_operator its_words
    while read -r until of pid start end; do
      [ "$end" != . ] || its_until=$until its_boot=$of its_pid=$pid its_start=$start
    done
  } 2>/dev/null <"$base/leases/$1"
  [ -n "$its_until" ]
}

# when a process began, into $start: field 22 of its stat; a name in it may hold anything but ends at the last parenthesis
read_start() {
  start=
  read -r line 2>/dev/null <"/proc/$1/stat" || return 1
  # shellcheck disable=SC2086 # split into fields
  set -- ${line##*) }
  shift 19
  start=$1
}

# the session that calls: $session is its process, $start when that began
read_session() {
  session=${ANYBLADE_SHELL:-$PPID}
  read_start "$session" || die 64 "no process $session attends this"
}

renewal() { printf '%s %s %s %s .\n' "$1" "$boot" "$session" "$start"; }

# Whether the lease of run $1 that was read is held.
is_held() { [ "$its_boot" = "$boot" ] && { is_attended || is_acting "$1"; }; }
is_attended() { [ "$its_until" -gt "$now" ] && read_start "$its_pid" && [ "$start" = "$its_start" ]; }
is_acting() { [ -d "$base/runs/$1" ] && ! flock -n "$base/runs/$1/lock" true; }

# how long a lease lasts yet, in seconds; 0 while only an act holds it
left() { if is_attended; then printf %s "$((its_until - now))"; else printf 0; fi; }

refuse_for() {
  read_lease "$1"
  printf 'held\t%s\t%s\t%s\t%s\n' "$1" "$its_operator" "$((now - its_since))" "$(left)"
  die 73 "held by run $1 of $its_operator since $((now - its_since)) s, for $(left) s yet"
}

lock_leases() {
  command exec 8>>"$base/lock" || die 65 "$base can not be written"
  wait_for_lock 8 || die 75 'another lease is being given on this blade'
}

lease() {
  need_run "$@"
  need_number 'lease in seconds' "${2-}"
  need_operator "${3-}"
  seconds=$2 operator=$3
  shift 3
  need_words "$@"
  { [ -d "$base/runs" ] && [ -d "$base/leases" ]; } || mkdir -p "$base/runs" "$base/leases" 2>/dev/null || die 65 "$base can not be written: is it full or read-only?"
  lock_leases
  write_plan
  read_clock
  refuse_where_held "$@"
  put_plan
  next_epoch
  read_session
  { printf '%s %s %s %s %s\n' "$epoch" "$seconds" "$now" "$operator" "$*" && renewal "$((now + seconds))"; } \
    2>/dev/null >"$base/leases/.$run" && mv "$base/leases/.$run" "$base/leases/$run" ||
    die 65 "$base can not be written: is it full or read-only?"
  [ ! -e "$dir/abort" ] || rm -f "$dir/abort"
  printf 'epoch\t%s\n' "$epoch"
}

# Leases that are not held any more but hold what is wanted are broken: who comes back with one is refused.
refuse_where_held() {
  wanted=" $*"
  read_lease "$run" && is_held "$run" && { ! is_own || is_acting "$run"; } && refuse_for "$run"
  holders=
  for file in "$base"/leases/r-*; do
    other=${file##*/}
    [ "$other" != "$run" ] && read_lease "$other" && shares || continue
    if is_held "$other" || ! flock -n "$base/runs/$other/lock" rm -f "$file"; then holders="$holders $other"; fi
  done
  for word; do
    count=0
    for other in $holders; do
      read_lease "$other"
      case " $its_words" in *" ${word%=*}="*) count=$((count + 1)) last=$other ;; esac
    done
    [ "$count" -lt "${word#*=}" ] || refuse_for "$last"
  done
}

is_own() { read_session && [ "$its_pid $its_start" = "$session $start" ]; }

shares() {
  for word in $its_words; do
    case $wanted in *" ${word%=*}="*) return 0 ;; esac
  done
  return 1
}

# Durable before the lease is given: no power loss gives a number twice.
next_epoch() {
  epoch=0
  [ ! -f "$base/epoch" ] || read -r epoch <"$base/epoch" || die 65 "$base/epoch can not be read"
  need_number "epoch in $base/epoch" "$epoch"
  epoch=$((epoch + 1))
  printf '%s\n' "$epoch" | dd of="$base/epoch.new" conv=fsync 2>/dev/null && mv "$base/epoch.new" "$base/epoch" ||
    die 65 "$base can not be written: is it full or read-only?"
  durable "$base"
}

# Holds the run's lock from here on. Whatever an act leaves running, such as a process in D state, keeps it with it.
take_run() {
  need_begun
  command exec 9>>"$dir/lock" || die 65 "$dir can not be written: is it full or read-only?"
  wait_for_lock 9 || die 75 "another act has not ended on this blade: $(head -c 200 "$dir/acting" 2>/dev/null)"
}

# Who may act is judged here: under the run's lock, and before any line is written. Whoever may, holds on.
need_lease() {
  read_clock
  read_lease "$run" || die 77 "run $run has no lease on this blade any more"
  [ "$its_boot" = "$boot" ] || die 77 "this blade has been booted since it gave run $run its lease"
  [ "$its_epoch" = "$1" ] || die 77 "run $run was taken over by $its_operator: epoch $its_epoch, not $1"
}

renew_lease() {
  read_session
  renewal "$((now + its_seconds))" 2>/dev/null >>"$base/leases/$run" ||
    die 65 "the lease of $run can not be renewed: is $base full or read-only?"
}

refuse_asked() {
  [ -f "$dir/abort" ] || return 0
  who=somebody
  read -r who <"$dir/abort"
  die 76 "run $run was asked to end by $who"
}

renew() {
  need_run "$@"
  need_number epoch "${2-}"
  need_begun
  command exec 9>>"$dir/lock" || die 65 "$dir can not be written: is it full or read-only?"
  # While an act of the run is under way the lease is held by that.
  if flock -n 9; then
    need_lease "$2"
    renew_lease
  else
    need_lease "$2"
  fi
  refuse_asked
}

release() {
  need_run "$@"
  need_number epoch "${2-}"
  [ $# -le 2 ] || need_event "${3-}" "${4-}"
  take_run
  need_lease "$2"
  [ $# -le 2 ] || write_line 0 "$3" "${4-}" || die 65 "the journal of $run can not be written: is $base full or read-only?"
  # A run of which nothing happened here leaves nothing.
  [ -s "$dir/journal" ] || rm -rf "$dir"
  rm -f "$base/leases/$run"
  [ "${3-}" != 'ended done' ] || leave
}

# The blade has left the fleet by this run: nothing is kept here, unless somebody else acts here.
leave() {
  left=
  read -r left 2>/dev/null <"$base/leaving"
  [ "$left" = "$run" ] || return 0
  lock_leases
  for file in "$base"/leases/r-*; do
    other=${file##*/}
    ! read_lease "$other" || ! is_held "$other" || return 0
  done
  rm -rf "$base"
}

abort() {
  need_run "$@"
  need_operator "${2-}"
  need_begun
  printf '%s\n' "$2" >"$dir/abort" || die 65 "$dir can not be written: is it full or read-only?"
  durable "$dir/abort" "$dir"
}
