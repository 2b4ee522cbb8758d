# shellcheck shell=sh disable=SC2154 # after paths.sh
# Who on this blade uses a LUN, by the kernel's own view: what is stacked on it, where it is mounted, swap, and which
# process has it open. multipathd has every path open and is none of them.

# what one device that lies on another is
stacked() {
  upper=$(value "$root/sys/block/$1/dm/name")
  case $(value "$root/sys/block/$1/dm/uuid") in
    part*) printf 'the partition %s (kpartx) lies on it\n' "$upper" ;;
    LVM-*) printf 'LVM has %s on it\n' "$upper" ;;
    *) printf '%s lies on it\n' "${upper:-$1}" ;;
  esac
}

# $1 the device's folder in sysfs, $2 its name in /dev, $3 its name in /dev/mapper
uses_of() {
  for entry in "$1"/holders/* "$1/$2"*/holders/*; do
    [ ! -e "$entry" ] || is_own_map "${entry##*/}" || stacked "${entry##*/}"
  done
  for entry in "$1/dev" "$1/$2"*/dev; do
    number=$(value "$entry")
    while [ -n "$number" ] && read -r _ _ its _ place _; do
      [ "$its" != "$number" ] || printf 'it is mounted at %s\n' "$place"
    done 2>/dev/null <"$root/proc/self/mountinfo"
  done
  while read -r swap _; do
    case $swap in "/dev/$2" | "/dev/$2"[0-9]* | "/dev/mapper/${3:--}") printf 'it is swap\n' ;; esac
  done 2>/dev/null <"$root/proc/swaps"
}

# the map of the LUN lies on its paths; that is no use of them
is_own_map() {
  word_of "$root/sys/block/$1/dm/uuid"
  [ "$word" = "mpath-$wwid" ]
}

# the processes that have one of these devices of /dev open
openers() {
  [ $# -gt 0 ] || return 0
  links=
  for device; do links="$links -o -lname /dev/$device"; done
  # shellcheck disable=SC2086 # words of find
  find "$root"/proc/[0-9]*/fd ${links# -o} 2>/dev/null | while IFS= read -r entry; do
    pid=${entry%/fd/*}
    about=$(value "$pid/comm")
    [ "$about" = multipathd ] || printf '%s (process %s) has it open\n' "$about" "${pid##*/}"
  done | sort -u
}

# how often the map $1 is open; device-mapper counts what lies on it too
open_count() {
  count=$(timeout 5 dmsetup info -c --noheadings -o open "$1" </dev/null) || fail "dmsetup does not say who has $1 open"
  printf %s "$count" | tr -d ' '
}
