# shellcheck shell=sh
# What all acts on multipath's configuration share, whoever writes the files.
# [PATH BEFORE BYTES|remove]... [ALIAS WWID]... [- WWID]...: the candidates are on stdin, one after the other, each of so many
# bytes. BEFORE is the SHA-256 of the file that it was made from, or `absent`. The blade's own multipath reads the candidates
# in a private mount namespace. What is amiss afterwards is a map or a path that is lost, a map that is renamed though its
# alias is the same, or an alias that multipathd does not have in effect; but a map of a WWID behind a `-` may go: multipathd
# flushes a map that is newly blacklisted, if nobody has it open. What the host itself stands on keeps its name whatever the
# files say.
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

need_file() {
  case $1 in
    */../* | *[!A-Za-z0-9_./-]*) fail "not a configuration of multipath: $1" ;;
    /etc/multipath.conf | /etc/multipath/conf.d/*.conf) ;;
    *) fail "not a configuration of multipath: $1" ;;
  esac
  case ${2-} in absent) ;; *[!0-9a-f]* | '') fail "not a SHA-256: ${2-}" ;; esac
  case ${3-} in remove) ;; *[!0-9]* | '') fail "neither a length nor remove: ${3-}" ;; esac
}

work=$(mktemp -d "${TMPDIR:-/run}/anyblade.XXXXXX") || fail 'no room for the candidate in /run'
trap 'rm -rf "$work"' EXIT
cat >"$work/all" || fail 'no room for the candidate in /run'

# files: a line a file, `NUMBER PATH BEFORE BYTES|remove`, and candidate.NUMBER
count=0 at=1
while case ${1-} in /*) true ;; *) false ;; esac do
  need_file "$1" "${2-}" "${3-}"
  count=$((count + 1))
  printf '%s %s %s %s\n' $count "$1" "$2" "$3" >>"$work/files"
  if [ "$3" != remove ]; then
    tail -c "+$at" "$work/all" | head -c "$3" >"$work/candidate.$count"
    at=$((at + $3))
    [ "$(wc -c <"$work/candidate.$count")" -eq "$3" ] || fail "of the candidate for $1 not all has arrived"
  fi
  shift 3
done
[ $count -gt 0 ] || fail "not a configuration of multipath: ${1-}"
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

# udev reads each path of a new map, and multipathd with it: the more come, the longer they may take
more=$(($# / 2 * 3 - 3))
[ $more -ge 0 ] || more=0
[ $more -le 240 ] || more=240

hash_of() { if [ -f "$1" ]; then sha256sum <"$1" | cut -d ' ' -f 1; else echo absent; fi; }
wanted() { hash_of "$work/candidate.$1"; }
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
  while read -r n path _ _; do
    rm -f "$work/then${path#/etc}"
    [ ! -f "$work/candidate.$n" ] || cp "$work/candidate.$n" "$work/then${path#/etc}"
  done <"$work/files"
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
  need_own_maps
  printf 'multipath -t reads the candidate without a new message\n'
}

need_in_effect() {
  while [ $# -gt 0 ]; do
    grep -qxF "$1 $2" "$work/is.aliases" || fail "with the candidate, $2 would not be called $1: is a section closed too early or too late?"
    shift 2
  done
}

# What the host runs from keeps its name: fstab, the boot loader and the initramfs may know it by that.
need_own_maps() {
  own_maps >"$work/own"
  while read -r wwid; do
    was=$(wwid=$wwid awk '$2 == ENVIRON["wwid"] { print $1 }' "$work/was.aliases")
    is=$(wwid=$wwid awk '$2 == ENVIRON["wwid"] { print $1 }' "$work/is.aliases")
    [ "$was" = "$is" ] || fail "the host itself stands on $wwid, and with the candidate it would be called ${is:-by its WWID}, not ${was:-by its WWID}"
    case $may_go in *" $wwid "*) fail "the host itself stands on $wwid" ;; esac
  done <"$work/own"
}

# The WWIDs of the multipath maps below the host's own file systems and swap.
own_maps() {
  {
    awk '$5 ~ "^/(boot|boot/efi|usr|var|etc)?$" { print $3; for (i = 7; i < NF; i++) if ($i == "-") print $(i + 2) }' \
      "$root/proc/self/mountinfo"
    awk 'NR > 1 { print $1 }' "$root/proc/swaps"
  } 2>/dev/null | while read -r device; do
    for entry in "$root"/sys/block/dm-*; do
      case $device in
        "$(value "$entry/dev")" | "/dev/${entry##*/}" | "/dev/mapper/$(value "$entry/dm/name")") below "${entry##*/}" ;;
      esac
    done
  done | sort -u
}

below() {
  case $(value "$root/sys/block/$1/dm/uuid") in mpath-*) value "$root/sys/block/$1/dm/uuid" | sed 's/^mpath-//' && echo ;; esac
  for slave in "$root/sys/block/$1/slaves"/*; do
    [ ! -e "$slave" ] || below "${slave##*/}"
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

# `wwid sd` of each path in a map
paths() {
  for entry in "$root"/sys/block/dm-*; do
    uuid=$(value "$entry/dm/uuid")
    case $uuid in mpath-*) ;; *) continue ;; esac
    for slave in "$entry"/slaves/*; do
      [ ! -e "$slave" ] || printf '%s %s\n' "${uuid#mpath-}" "${slave##*/}"
    done
  done | sort
}

# the paths whose I/O the kernel has failed
failed_paths() { daemon 'show paths format "%d %t"' | awk '$2 == "failed" { print $1 }' | sort -u; }

# What is wrong, compared with before: a map lost, or renamed though its alias did not change; a path lost or failed.
damage() {
  map_damage
  paths >"$work/paths.now"
  comm -23 "$work/paths.before" "$work/paths.now" | while read -r wwid sd; do
    # a device that the kernel itself has given up was not lost by a file
    case $may_go in *" $wwid "*) ;; *) [ ! -e "$root/sys/block/$sd" ] || printf 'path %s of %s is gone from its map\n' "$sd" "$wwid" ;; esac
  done
  failed_paths >"$work/failed.now"
  comm -13 "$work/failed.before" "$work/failed.now" | while read -r sd; do printf 'path %s has failed\n' "$sd"; done
}

map_damage() {
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
  maps >"$work/maps.seen"
  while [ $# -gt 0 ]; do
    found=$(name=$1 awk '$2 == ENVIRON["name"] { print $1 }' "$work/maps.seen")
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
  end=$((clock + 60 + more)) calm=0
  while [ $calm -lt 2 ]; do
    tick
    [ "$clock" -le $end ] || return 1
    sleep 0.5
    if is_settled; then calm=$((calm + 1)); else calm=0; fi
  done
}

reconfigure() {
  wait_idle || fail "multipathd is not idle within $((60 + more)) s; nothing was reconfigured"
  answer=$(daemon reconfigure)
  [ "$(printf '%s' "$answer" | head -n 1)" = ok ] || return 1
  wait_idle
}

# -- what is so -------------------------------------------------------------------------------------------------------

# What multipathd has in effect, where it is not what its own multipath made of the files: the first line.
not_taken() {
  daemon 'show config' >"$work/daemon"
  aliases "$work/daemon" >"$work/daemon.aliases"
  section overrides "$work/daemon" >"$work/daemon.overrides"
  section overrides "$work/is" >"$work/is.overrides"
  comm -3 "$work/is.aliases" "$work/daemon.aliases" | head -n 1 | tr -d '\t'
  comm -3 "$work/is.overrides" "$work/daemon.overrides" | head -n 1 | tr -d '\t'
}

section() { awk -v name="$1" '$1 == name { inside = 1; next } /^}/ { inside = 0 } inside { $1 = $1; print }' "$2" | sort; }

# The first of what is not as it shall be, as a sentence.
amiss() {
  printf '%s\n' "$(unmet "$@")"
  lost=$(damage)
  printf '%s\n' "$lost" | head -n 1
  taken=$(not_taken)
  [ -z "$taken" ] || printf 'multipathd does not have in effect what the files say: %s\n' "$taken"
}

# Waits for what the files say. @returns 1 where it does not come, with what is amiss in $found
await_effect() {
  tick
  end=$((clock + 30 + more))
  while found=$(amiss "$@" | grep . | head -n 1) && [ -n "$found" ]; do
    tick
    # a map that is to come waits for udev; what is lost does not come again by itself
    case $found in /dev/mapper/*) patience=0 ;; *) patience=25 ;; esac
    [ "$clock" -le $((end - patience)) ] || return 1
    sleep 0.5
  done
}

# Before anything is changed: the files are those that the candidates were made from, or done already; `open` lists the others.
look() {
  while read -r n path before _; do
    now=$(hash_of "$root$path")
    [ "$now" = "$before" ] || [ "$now" = "$(wanted "$n")" ] ||
      fail "$path changed meanwhile: $now, it was $before when the candidate was made"
    [ "$now" = "$(wanted "$n")" ] || printf '%s\n' "$n" >>"$work/open"
  done <"$work/files" || exit 1
  multipath -h 2>&1 </dev/null | grep -q -- ' -t' || fail 'this release of multipath can not check a candidate (it has no -t)'
  daemon 'show daemon' | grep -q '^pid ' || fail "multipathd does not run: $(daemon 'show daemon' | tail -n 1)"
  maps >"$work/maps.before"
  paths >"$work/paths.before"
  failed_paths >"$work/failed.before"
  check_candidate "$@"
}

# Only what is listed becomes a map.
list_wwids() {
  pairs=$#
  for word; do
    pairs=$((pairs - 1))
    [ $((pairs % 2)) -eq 1 ] || timeout -k 2 15 multipath -a "$word" </dev/null >/dev/null 2>&1
  done
}

tell() {
  while read -r n path _ _; do
    printf '%s is %s, %s maps kept\n' "$path" "$(wanted "$n" | cut -c 1-12)" "$(wc -l <"$work/maps.before" | tr -d ' ')"
  done <"$work/files"
  while [ $# -gt 0 ]; do
    printf '/dev/mapper/%s is %s\n' "$1" "$2"
    shift 2
  done
}
