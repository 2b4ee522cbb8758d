# shellcheck shell=sh disable=SC2154 # after config.sh
# Puts multipath's configuration files in effect, all at once. What is amiss afterwards brings the former files back.
# Exit status 0 only when every ALIAS is the map of its WWID.
# ANYBLADE_KEPT is where the run keeps the former files, and to take it back brings those back, byte for byte, unless
# somebody has changed them since.

# -- the way back -----------------------------------------------------------------------------------------------------

# What the run has kept stands in for the candidate, where the file is as the run has written it.
take_kept() {
  [ "${ANYBLADE_WAY-}" = undo ] && [ -f "${ANYBLADE_KEPT-}/files" ] || return 0
  while read -r n path _ _; do
    written=$(awk -v path="$path" '$2 == path { print $3 }' "$ANYBLADE_KEPT/files")
    hash_of "$root$path"
    [ -n "$written" ] && [ "$hash" = "$written" ] || continue
    from=$(awk -v path="$path" '$2 == path { print $1 }' "$ANYBLADE_KEPT/files")
    rm -f "$work/candidate.$n"
    [ ! -f "$ANYBLADE_KEPT/$from" ] || cp -p "$ANYBLADE_KEPT/$from" "$work/candidate.$n" || return 1
  done <"$work/files"
}

# For that: the files as they are, and what will stand there.
keep() {
  [ "${ANYBLADE_WAY-}" = 'do' ] && [ -n "${ANYBLADE_KEPT-}" ] || return 0
  [ ! -e "$ANYBLADE_KEPT" ] || rm -rf "$ANYBLADE_KEPT" || return 1
  mkdir -p "$ANYBLADE_KEPT" || return 1
  while read -r n path _ _; do
    [ ! -f "$root$path" ] || cp -p "$root$path" "$ANYBLADE_KEPT/$n" || return 1
    wanted "$n"
    printf '%s %s %s\n' "$n" "$path" "$hash" >>"$ANYBLADE_KEPT/files" || return 1
  done <"$work/files"
}

# -- the file ---------------------------------------------------------------------------------------------------------

# $1 the file, $2 the new content or nothing, put in place by rename; owner and mode of the former file are kept
put() {
  target=$root$1
  if [ -z "$2" ]; then
    rm -f "$target"
  else
    [ -d "${target%/*}" ] || mkdir -p "${target%/*}" || return 1
    if [ -e "$target.anyblade" ] || [ -L "$target.anyblade" ]; then rm -f "$target.anyblade"; fi
    if [ -f "$target" ]; then cp -p "$target" "$target.anyblade"; else (umask 022 && : >"$target.anyblade"); fi || return 1
    cat "$2" >"$target.anyblade" || return 1
    sync "$target.anyblade" 2>/dev/null || sync
    mv -f "$target.anyblade" "$target" || return 1
    ! command -v restorecon >/dev/null || restorecon "$target"
  fi
  sync "${target%/*}" 2>/dev/null || sync
}

put_back() {
  [ -n "$wrote" ] || fail "$1; the files stood so before"
  while read -r n path _ _; do
    [ -f "$work/wrote.$n" ] || continue
    if [ -f "$work/former.$n" ]; then put "$path" "$work/former.$n"; else put "$path" ''; fi
  done <"$work/files"
  reconfigure || printf 'and multipathd did not take the former file either\n' >&2
  fail "$1; the former file is back"
}

take_kept || fail 'what the run has kept can not be read'
look
wrote=
if [ "$open" != ' ' ]; then
  keep || fail 'no room to keep the former files'
  while read -r n path _ _; do
    case $open in *" $n "*) ;; *) continue ;; esac
    [ ! -f "$root$path" ] || cp -p "$root$path" "$work/former.$n" || fail 'no room for the former file in /run'
  done <"$work/files" || exit 1
  wrote=yes
  while read -r n path _ _; do
    case $open in *" $n "*) ;; *) continue ;; esac
    : >"$work/wrote.$n"
    if [ -f "$work/candidate.$n" ]; then put "$path" "$work/candidate.$n"; else put "$path" ''; fi || put_back "$path can not be written"
  done <"$work/files" || exit 1
fi
list_wwids "$@"
unmet "$@"
if [ -n "$wrote" ] || [ -n "$unmet" ]; then
  reconfigure || put_back "multipathd does not reconfigure: $last"
  await_effect "$@" || put_back "$found"
fi
tell "$@"
