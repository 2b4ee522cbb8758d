#!/bin/sh
# The one way by which anything on a blade is changed. It is sent with each call; on the blade it keeps only the runs'
# journals and leases. Runs under dash, busybox ash and bash --posix; needs setsid, flock, dd, base64.
#
#   lease RUN SECONDS OPERATOR WORD=LIMIT...         the run's lease; its plan on stdin, nothing where it stands here
#   renew RUN EPOCH                                  the lease lasts its seconds again
#   act RUN EPOCH STEP do|onward|undo SECONDS none|stdin NAME PROGRAM [ARG]
#                                                    runs PROGRAM (text of sh) and journals it; onward: after the pivot
#   note RUN EPOCH STEP EVENT EVIDENCE               a line for what happens elsewhere
#   release RUN EPOCH [EVENT EVIDENCE]               the run's last line, and its lease is free
#   abort RUN OPERATOR                               asks whoever carries the run out to end it
#   list COUNT, show RUN                             the newest runs, or one, in sections as the probe frames them
#
# An act is carried by a process of its own session: it ends and is journaled though its operator is gone. It answers
# with its evidence: what it printed and its errors, each in base64, a comma between. Exit status:
# 0 done, 1 failed, 64 wrong call, 65 the journal can't be written (nothing was begun), 73 another run holds what this
# one needs, 75 another act has not ended, 76 the run was asked to end, 77 the lease is gone (nothing was begun),
# 124 cut off at its deadline, 70 nobody knows: what carried the act is gone, or could not journal how it ended.
# ANYBLADE_WRAPPER holds this text, ANYBLADE_SHELL the process whose life shows that somebody attends the run.
#
# State in /var/lib/anyblade: epoch; leaving (the run with whose good end all of it goes); leases/RUN (leases.sh); runs/RUN/{plan.json, began, journal (journal.sh), lock,
# abort, reserve, and in, out, err, answer of the last act}.
export LC_ALL=C
umask 077
base=${ANYBLADE_ROOT-}/var/lib/anyblade
plan_bytes=4194304

die() {
  code=$1
  shift
  printf '%s\n' "$*" >&2
  exit "$code"
}

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

need_operator() {
  case ${1-} in '' | *[!A-Za-z0-9@._-]*) die 64 "not an operator: ${1-nothing}" ;; esac
  [ ${#1} -le 100 ] || die 64 "not an operator: $1"
}

# what a lease may hold: words such as volume/ldap=1, each with how many leases may hold it at once
need_words() {
  for word; do
    case $word in
      *[!A-Za-z0-9_./=-]* | *=*=* | =*) die 64 "not a word with its limit: $word" ;;
      *=[1-9] | *=[1-9][0-9]) ;;
      *) die 64 "not a word with its limit: $word" ;;
    esac
  done
}

need_event() {
  case ${1-} in '' | *[!a-z\ ]* | ?????????????????????????????????????????*) die 64 "not an event: ${1-nothing}" ;; esac
  case ${2-} in *[!A-Za-z0-9+/=,]*) die 64 'not evidence in base64' ;; esac
}

need_begun() { [ -f "$dir/journal" ] || die 64 "run $run was not begun on this blade"; }

# this boot and its clock, which stands still for nobody: $boot and, in whole seconds, $now
read_clock() {
  read -r boot </proc/sys/kernel/random/boot_id
  read -r now _ </proc/uptime
  now=${now%.*}
}

# Waits for the lock on the file that is open as $1, 10 s at most.
wait_for_lock() {
  tries=0
  until flock -n "$1"; do
    tries=$((tries + 1))
    [ $tries -lt 20 ] || return 1
    sleep 0.5
  done
}
