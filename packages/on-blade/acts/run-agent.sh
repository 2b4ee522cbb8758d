# shellcheck shell=sh disable=SC2154 # after agent.sh and config.sh
# Puppet's agent runs once, and writes the file that the candidate is of; we never do. Then its report is read, the file by
# its hash, and what is in effect as after any change. Where puppet writes something else, that is told, and not tried again.

# It ends with puppet's own status: 0 and 2 are good, 4 and 6 tell of a resource that failed, 1 of a run that did.
agent_once() {
  (
    set -f
    IFS='
'
    # shellcheck disable=SC2086 # a word a line
    set -- $command
    unset IFS
    exec timeout -k 10 "$seconds" "$@"
  ) >"$work/agent" 2>&1 </dev/null
}

# A catalogue is what all else hangs on: what is said of it comes first.
said() {
  grep -i 'Could not retrieve catalog' "$work/agent" | head -n 1 | last_words | grep . && return
  grep -i '^[^a-z]*error:' "$work/agent" | last_words | grep . && return
  last_words <"$work/agent"
}

# Of the report, which may be megabytes: what it says of itself and of one resource, a line each, `NAME VALUE`.
report() {
  head -c 67108864 "$(setting lastrunreport)" 2>/dev/null | tr -cd '[:print:]\n' | wanted="File[$root$drop_in]" awk '
    function value(line) { sub(/^[^:]*: */, "", line); if (line ~ /^".*"$/ || line ~ /^\047.*\047$/) line = substr(line, 2, length(line) - 2); return substr(line, 1, 200) }
    /^[a-z_]+:/ { inside = ($1 == "resource_statuses:"); ours = 0 }
    /^(status|environment|configuration_version|cached_catalog_status|noop):/ { name = $1; sub(/:/, "", name); print name, value($0) }
    inside && /^  [^ ]/ { line = $0; gsub(/^ +["\047]?|["\047]?:( !ruby.*)?$/, "", line); ours = (line == ENVIRON["wanted"]); if (ours) print "declared yes" }
    ours && /^    (file|line|failed|changed|skipped):/ { name = $1; sub(/:/, "", name); print name, value($0) }
    ours && /^ +(message|desired_value):/ { name = $1; sub(/:/, "", name); print name, value($0) }
  ' >"$work/report"
}
reported() { sed -n "s/^$1 //p" "$work/report" | head -n 1; }

is_fresh() {
  last=$(sed -n 's/^  *last_run: *\([0-9]*\) *$/\1/p' "$(setting lastrunfile)" 2>/dev/null | head -n 1)
  [ -n "$last" ] && [ "$last" -ge "$began" ]
}

# What puppet did with the file, in one line.
doing() {
  where="configuration $(reported configuration_version) of the environment $(reported environment)"
  if [ "$(reported declared)" != yes ]; then
    echo "$where has no File[$drop_in]: is the class anyblade included for $certname, and has the server deployed the last commit?"
    return
  fi
  how=unchanged
  [ "$(reported changed)" != true ] || how=changed
  [ "$(reported skipped)" != true ] || how=skipped
  [ "$(reported failed)" != true ] || how=failed
  told=$(reported message)
  echo "$where has it $how, as declared in $(reported file):$(reported line)${told:+: $told}"
}

# Why this was no run that could have delivered anything.
no_run() {
  case $1 in
    124 | 137) echo "puppet's agent did not end within $seconds s and was ended; it said last: $(last_words <"$work/agent")" && return ;;
    126 | 127) echo "puppet's agent can't be started: $(said)" && return ;;
  esac
  if ! is_fresh; then
    if disabled; then
      echo "puppet's agent was disabled meanwhile: ${reason:-no reason was given}"
    elif grep -qi 'already in progress' "$work/agent"; then
      echo "another run of puppet's agent came before ours, which did not begin: try again"
    else
      echo "puppet's report is older than this run, which ended with $1: $(said)"
    fi
    return
  fi
  report
  case $(reported cached_catalog_status) in
    '' | not_used) ;;
    *) echo "puppet's agent got no new catalogue and used its last one: $(said)" && return ;;
  esac
  [ "$1" -ne 1 ] || echo "puppet's catalogue failed: $(said)"
  [ "$(reported noop)" != true ] || echo "puppet's agent ran with noop and changed nothing"
}

need_settings
read -r number drop_in _ <"$work/files"
await_quiet
look
list_wwids "$@"
hash_of "$root$drop_in"
is=$hash
wanted "$number"
unmet "$@"
# Taken back, an agent that has run by itself has done it, or none ever began.
if [ "${ANYBLADE_WAY-}" = undo ] && [ "$is" = "$hash" ] && [ -z "$unmet" ]; then
  ran='as it was: the agent need not run'
else
  need_enabled
  began=$(date +%s)
  agent_once
  code=$?
  why=$(no_run $code | head -n 1)
  hash_of "$root$drop_in"
  is=$hash
  [ -z "$why" ] || fail "$why; the file stands as $(printf %.12s "$is")"
  report
  wanted "$number"
  [ "$is" = "$hash" ] ||
    fail "$drop_in is $is, not $hash as the data says: $(doing). Somebody else's module, data or environment has the last word; it is not written again"
  ran="puppet's agent ended with $code: $(doing)"
fi
wait_idle || fail "multipathd is not idle within $((60 + more)) s"
await_effect "$@" || fail "$found; the file is puppet's, and stands as it was asked"
printf '%s\n' "$ran"
tell "$@"
