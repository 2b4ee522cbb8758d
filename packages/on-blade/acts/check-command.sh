# shellcheck shell=sh # after work.sh
# COMMAND: whether the shell here can read it. Nothing of it is run.
[ -n "${1-}" ] || fail 'no command'
said=$(sh -n -c "$1" 2>&1 </dev/null) || fail "sh can't read the command: $(printf '%s' "$said" | tail -n 1 | cut -c 1-300)"
printf 'the command can be read\n'
