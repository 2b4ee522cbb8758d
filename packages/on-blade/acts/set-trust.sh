# shellcheck shell=sh # after trust.sh
# FLEET [FILE PEER BEFORE AFTER]...: of what stands in FILE (authorized_keys, known_hosts) for PEER, which are the lines
# that end with our mark and its name, BEFORE becomes AFTER; each a text of lines, or nothing. Other lines stay as they are.
tab=$(printf '\t')

# $1 the file, $2 the peer: its lines
ours() { [ ! -f "$1" ] || awk -v mark="$mark$2" '$NF == mark' "$1"; }

# $1 the text: each of its lines bears the mark
bears() {
  while IFS= read -r line; do
    case $line in *" $mark$2") ;; *) return 1 ;; esac
  done <<TEXT
$1
TEXT
}

# $1 the file, $2 the peer, $3 the lines that take the place of its own; put in place by rename
put() {
  target=$1
  [ ! -L "$1" ] || target=$(readlink -f "$1") || return 1
  rm -f "$target.anyblade"
  if [ -f "$target" ]; then cp -p "$target" "$target.anyblade"; else : >"$target.anyblade"; fi || return 1
  {
    [ ! -f "$target" ] || awk -v mark="$mark$2" '$NF != mark' "$target"
    [ -z "$3" ] || printf '%s\n' "$3"
  } >"$target.anyblade" || return 1
  sync "$target.anyblade" 2>/dev/null || sync
  mv -f "$target.anyblade" "$target" || return 1
  ! command -v restorecon >/dev/null || restorecon "$target"
  sync "${target%/*}" 2>/dev/null || sync
}

while [ $# -gt 0 ]; do
  [ $# -ge 4 ] || fail 'a change lacks a part'
  case $1 in authorized_keys | known_hosts) file=$root/root/.ssh/$1 ;; *) fail "not a file of credentials: $1" ;; esac
  case $2 in '' | *[!A-Za-z0-9_.-]*) fail "not a blade: $2" ;; esac
  case $3$4 in *"$tab"*) fail 'a line with a tab' ;; esac
  { [ -z "$3" ] || bears "$3" "$2"; } && { [ -z "$4" ] || bears "$4" "$2"; } || fail "a line that is not the fleet's own"
  now=$(ours "$file" "$2") || fail "$file can not be read"
  if [ "$now" != "$4" ]; then
    [ "$now" = "$3" ] || fail "what $1 has of $2 changed meanwhile; look again"
    ssh_directory && put "$file" "$2" "$4" || fail "$file can not be written"
    [ "$(ours "$file" "$2")" = "$4" ] || fail "$file was not written"
  fi
  printf '%s %s %s\n' "$1" "$([ -n "$4" ] && echo 'has its line of' || echo 'has no line of')" "$2"
  shift 4
done
