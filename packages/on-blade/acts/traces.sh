# shellcheck shell=sh disable=SC2154 # after paths.sh
# What a LUN leaves on a blade, place by place, each as lines; nothing where there is nothing. A WWID is compared whole
# (facts: san.md B53, a part of one once removed another's disk).

bare=${3-}
bare=${bare#?}

# SCSI devices that the kernel knows by this id, and whatever sits at the LUN's number behind the array's ports
devices_left() {
  devices_at_lun
  for entry in "$root"/sys/bus/scsi/devices/*/wwid; do
    word_of "$entry"
    case $word in
      "naa.$bare" | "eui.$bare" | "t10.$bare")
        entry=${entry%/wwid}
        printf '%s\n' "${entry##*/}"
        ;;
    esac
  done
}

# maps of it and of its partitions
maps_left() {
  for entry in "$root"/sys/block/dm-*; do
    word_of "$entry/dm/uuid"
    case $word in
      "mpath-$wwid" | part*-mpath-"$wwid")
        word_of "$entry/dm/name"
        printf '%s %s\n' "${entry##*/}" "$word"
        ;;
    esac
  done
}

links_left() {
  for entry in "$root"/dev/disk/by-id/*; do
    case ${entry##*/} in
      *-"$wwid" | *-"$wwid"-part* | wwn-0x"$bare" | wwn-0x"$bare"-part*) printf '%s\n' "$entry" ;;
    esac
  done
  for entry in "$root/dev/mapper/$volume" "$root/dev/mapper/$volume"-part*; do
    [ ! -e "$entry" ] && [ ! -L "$entry" ] || printf '%s\n' "$entry"
  done
}

# lines of a file that name it as one word; comments are none
lines_left() { [ ! -f "$1" ] || wwid=$wwid awk '/^[ \t]*#/ { next } { for (i = 1; i <= NF; i++) if ($i == ENVIRON["wwid"] || $i == "/" ENVIRON["wwid"] "/") { print; next } }' "$1"; }

# places in multipath's configuration, comments left out
configured() {
  for entry in "$root/etc/multipath.conf" "$root"/etc/multipath/conf.d/*.conf; do
    [ -f "$entry" ] || continue
    sed 's/[#!].*//' "$entry" | grep -nF "$wwid" | sed "s|^|${entry#"$root"}:|"
  done
}

lvm_left() {
  for entry in "$root"/etc/lvm/devices/*.devices; do
    [ ! -f "$entry" ] || grep -E "^[^#].*IDNAME=(mpath-$wwid|naa\.$bare|eui\.$bare)( |\$)" "$entry"
  done
}
