# shellcheck shell=sh
# RUN: what the wrapper keeps on this blade goes with the good end of this run; see release in wrapper/leases.sh. Who else
# acts here by then keeps it. The folder that our configuration lay in goes now, unless somebody has a file there.
export LC_ALL=C
base=${ANYBLADE_ROOT-}/var/lib/anyblade

fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

case ${1-} in r-*[!0-9a-z]* | r- | '') fail "not a run: ${1-}" ;; r-*) ;; *) fail "not a run: $1" ;; esac
printf '%s\n' "$1" >"$base/leaving.new" && mv "$base/leaving.new" "$base/leaving" || fail "$base can not be written"
sync "$base/leaving" "$base" 2>/dev/null || sync
[ "$(cat "$base/leaving")" = "$1" ] || fail "$base/leaving was not written"
rmdir "${ANYBLADE_ROOT-}/etc/multipath/conf.d" 2>/dev/null || :
printf '%s goes with the end of this run\n' "$base"
