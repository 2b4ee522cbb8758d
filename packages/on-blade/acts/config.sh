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

# The pairs are a line each in $work/expected; those that may go are out of the arguments.
pairs=$#
while [ $pairs -gt 0 ]; do
  printf '%s %s\n' "$1" "$2"
  [ "$1" = - ] || set -- "$@" "$1" "$2"
  shift 2
  pairs=$((pairs - 2))
done >"$work/expected"

# udev reads each path of a new map, and multipathd with it: the more come, the longer they may take
more=$(($# / 2 * 3 - 3))
[ $more -ge 0 ] || more=0
[ $more -le 240 ] || more=240

lf='
'

# What a process would cost is read by the shell itself, into a variable. A word of a file into $word; empty where there is none.
word_of() { word= && read -r word 2>/dev/null <"$1"; }
# a file's text into $text, and its last line into $last; for short ones
text_of() {
  text= last=
  while IFS= read -r line || [ -n "$line" ]; do
    text="$text$line$lf" last=$line
  done <"$1"
}

# the SHA-256 of a file into $hash, or `absent`
hash_of() {
  hash=absent
  [ ! -f "$1" ] || hash=$(sha256sum <"$1") || fail "the SHA-256 of $1 can not be told"
  hash=${hash%% *}
}
wanted() { hash_of "$work/candidate.$1"; }

# -- the candidate ----------------------------------------------------------------------------------------------------

# multipath's view of a configuration: $1 a directory that is shown to it as /etc, $2 where its answer goes
# shellcheck disable=SC2016 # $1 is the inner shell's
parsed() {
  timeout -k 2 20 unshare -m sh -c 'mount --make-rprivate / && mount --bind "$1" /etc && exec multipath -t' sh "$1" \
    >"$2" 2>"$2.messages" </dev/null
}

# all that multipath reads below /etc as it is, and the same with the candidates
copy_etc() {
  mkdir -p "$work/now/multipath/conf.d" || fail 'no room for the candidate in /run'
  cp -R -p "$root"/etc/multipath.conf "$root"/etc/multipath /etc/ld.so.cache /etc/nsswitch.conf /etc/machine-id /etc/udev \
    "$work/now/" 2>/dev/null
  cp -R -p "$work/now" "$work/then" || fail 'no room for the candidate in /run'
  while read -r n path _ _; do
    path=$work/then${path#/etc}
    if [ -e "$path" ] || [ -L "$path" ]; then rm -f "$path"; fi
    [ ! -f "$work/candidate.$n" ] || cp "$work/candidate.$n" "$path" || fail 'no room for the candidate in /run'
  done <"$work/files"
}

check_candidate() {
  copy_etc
  parsed "$work/now" "$work/was" || : # what stands may be broken already; then no message is new
  parsed "$work/then" "$work/is"
  code=$?
  case $code in
    0) ;;
    124 | 137 | 143) fail 'multipath -t did not end within 20 s with the candidate' ;;
    *) fail "multipath -t ends with $code for the candidate: $(sed 's/^.*[0-9] | //' "$work/is.messages" | tail -n 1)" ;;
  esac
  mounts=$root/proc/self/mountinfo swaps=$root/proc/swaps
  [ -r "$mounts" ] || mounts=/dev/null
  [ -r "$swaps" ] || swaps=/dev/null
  judge candidate of=messages.was "$work/was.messages" of=messages.is "$work/is.messages" of=mounts "$mounts" of=swaps "$swaps" \
    of=maps "$work/maps.before" || fail 'the candidate could not be compared with what stands'
  read -r why <"$work/verdict" && fail "$why"
  printf 'multipath -t reads the candidate without a new message\n'
}

# What is wrong, in sentences, into $work/verdict: of a candidate, or of its effect. One process for all tables, each read with
# a word that says what it is of; those that both need come by themselves. @returns 1 where that could not be told
judge() {
  about=$1
  shift
  about=$about awk '
    function told(why) { if (!(why in said)) { said[why] = 1; print why } }
    function bare(text) { gsub(/"/, "", text); return text }
    FNR == 1 { inside = overriding = 0; wwid = alias = "" }

    of == "expected" && $1 == "-" { may_go[$2] = 1; next }
    of == "expected" { expected[++wishes] = $0; next }

    # a configuration as multipath or multipathd tells it: its aliases, as `alias wwid`, and its overrides
    of == "was" || of == "is" || of == "daemon" {
      if (/^multipaths/) inside = 1
      if ($1 == "overrides") { overriding = 1; next }
      if (/^}/) inside = overriding = 0
      if (overriding && of != "was") { $1 = $1; lines[of, $0]++; if (!($0 in overrides)) { overrides[$0] = 1; override[++settings] = $0 } }
      if (!inside) next
      if ($1 == "wwid") wwid = bare($2)
      if ($1 == "alias") alias = bare($2)
      if ($1 != "}" || wwid == "") next
      if (alias != "" && !((of, alias " " wwid) in has)) {
        has[of, alias " " wwid] = 1
        called[of, wwid] = called[of, wwid] " " alias
        if (!((alias " " wwid) in pairs)) { pairs[alias " " wwid] = wwid; pair[++aliases] = alias " " wwid }
      }
      wwid = alias = ""
      next
    }

    # messages, without what differs from run to run: time stamps and line numbers
    of ~ /^messages/ {
      sub(/^.*[0-9] \| /, ""); gsub(/line [0-9]*/, "line N"); sub(/ \+[0-9]*[,:]/, " N:")
      if (of == "messages.was") known[$0] = 1
      else if ($0 != "" && !($0 in known)) told("multipath says of the candidate: " $0)
      next
    }

    # What the host runs from keeps its name: fstab, the boot loader and the initramfs may know it by that.
    of == "mounts" && $5 ~ "^/(boot|boot/efi|usr|var|etc)?$" {
      own[$3] = 1
      for (i = 7; i < NF; i++) if ($i == "-") own[$(i + 2)] = 1
    }
    of == "swaps" && FNR > 1 { own[$1] = 1 }
    of == "maps" && $1 == "slave" { below[$2] = below[$2] " " $3; next }
    of == "maps" { number[$2] = $3; uuid[$2] = $4; name[$2] = $5; next }

    # before and now: the maps of multipath, the paths in them, and those whose I/O the kernel has failed
    of == "before" && $1 == "slave" { if (before[$2] ~ /^mpath-/) path[++paths] = wwid_of(before[$2]) " " $3; next }
    of == "before" { before[$2] = $4; if ($4 ~ /^mpath-/) { map[++maps] = wwid_of($4); named[wwid_of($4)] = $5 } next }
    of == "after" && $1 == "slave" { there[wwid_of(after[$2]) " " $3] = 1; next }
    of == "after" { after[$2] = $4; if ($4 ~ /^mpath-/) { now[wwid_of($4)] = $5; is_there[wwid_of($4)] = 1 } next }
    of == "failed.before" && $2 == "failed" { failed[$1] = 1 }
    of == "failed.now" && $2 == "failed" && !($1 in failed) { fresh[++failures] = $1 }

    function wwid_of(id) { return substr(id, 7) }
    function stands_on(dm, parts, count, i) {
      if (uuid[dm] ~ /^mpath-/) keeps_name(wwid_of(uuid[dm]))
      count = split(below[dm], parts, " ")
      for (i = 1; i <= count; i++) stands_on(parts[i])
    }
    function keeps_name(id, was, is) {
      was = called["was", id]; is = called["is", id]
      if (was != is) told("the host itself stands on " id ", and with the candidate it would be called" (is ? is : " by its WWID") ", not" (was ? was : " by its WWID"))
      if (id in may_go) told("the host itself stands on " id)
    }
    function candidate(dm, i) {
      for (i = 1; i <= wishes; i++) if (!(("is", expected[i]) in has)) {
        split(expected[i], wish, " ")
        told("with the candidate, " wish[2] " would not be called " wish[1] ": is a section closed too early or too late?")
      }
      for (dm in uuid) if ((number[dm] in own) || (("/dev/" dm) in own) || (("/dev/mapper/" name[dm]) in own)) stands_on(dm)
    }
    # A map lost, or renamed though its alias did not change; a path lost or failed; what multipathd has not taken.
    function effect(i, id, its) {
      for (i = 1; i <= aliases; i++) if ((("was", pair[i]) in has) != (("is", pair[i]) in has)) may_change[pairs[pair[i]]] = 1
      for (i = 1; i <= maps; i++) {
        id = map[i]
        if (id in may_go) continue
        if (!(id in is_there)) told("map " named[id] " of " id " is gone")
        else if (now[id] != named[id] && !(id in may_change)) told("map " named[id] " of " id " is now called " now[id])
      }
      for (i = 1; i <= paths; i++) if (!(path[i] in there)) {
        split(path[i], its, " ")
        if (!(its[1] in may_go)) told("path " its[2] " of " its[1] " is gone from its map")
      }
      for (i = 1; i <= failures; i++) told("path " fresh[i] " has failed")
      for (i = 1; i <= aliases; i++) if ((("is", pair[i]) in has) != (("daemon", pair[i]) in has)) untaken(pair[i])
      for (i = 1; i <= settings; i++) if (lines["is", override[i]] != lines["daemon", override[i]]) untaken(override[i])
    }
    function untaken(what) { told("multipathd does not have in effect what the files say: " what) }
    END { if (ENVIRON["about"] == "candidate") candidate(); else effect() }
  ' of=expected "$work/expected" of=was "$work/was" of=is "$work/is" "$@" >"$work/verdict"
}

# -- maps -------------------------------------------------------------------------------------------------------------

# The maps of device-mapper into the file $1: `map dm-N NUMBER UUID NAME`, then `slave dm-N DEVICE` for each that it lies on; and
# those of multipath into $named, a line each: `NAME WWID`.
see_maps() {
  named=$lf
  for entry in "$root"/sys/block/dm-*; do
    [ -d "$entry" ] || continue
    dm=${entry##*/}
    word_of "$entry/dev"
    dev=${word:--}
    word_of "$entry/dm/uuid"
    id=${word:--}
    word_of "$entry/dm/name"
    printf 'map %s %s %s %s\n' "$dm" "$dev" "$id" "$word"
    case $id in mpath-*) named="$named$word ${id#mpath-}$lf" ;; esac
    for slave in "$entry"/slaves/*; do
      [ ! -e "$slave" ] || printf 'slave %s %s\n' "$dm" "${slave##*/}"
    done
  done >"$1"
}

# What became of maps and paths, and what multipathd has in effect: the first thing that is wrong into $found, if any.
see_effect() {
  ask 'show paths format "%d %t"' failed.now
  ask 'show config' daemon
  found='what is in effect could not be compared'
  judge effect of=daemon "$work/daemon" of=before "$work/maps.before" of=after "$work/maps.now" \
    of=failed.before "$work/failed.before" of=failed.now "$work/failed.now" || return
  while read -r found; do
    case $found in
      'path '*' is gone from its map') # a device that the kernel itself has given up was not lost by a file
        sd=${found#path }
        [ -e "$root/sys/block/${sd%% *}" ] || continue
        ;;
    esac
    return
  done <"$work/verdict"
  found=
}

# The first alias that is not the map of its WWID, as a sentence into $unmet; the maps as they are into $work/maps.now.
unmet() {
  see_maps "$work/maps.now"
  unmet=
  while [ $# -gt 0 ] && [ -z "$unmet" ]; do
    case $named in
      *"$lf$1 "*)
        wwid=${named#*"$lf$1 "}
        wwid=${wwid%%"$lf"*}
        ;;
      *) wwid= ;;
    esac
    [ -b "$root/dev/mapper/$1" ] || wwid=
    [ "$wwid" = "$2" ] || unmet="/dev/mapper/$1 is ${wwid:-not there}, not $2"
    shift 2
  done
}

# -- multipathd -------------------------------------------------------------------------------------------------------

# What it says goes into the file $2, or else into $text. It answers `fail` and `timeout` with exit status 0 (facts:
# multipath.md 5): the text counts.
ask() {
  timeout -k 2 15 multipathd -k"$1" >"$work/${2-said}" 2>&1 </dev/null
  [ $# -gt 1 ] || text_of "$work/said"
}

is_settled() {
  ask 'show daemon'
  case $last in
    *pending* | *configure*) return 1 ;;
    *idle* | *running*) ;;
    *) return 1 ;;
  esac
}

# Waits until two looks in turn, half a second apart, find it idle.
wait_idle() {
  tick
  end=$((clock + 60 + more)) calm=0
  while :; do
    if is_settled; then calm=$((calm + 1)); else calm=0; fi
    [ $calm -lt 2 ] || return 0
    tick
    [ "$clock" -le $end ] || return 1
    sleep 0.5
  done
}

reconfigure() {
  wait_idle || fail "multipathd is not idle within $((60 + more)) s; nothing was reconfigured"
  ask reconfigure
  # a line of its own: what its client has to say of the files comes before it
  case $lf$text in *"${lf}ok$lf"*) ;; *) return 1 ;; esac
  sleep 0.5 # `ok` comes before the work
  wait_idle
}

# -- what is so -------------------------------------------------------------------------------------------------------

# The first of what is not as it shall be, as a sentence into $found. @returns 1 where all is
amiss() {
  unmet "$@"
  found=$unmet
  [ -n "$found" ] || see_effect
  [ -n "$found" ]
}

# Waits for what the files say. @returns 1 where it does not come, with what is amiss in $found
await_effect() {
  tick
  end=$((clock + 30 + more))
  while amiss "$@"; do
    tick
    # a map that is to come waits for udev; what is lost does not come again by itself
    case $found in /dev/mapper/*) patience=0 ;; *) patience=25 ;; esac
    [ "$clock" -le $((end - patience)) ] || return 1
    sleep 0.5
  done
}

# Before anything is changed: the files are those that the candidates were made from, or done already; $open lists the others.
look() {
  open=' '
  while read -r n path before _; do
    hash_of "$root$path"
    now=$hash
    wanted "$n"
    [ "$now" != "$hash" ] || continue
    [ "$now" = "$before" ] || fail "$path changed meanwhile: $now, it was $before when the candidate was made"
    open="$open$n "
  done <"$work/files" || exit 1
  multipath -h >"$work/said" 2>&1 </dev/null
  text_of "$work/said"
  case $text in *' -t'*) ;; *) fail 'this release of multipath can not check a candidate (it has no -t)' ;; esac
  ask 'show daemon'
  case $lf$text in *"${lf}pid "*) ;; *) fail "multipathd does not run: $last" ;; esac
  see_maps "$work/maps.before"
  ask 'show paths format "%d %t"' failed.before
  check_candidate
}

# Only what is listed becomes a map. One deadline over all of them, and a process for each.
list_wwids() {
  [ $# -gt 0 ] || return 0
  # shellcheck disable=SC2016 # its words are the inner shell's
  timeout -k 2 $((15 * $# / 2)) sh -c 'while [ $# -gt 0 ]; do multipath -a "$2"; shift 2; done' sh "$@" </dev/null >/dev/null 2>&1
}

tell() {
  kept=0
  while read -r kind _ _ id _; do
    case $kind.$id in map.mpath-*) kept=$((kept + 1)) ;; esac
  done <"$work/maps.before"
  while read -r n path _ _; do
    wanted "$n"
    printf '%s is %.12s, %s maps kept\n' "$path" "$hash" "$kept"
  done <"$work/files"
  while [ $# -gt 0 ]; do
    printf '/dev/mapper/%s is %s\n' "$1" "$2"
    shift 2
  done
}
