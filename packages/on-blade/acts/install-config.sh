# shellcheck shell=sh
# PATH BEFORE write|remove [ALIAS WWID]... [- WWID]...: puts one multipath configuration file in effect, the candidate on stdin.
# BEFORE is the SHA-256 of the file it was made from, or `absent`. The blade's own multipath reads the candidate in a
# private mount namespace first; a map that is lost or renamed brings the former file back, unless it is of a WWID
# behind a `-`, which may go: multipathd flushes a map that is newly blacklisted, if nobody has it open.
# Exit status 0 only when every ALIAS is the map of its WWID.
export LC_ALL=C
root=${ANYBLADE_ROOT-}

fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

# Seconds since boot, into $clock: no process, and no jump when somebody sets the time.
tick() {
  read -r clock _ </proc/uptime
  clock=${clock%.*}
}

path=${1-} before=${2-} how=${3-}
case $path in
  */../* | *[!A-Za-z0-9_./-]*) fail "not a configuration of multipath: $path" ;;
  /etc/multipath.conf | /etc/multipath/conf.d/*.conf) ;;
  *) fail "not a configuration of multipath: $path" ;;
esac
case $before in absent) ;; *[!0-9a-f]* | '') fail "not a SHA-256: $before" ;; esac
case $how in write | remove) ;; *) fail "neither write nor remove: $how" ;; esac
shift 3
[ $(($# % 2)) -eq 0 ] || fail 'ALIAS and WWID must come in pairs'
for word; do
  case $word in '' | *[!!-~]*) fail "neither an alias nor a WWID: $word" ;; esac
done

# the pairs of those that may go, out of the arguments
may_go=' ' pairs=$#
while [ $pairs -gt 0 ]; do
  if [ "$1" = - ]; then may_go="$may_go$2 "; else set -- "$@" "$1" "$2"; fi
  shift 2
  pairs=$((pairs - 2))
done

work=$(mktemp -d "${TMPDIR:-/run}/anyblade.XXXXXX") || fail 'no room for the candidate in /run'
trap 'rm -rf "$work"' EXIT
candidate=$work/candidate
cat >"$candidate" || fail 'no room for the candidate in /run'

hash_of() { if [ -f "$1" ]; then sha256sum <"$1" | cut -d ' ' -f 1; else echo absent; fi; }
wanted() { if [ "$how" = write ]; then hash_of "$candidate"; else echo absent; fi; }
value() { read -r word 2>/dev/null <"$1" && printf %s "$word"; }

# -- the candidate ----------------------------------------------------------------------------------------------------

# multipath's view of a configuration: $1 a directory that is shown to it as /etc, $2 where its answer goes
# shellcheck disable=SC2016 # $1 is the inner shell's
parsed() {
  timeout -k 2 20 unshare -m sh -c 'mount --make-rprivate / && mount --bind "$1" /etc && exec multipath -t' sh "$1" \
    >"$2" 2>"$2.messages" </dev/null
}

# a copy of all that multipath reads below /etc
copied_etc() {
  mkdir "$1" || fail 'no room for the candidate in /run'
  cp -R -p "$root"/etc/multipath.conf "$root"/etc/multipath "$1/" 2>/dev/null
  for file in ld.so.cache nsswitch.conf machine-id udev; do cp -R -p "/etc/$file" "$1/" 2>/dev/null; done
  mkdir -p "$1/multipath/conf.d"
}

# messages without what differs from run to run: time stamps and line numbers
messages() { sed 's/^.*[0-9] | //; s/line [0-9]*/line N/g; s/ +[0-9]*[,:]/ N:/' "$1.messages" | sort -u; }

# `alias wwid` of each multipath section in effect
aliases() {
  awk '/^multipaths/ { inside = 1 }
    /^}/ { inside = 0 }
    inside && $1 == "wwid" { wwid = $2; gsub(/"/, "", wwid) }
    inside && $1 == "alias" { alias = $2; gsub(/"/, "", alias) }
    inside && $1 == "}" && wwid != "" { if (alias != "") print alias, wwid; wwid = ""; alias = "" }' "$1" | sort -u
}

check_candidate() {
  copied_etc "$work/now"
  copied_etc "$work/then"
  if [ "$how" = write ]; then cp "$candidate" "$work/then${path#/etc}"; else rm -f "$work/then${path#/etc}"; fi
  parsed "$work/now" "$work/was" || : # what stands may be broken already; then no message is new
  parsed "$work/then" "$work/is"
  code=$?
  case $code in
    0) ;;
    124 | 137 | 143) fail 'multipath -t did not end within 20 s with the candidate' ;;
    *) fail "multipath -t ends with $code for the candidate: $(messages "$work/is" | tail -n 1)" ;;
  esac
  messages "$work/was" >"$work/was.said"
  messages "$work/is" >"$work/is.said"
  new=$(comm -13 "$work/was.said" "$work/is.said")
  [ -z "$new" ] || fail "multipath says of the candidate: $(printf '%s\n' "$new" | head -n 1)"
  aliases "$work/was" >"$work/was.aliases"
  aliases "$work/is" >"$work/is.aliases"
  need_in_effect "$@"
  printf 'multipath -t reads the candidate without a new message\n'
}

need_in_effect() {
  while [ $# -gt 0 ]; do
    grep -qxF "$1 $2" "$work/is.aliases" || fail "with the candidate, $2 would not be called $1: is a section closed too early or too late?"
    shift 2
  done
}

# -- maps -------------------------------------------------------------------------------------------------------------

# `wwid name` of each multipath map
maps() {
  for entry in "$root"/sys/block/dm-*; do
    uuid=$(value "$entry/dm/uuid")
    case $uuid in mpath-*) printf '%s %s\n' "${uuid#mpath-}" "$(value "$entry/dm/name")" ;; esac
  done | sort
}

# What is wrong with the maps, compared with before: one lost, or one renamed whose alias did not change.
damage() {
  maps >"$work/maps.now"
  comm -3 "$work/was.aliases" "$work/is.aliases" | awk '{ print $NF }' >"$work/may-change"
  while read -r wwid name; do
    now=$(wwid=$wwid awk '$1 == ENVIRON["wwid"] { print $2 }' "$work/maps.now")
    case $may_go in *" $wwid "*) continue ;; esac
    [ -n "$now" ] || printf 'map %s of %s is gone\n' "$name" "$wwid"
    [ -z "$now" ] || [ "$now" = "$name" ] || grep -qxF "$wwid" "$work/may-change" ||
      printf 'map %s of %s is now called %s\n' "$name" "$wwid" "$now"
  done <"$work/maps.before"
}

# The first alias that is not the map of its WWID, as a sentence.
unmet() {
  while [ $# -gt 0 ]; do
    found=$(maps | name=$1 awk '$2 == ENVIRON["name"] { print $1 }')
    [ -b "$root/dev/mapper/$1" ] || found=
    if [ "$found" != "$2" ]; then
      printf '/dev/mapper/%s is %s, not %s' "$1" "${found:-not there}" "$2"
      return
    fi
    shift 2
  done
}

# -- multipathd -------------------------------------------------------------------------------------------------------

# It answers `fail` and `timeout` with exit status 0 (facts: multipath.md 5): the text counts.
daemon() { timeout -k 2 15 multipathd -k"$1" </dev/null 2>&1; }

is_settled() {
  case $(daemon 'show daemon') in
    *pending* | *configure*) return 1 ;;
    *idle* | *running*) ;;
    *) return 1 ;;
  esac
}

# Waits until two looks in turn find it idle: `ok` comes before the work.
wait_idle() {
  tick
  end=$((clock + 60)) calm=0
  while [ $calm -lt 2 ]; do
    tick
    [ "$clock" -le $end ] || return 1
    sleep 0.5
    if is_settled; then calm=$((calm + 1)); else calm=0; fi
  done
}

reconfigure() {
  wait_idle || fail 'multipathd is not idle within 60 s; nothing was reconfigured'
  answer=$(daemon reconfigure)
  [ "$(printf '%s' "$answer" | head -n 1)" = ok ] || return 1
  wait_idle
}

# -- the file ---------------------------------------------------------------------------------------------------------

# $1 the new content or nothing, put in place by rename; owner and mode of the former file are kept
put() {
  target=$root$path
  if [ -z "$1" ]; then
    rm -f "$target"
  else
    mkdir -p "${target%/*}" || return 1
    rm -f "$target.anyblade"
    if [ -f "$target" ]; then cp -p "$target" "$target.anyblade"; else (umask 022 && : >"$target.anyblade"); fi || return 1
    cat "$1" >"$target.anyblade" || return 1
    sync "$target.anyblade" 2>/dev/null || sync
    mv -f "$target.anyblade" "$target" || return 1
    ! command -v restorecon >/dev/null || restorecon "$target"
  fi
  sync "${target%/*}" 2>/dev/null || sync
}

put_back() {
  [ -n "$wrote" ] || fail "$1; the file stood so before"
  if [ "$before" = absent ]; then put ''; else put "$work/former"; fi
  reconfigure || printf 'and multipathd did not take the former file either\n' >&2
  fail "$1; the former file is back"
}

in_effect() {
  reconfigure || put_back "multipathd does not reconfigure: $(printf '%s' "$answer" | tail -n 1)"
  tick
  end=$((clock + 30))
  while [ -n "$(unmet "$@")" ]; do
    tick
    [ "$clock" -le $end ] || put_back "$(unmet "$@")"
    sleep 0.5
  done
  hurt=$(damage)
  [ -z "$hurt" ] || put_back "$(printf '%s\n' "$hurt" | head -n 1)"
}

now=$(hash_of "$root$path")
[ "$now" = "$before" ] || [ "$now" = "$(wanted)" ] ||
  fail "$path changed meanwhile: $now, it was $before when the candidate was made"
multipath -h 2>&1 </dev/null | grep -q -- ' -t' || fail 'this release of multipath can not check a candidate (it has no -t)'
daemon 'show daemon' | grep -q '^pid ' || fail "multipathd does not run: $(daemon 'show daemon' | tail -n 1)"
maps >"$work/maps.before"
check_candidate "$@"
wrote=
if [ "$now" != "$(wanted)" ]; then
  [ "$now" = absent ] || cp -p "$root$path" "$work/former" || fail 'no room for the former file in /run'
  wrote=yes
  if [ "$how" = write ]; then put "$candidate"; else put ''; fi || fail "$path can not be written"
fi
pairs=$#
for word; do
  pairs=$((pairs - 1))
  [ $((pairs % 2)) -eq 1 ] || timeout -k 2 15 multipath -a "$word" </dev/null >/dev/null 2>&1
done
if [ -n "$wrote" ] || [ -n "$(unmet "$@")" ]; then in_effect "$@"; fi
printf '%s is %s, %s maps kept\n' "$path" "$(wanted | cut -c 1-12)" "$(wc -l <"$work/maps.before" | tr -d ' ')"
while [ $# -gt 0 ]; do
  printf '/dev/mapper/%s is %s\n' "$1" "$2"
  shift 2
done
