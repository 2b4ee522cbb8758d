# shellcheck shell=sh
# CERTNAME SECONDS COUNT WORD...: puppet's agent on this blade, the words that run it once, and how long that may take; before
# the arguments of config.sh. What puppet wrote is text of others: cut, cleaned, and never part of a command.
PATH=$PATH:/opt/puppetlabs/bin
export PATH
certname=${1-} seconds=${2-} count=${3-}
case $seconds.$count in *[!0-9.]* | .* | *.) printf 'not a length of time and a count: %s\n' "$seconds $count" >&2 && exit 1 ;; esac
shift 3
command=
while [ "$count" -gt 0 ]; do
  command="$command${1-}
"
  shift
  count=$((count - 1))
done

# the last line that says something, for people
last_words() { tr -cd '[:print:]\n' | sed 's/\[[0-9;]*m//g' | grep . | tail -n 1 | cut -c 1-300; }

# Puppet's own word on who this is and where its files are: packages differ.
need_settings() {
  # shellcheck disable=SC2154 # $work is config.sh's
  timeout -k 2 60 puppet config print --section agent certname agent_disabled_lockfile agent_catalog_run_lockfile \
    lastrunfile lastrunreport >"$work/settings" 2>"$work/settings.said" </dev/null ||
    fail "puppet does not tell its settings: $(last_words <"$work/settings.said")"
  name=$(setting certname)
  [ "$name" = "$certname" ] || fail "puppet knows this blade as $name, not $certname: set certname in its document"
}

setting() { sed -n "s/^$1 = //p" "$work/settings" | head -n 1 | cut -c 1-1000; }

# Somebody's reason is for people.
disabled() {
  lock=$(setting agent_disabled_lockfile)
  [ -e "$lock" ] || return 1
  reason=$(sed -n 's/.*"disabled_message"[ ]*:[ ]*"\(.*\)".*/\1/p' "$lock" 2>/dev/null | last_words)
}

need_enabled() {
  ! disabled || fail "puppet's agent is disabled: ${reason:-no reason was given}; ask who did it, then: puppet agent --enable"
}

# The process of a run that is under way; a lock of one that is gone holds nobody up, nor does its number as another's.
under_way() {
  pid=
  read -r pid _ 2>/dev/null <"$(setting agent_catalog_run_lockfile)" || [ -n "$pid" ] || return 1
  case $pid in '' | *[!0-9]*) return 1 ;; esac
  grep -q puppet "/proc/$pid/cmdline" 2>/dev/null
}

# Agents also run by themselves. What one of those does is not ours, and is seen afterwards.
await_quiet() {
  tick
  end=$((clock + seconds))
  while under_way; do
    tick
    [ "$clock" -le "$end" ] ||
      fail "another run of puppet's agent is under way (process $pid), and has not ended within $seconds s: see what it waits for"
    sleep 1
  done
}
