# shellcheck shell=sh disable=SC2154 # after domain.sh; $writer is the program
# A guest's disks, asked who they are at the last moment: ALIAS=WWID...

need_disks() {
  for word; do
    case $word in [!A-Za-z0-9_]* | *[!!-~]* | =*) fail "not a disk: $word" ;; *=?*) ;; *) fail "not a disk: $word" ;; esac
  done
}

# what is wrong with the disks goes to stderr
right_disks() {
  [ $# -gt 0 ] || return 0
  for python in python3 /usr/libexec/platform-python; do
    command -v "$python" >/dev/null 2>&1 || continue
    timeout -k 2 60 "$python" -I -S -c "$writer" prove-disks "$uuid" "$name" "$@" </dev/null
    return
  done
  printf 'without python3 the disks are not asked again: the last look counts\n'
}
