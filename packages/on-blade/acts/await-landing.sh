# shellcheck shell=sh disable=SC2154 # after domain.sh; $writer is the program
# UUID NAME FOLDER SECONDS running|paused [ALIAS:OURS:THEIRS]...: starts the unit that takes the guest over at its
# landing, apart from this session, and waits until it is ready. One that waits there already is ended first.
need_domain_arguments "$@"
folder=${ANYBLADE_ROOT-}${3-}
case ${3-} in /run/anyblade/hand-over-*[!a-z0-9-]* | /run/anyblade/hand-over-) fail "not a folder: $folder" ;; /run/anyblade/hand-over-*) ;; *) fail "not a folder: $folder" ;; esac
command -v python3 >/dev/null 2>&1 || fail 'there is no python3: a hand-over needs it on both blades'
[ -S "$folder/socket" ] && python3 -I -S -c "$writer" dismiss "$uuid" "$name" "$folder"
rm -rf "$folder"
mkdir -p -m 700 "$folder" && printf '%s\n' "$writer" >"$folder/unit.py" && : >"$folder/log" || fail "$folder can't be written"

# It outlives the session that started it, and whatever ends that session.
unit='exec python3 -I -S "$0/unit.py" destination "$@" >"$0/out" 2>&1'
began=no
if [ -d /run/systemd/system ]; then
  systemd-run --quiet --unit="anyblade-${folder##*/}-$$" sh -c "$unit" "$folder" "$@" >/dev/null 2>&1 && began=yes
fi
[ $began = yes ] || setsid sh -c "$unit" "$folder" "$@" </dev/null >/dev/null 2>&1 9>&- &

tick
limit=$((clock + 40))
while [ "$clock" -lt "$limit" ]; do
  read -r _ word _ <"$folder/log" 2>/dev/null || word=
  if [ "$word" = ready ]; then
    printf 'the unit waits for %s\n' "$name"
    exit 0
  fi
  [ ! -s "$folder/out" ] || fail "$(head -c 400 "$folder/out")"
  sleep 0.2
  tick
done
fail "the unit is not ready after 40 s"
