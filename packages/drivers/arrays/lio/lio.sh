# A Linux target as an array: thin LVs behind LIO's iblock, shown over tcm_fc ports. One verb a call:
#   report POOL | carve POOL NAME TAG BYTES | delete POOL NAME TAG | map NAME TAG LUN WWPN... | unmap NAME TAG LUN WWPN...
# Every verb reads, compares, and only then changes; what exists by its tag is not made twice.
# Source: Documentation/target in the kernel; drivers/target/target_core_configfs.c
set -eu
export LC_ALL=C
TARGET=${ANYBLADE_ROOT:-}/sys/kernel/config/target
say() { printf '%s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

colons() { printf '%s' "$1" | sed 's/../&:/g; s/:$//'; }
backstore() { for b in "$TARGET"/core/iblock_*/"$1"; do [ -d "$b" ] && printf '%s' "$b" && return; done; return 0; }
serial() { sed 's/^.*: //' "$1/wwn/vpd_unit_serial"; }
# NAA 6, the company id 001405 of LIO, then the first 25 hex digits of the serial. Source: spc_gen_naa_6h_vendor_specific()
wwid() { printf '36001405%s' "$(serial "$1" | tr -d -c '0-9a-fA-F' | tr A-F a-f | cut -c1-25)"; }
# The block device behind a backstore, by the target's own word. Source: iblock_show_configfs_dev_params()
device() { sed -n 's/.*UDEV PATH: \([^ ]*\).*/\1/p' "$1/info"; }
# The tags of a volume, or nothing where there is no such volume.
tags() { lvs --noheadings -o lv_tags "$1" 2>/dev/null | tr -d ' '; }
exists() { lvs "$1" >/dev/null 2>&1; }
owned() { case ",$(tags "$1")," in *,"$2",*) return 0 ;; esac; return 1; }

report() {
  pool=$1
  for h in "${ANYBLADE_ROOT:-}"/sys/class/fc_host/*; do
    [ -e "$h/port_name" ] && printf 'port\t%s\t%s\n' "$(cat "$h/port_name")" "$(cat "$h/port_state")"
  done
  lvs --noheadings --units b --nosuffix --separator "$(printf '\t')" -o lv_size,data_percent "$pool" | sed 's/^ *//; s/^/pool\t/'
  for b in "$TARGET"/core/iblock_*/*/; do
    b=${b%/}
    [ -f "$b/info" ] || continue
    dev=$(device "$b")
    t=$(tags "$dev" || true)
    size=$(blockdev --getsize64 "$dev" 2>/dev/null || echo 0)
    printf 'volume\t%s\t%s\t%s\t%s\n' "${b##*/}" "$(wwid "$b")" "$size" "$t"
  done
  for m in "$TARGET"/fc/*/tpgt_1/acls/*/lun_*; do
    [ -d "$m" ] || continue
    for l in "$m"/*; do
      [ -L "$l" ] || continue
      # The link leads to the port's LUN, which holds a link to the backstore.
      for s in "$(readlink -f "$l")"/*; do
        [ -L "$s" ] || continue
        acl=${m%/lun_*}
        port=${acl%/tpgt_1/acls/*}
        printf 'mapping\t%s\t%s\t%s\t%s\n' "$(basename "$(readlink -f "$s")")" "${acl##*/}" "${port##*/}" "${m##*_}"
        break
      done
    done
  done
}

carve() {
  pool=$1 name=$2 tag=$3 bytes=$4
  vg=${pool%/*}
  lv=$vg/$name
  if exists "$lv"; then
    owned "$lv" "$tag" || fail "$lv exists and is not tagged $tag"
  else
    free=$(lvs --noheadings --units b --nosuffix -o lv_size,data_percent "$pool" | awk '{ printf "%.0f", $1 * (100 - $2) / 100 }')
    [ "$free" -ge "$bytes" ] || fail "$pool has $free bytes free, $bytes are wanted"
    lvcreate -qq -y -V "${bytes}b" -T "$pool" -n "$name" --addtag "$tag" >/dev/null
  fi
  have=$(lvs --noheadings --units b --nosuffix -o lv_size "$lv" | tr -d ' ')
  [ "$have" = "$bytes" ] || fail "$lv has $have bytes, not $bytes"
  lvchange -ay "$lv"
  b=$(backstore "$name")
  if [ -z "$b" ]; then
    b=$TARGET/core/iblock_0/$name
    mkdir -p "$b"
  fi
  if [ "$(cat "$b/enable")" != 1 ]; then
    printf 'udev_path=/dev/%s' "$lv" >"$b/control"
    # A serial of its own, never made from the name: a volume made anew is another LUN.
    cat "${ANYBLADE_ROOT:-}/proc/sys/kernel/random/uuid" >"$b/wwn/vpd_unit_serial"
    printf '/dev/%s' "$lv" >"$b/udev_path"
    echo 1 >"$b/enable"
  fi
  [ "$(device "$b")" = "/dev/$lv" ] || fail "the backstore $name is $(device "$b"), not /dev/$lv"
  printf 'wwid\t%s\n' "$(wwid "$b")"
}

# The ports at which an initiator is known; all of them for one that is known at none.
ports_of() {
  found=
  for t in "$TARGET"/fc/*/tpgt_1; do [ -d "$t/acls/$1" ] && found="$found $t"; done
  [ -n "$found" ] || for t in "$TARGET"/fc/*/tpgt_1; do found="$found $t"; done
  printf '%s' "$found"
}

map() {
  name=$1 tag=$2 lun=$3
  shift 3
  [ "$lun" -gt 0 ] || fail "LUN 0 is never given: the target itself answers there"
  b=$(backstore "$name")
  [ -n "$b" ] || fail "there is no backstore $name"
  owned "$(device "$b")" "$tag" || fail "$name is not tagged $tag"
  for w in "$@"; do
    i=$(colons "$w")
    for t in $(ports_of "$i"); do
      p=$t/lun/lun_$lun
      if [ -d "$p" ]; then
        [ -L "$p/$name" ] || for other in "$p"/*; do [ -L "$other" ] && fail "LUN $lun at ${t%/tpgt_1} is ${other##*/}'s"; done
      fi
      mkdir -p "$p"
      [ -L "$p/$name" ] || ln -s "$b" "$p/$name"
      m=$t/acls/$i/lun_$lun
      if [ -d "$m" ]; then
        for l in "$m"/*; do
          [ -L "$l" ] || continue
          [ "$(readlink -f "$l")" = "$(readlink -f "$p")" ] || fail "$i has another LUN $lun at ${t%/tpgt_1}"
          continue 2
        done
      fi
      mkdir -p "$m"
      ln -s "$p" "$m/map"
    done
  done
  printf 'mapped\t%s\n' "$lun"
}

# Only links lie in these folders beside the kernel's own files.
unlink_all() { for l in "$1"/*; do [ -L "$l" ] && rm "$l"; done; return 0; }

unmap() {
  name=$1 tag=$2 lun=$3
  shift 3
  b=$(backstore "$name")
  [ -n "$b" ] || { printf 'unmapped\t%s\n' "$lun"; return; }
  owned "$(device "$b")" "$tag" || fail "$name is not tagged $tag"
  for t in "$TARGET"/fc/*/tpgt_1; do
    p=$t/lun/lun_$lun
    [ -L "$p/$name" ] || continue
    for w in "$@"; do
      m=$t/acls/$(colons "$w")/lun_$lun
      [ -d "$m" ] || continue
      unlink_all "$m"
      rmdir "$m"
    done
    for m in "$t"/acls/*/lun_"$lun"; do [ -d "$m" ] && fail "$name is still shown to $(basename "${m%/*}")"; done
    rm "$p/$name"
    rmdir "$p"
  done
  printf 'unmapped\t%s\n' "$lun"
}

delete() {
  pool=$1 name=$2 tag=$3
  lv=${pool%/*}/$name
  b=$(backstore "$name")
  if [ -n "$b" ]; then
    if exists "$lv"; then owned "$lv" "$tag" || fail "$name is not tagged $tag"; fi
    for p in "$TARGET"/fc/*/tpgt_1/lun/lun_*/"$name"; do [ -L "$p" ] && fail "$name is still shown as ${p%/*}"; done
    rmdir "$b"
  fi
  if exists "$lv"; then
    owned "$lv" "$tag" || fail "$lv is not tagged $tag"
    lvremove -qq -y "$lv" >/dev/null
  fi
  exists "$lv" && fail "$lv is still there"
  printf 'deleted\t%s\n' "$name"
}

verb=$1
shift
case $verb in
report | carve | map | unmap | delete) "$verb" "$@" ;;
*) fail "no such verb: $verb" ;;
esac
