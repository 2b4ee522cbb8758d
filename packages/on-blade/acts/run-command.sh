# shellcheck shell=sh # after work.sh
# COMMAND: the operator's own, run once by one sh with a plain environment. The end of what it prints is kept. Where it
# has been begun by this step before and has no end, it is not run again: what of it was done nobody here knows.
kept_bytes=49152
[ -n "${1-}" ] && [ -n "${ANYBLADE_KEPT-}" ] || fail 'no command, or nowhere to keep that it was begun'
before=
[ ! -f "$ANYBLADE_KEPT" ] || read -r before <"$ANYBLADE_KEPT"
case $before in
  begun) fail 'it was begun and never ended, by a loss of power or a signal: look what became of it. This run does not run it again; once it is taken back (anyblade run undo) another one may' ;;
  'ended 0') printf 'it has ended with 0 before\n' && exit 0 ;;
esac
need_empty

mark() { printf '%s\n' "$1" >"$ANYBLADE_KEPT" && { sync "$ANYBLADE_KEPT" 2>/dev/null || sync; }; }
mark begun || fail "$ANYBLADE_KEPT can not be written"
work=$(mktemp -d) || fail 'no room in the directory of temporary files'
trap 'rm -rf "$work"' EXIT
# Acts may write no large files and nothing for others; this is none of ours. What it leaves running holds up no later act.
(
  ulimit -S -f "$(ulimit -H -f)"
  umask 022
  env -i PATH="$PATH" HOME="${HOME:-/root}" sh -c "$1" </dev/null 2>&1 9>&-
  printf '%s\n' $? >"$work/status"
) | tail -c "$kept_bytes" >"$work/said"
code=125
read -r code 2>/dev/null <"$work/status"
tr -cd '[:print:]\t\n' <"$work/said" | sed 's/^/| /'
mark "ended $code" || fail "$ANYBLADE_KEPT can not be written; the command ended with $code"
[ "$code" = 0 ] || fail "the command ended with $code"
printf 'the command ended with 0\n'
