# A Linux target as an array: thin LVs behind LIO's iblock, shown over tcm_fc ports. One verb a call, of those that change
# anything by whom: as RUN EPOCH VERB ...
#   report POOL | carve POOL NAME TAG BYTES | grow POOL NAME TAG BYTES | delete POOL NAME TAG | map NAME TAG LUN WWPN... | unmap NAME TAG LUN WWPN...
#   hide NAME TAG WWPN...   from these initiators alone, under whatever number they see it
#   tag POOL WWID TAG | untag POOL WWID TAG   what is there becomes ours, or stops being it; its name is whatever it was
# Every verb reads, compares, and only then changes; what exists by its tag is not made twice.
# Source: Documentation/target in the kernel; drivers/target/target_core_configfs.c
set -eu
export LC_ALL=C LVM_SUPPRESS_FD_WARNINGS=1
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
# Whether the volume group has it; an lvs that fails is no "no".
exists() {
  names=$(lvs --noheadings -o lv_name "${1%/*}") || fail "lvs can't say what is in ${1%/*}"
  for n in $names; do [ "$n" = "${1##*/}" ] && return 0; done
  return 1
}
owned() { case ",$(tags "$1")," in *,"$2",*) return 0 ;; esac; return 1; }
# The logical volume behind a backstore, as VG/LV, by whatever name the target has its device; nothing where it is none.
lv_of() { lvs --noheadings --separator / -o vg_name,lv_name "$(device "$1")" 2>/dev/null | tr -d ' '; }
lies_on() { [ "$(device "$1")" = "/dev/$2" ] || [ "$(lv_of "$1")" = "$2" ]; }
# The logical volume that bears a tag, as VG/LV.
tagged() {
  all=$(lvs --noheadings --separator "$(printf '\t')" -o vg_name,lv_name,lv_tags) || fail "lvs can't say what bears a tag"
  printf '%s\n' "$all" | awk -F '\t' -v tag="$1" '{ gsub(/ /, "") } index("," $3 ",", "," tag ",") { print $1 "/" $2; exit }'
}
backstore_on() {
  for b in "$TARGET"/core/iblock_*/*/; do [ -f "$b/info" ] && lies_on "${b%/}" "$1" && printf '%s' "${b%/}" && return; done
  return 0
}
# The backstore of a volume into $b: the one of its name, or of one that was there before it was ours, the one on what is tagged.
find_ours() {
  b=$(backstore "$1")
  if [ -n "$b" ] && owned "$(device "$b")" "$2"; then return; fi
  at=$(tagged "$2")
  [ -z "$at" ] || b=$(backstore_on "$at")
}

# The link in a LUN's folder that leads to a backstore, whatever it is called: targetcli gives names of its own.
link_to() {
  for l in "$1"/*; do
    [ -L "$l" ] || continue
    [ "$(readlink -f "$l")" != "$2" ] || { printf '%s' "$l"; return 0; }
  done
  return 0
}
# The folders of initiators' mappings that lead to LUN $2 of the port $1, under whatever number.
shown_at() { find "$1/acls" -type l -exec ls -l {} + | sed -n "s#^.* \(/[^ ]*\)/[^/ ]* -> .*/lun/lun_$2\$#\1#p"; }

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

# A thin pool that runs full takes every guest on it down: none of it is promised beyond 90 %, nor of its metadata.
refuse_full() {
  said=$(lvs --noheadings --units b --nosuffix -o lv_size,data_percent,metadata_percent "$1") || fail "there is no pool $1"
  printf '%s\n' "$said" | awk -v pool="$1" -v wanted="$2" '
    NF != 3 { why = pool " does not say how full it is" }
    NF == 3 && ($2 > 90 || $3 > 90) { why = pool " is " $2 " % full, its metadata " $3 " %; at most 90 % are used" }
    NF == 3 && why == "" { free = $1 * (100 - $2) / 100 }
    NF == 3 && why == "" && free < wanted { why = sprintf("%s has %.0f bytes free, %.0f are wanted", pool, free, wanted) }
    END { if (why != "") print why; exit (why != "") }' >&2 || exit 1
}

carve() {
  pool=$1 name=$2 tag=$3 bytes=$4
  vg=${pool%/*}
  lv=$vg/$name
  b=$(backstore "$name")
  # One of this name on another device is somebody else's; nothing is made that would have to be taken back.
  [ -z "$b" ] || [ -z "$(device "$b")" ] || [ "$(device "$b")" = "/dev/$lv" ] ||
    fail "there is a backstore $name already, on $(device "$b")"
  if exists "$lv"; then
    owned "$lv" "$tag" || fail "$lv exists and is not tagged $tag"
  else
    refuse_full "$pool" "$bytes"
    lvcreate -qq -y -V "${bytes}b" -T "$pool" -n "$name" --addtag "$tag" >/dev/null
  fi
  [ -b "/dev/$lv" ] || lvchange -ay "$lv"
  have=$(blockdev --getsize64 "/dev/$lv")
  [ "$have" = "$bytes" ] || fail "$lv has $have bytes, not $bytes"
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

# The backstore tells initiators the size of its device as it is asked. Source: target_core_iblock.c, iblock_get_blocks()
grow() {
  pool=$1 name=$2 tag=$3 bytes=$4
  lv=$(tagged "$tag")
  lv=${lv:-${pool%/*}/$name}
  exists "$lv" || fail "there is no $lv"
  owned "$lv" "$tag" || fail "$lv is not tagged $tag"
  find_ours "$name" "$tag"
  [ -n "$b" ] && lies_on "$b" "$lv" || fail "there is no backstore $name on /dev/$lv"
  have=$(lvs --noheadings --units b --nosuffix -o lv_size "$lv" | tr -d ' ')
  [ "$have" -le "$bytes" ] || fail "$lv has $have bytes: it is never made smaller"
  if [ "$have" != "$bytes" ]; then
    refuse_full "$pool" "$((bytes - have))"
    lvextend -qq -y -L "${bytes}b" "$lv" >/dev/null
  fi
  have=$(blockdev --getsize64 "/dev/$lv")
  [ "$have" = "$bytes" ] || fail "/dev/$lv has $have bytes, not $bytes"
  printf 'size\t%s\n' "$have"
}

# The ports at which an initiator is known; all of them for one that is known at none.
ports_of() {
  found=
  for t in "$TARGET"/fc/*/tpgt_1; do [ -d "$t/acls/$1" ] && found="$found $t"; done
  [ -n "$found" ] || for t in "$TARGET"/fc/*/tpgt_1; do found="$found $t"; done
  printf '%s' "$found"
}

# Puts the backstore $b at the port's LUN, unless it is there; one volume never has two numbers, nor a number two.
show_at_port() {
  for other in "$1"/lun/lun_*; do
    [ -d "$other" ] && [ "$other" != "$2" ] && [ -n "$(link_to "$other" "$b")" ] || continue
    fail "$name is shown as LUN ${other##*_} already"
  done
  [ -z "$(link_to "$2" "$b")" ] || return 0
  for other in "$2"/*; do [ -L "$other" ] && fail "LUN ${2##*_} at ${1%/tpgt_1} is $(basename "$(readlink -f "$other")")'s"; done
  mkdir -p "$2"
  ln -s "$b" "$2/$name"
}

map() {
  name=$1 tag=$2 lun=$3
  shift 3
  [ "$lun" -gt 0 ] || fail "LUN 0 is never given: the target itself answers there"
  find_ours "$name" "$tag"
  [ -n "$b" ] || fail "there is no backstore $name"
  owned "$(device "$b")" "$tag" || fail "$name is not tagged $tag"
  b=$(readlink -f "$b")
  for w in "$@"; do
    i=$(colons "$w")
    for t in $(ports_of "$i"); do
      p=$t/lun/lun_$lun
      show_at_port "$t" "$p"
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
  find_ours "$name" "$tag"
  [ -n "$b" ] || { printf 'unmapped\t%s\n' "$lun"; return; }
  owned "$(device "$b")" "$tag" || fail "$name is not tagged $tag"
  b=$(readlink -f "$b")
  wanted=' '
  for w in "$@"; do wanted="$wanted$(colons "$w") "; done
  # First all is looked at, then all is changed: half of it is no state to stop in.
  for t in "$TARGET"/fc/*/tpgt_1; do
    [ -n "$(link_to "$t/lun/lun_$lun" "$b")" ] || continue
    for m in $(shown_at "$t" "$lun"); do
      m=${m%/*}
      case $wanted in *" ${m##*/} "*) ;; *) fail "$name is shown to ${m##*/} too" ;; esac
    done
  done
  for t in "$TARGET"/fc/*/tpgt_1; do
    link=$(link_to "$t/lun/lun_$lun" "$b")
    [ -n "$link" ] || continue
    for m in $(shown_at "$t" "$lun"); do
      unlink_all "$m"
      rmdir "$m"
    done
    rm "$link"
    rmdir "$t/lun/lun_$lun"
  done
  refuse_shown "$b"
  printf 'unmapped\t%s\n' "$lun"
}

# The folders of an initiator's mappings that lead to the backstore $b, at whatever port, under whatever number.
shown_to() {
  for m in "$TARGET"/fc/*/tpgt_1/acls/"$1"/lun_*; do
    [ -d "$m" ] || continue
    for l in "$m"/*; do
      [ -L "$l" ] && [ -n "$(link_to "$(readlink -f "$l")" "$b")" ] && printf '%s\n' "$m"
    done
  done
  return 0
}

hide() {
  name=$1 tag=$2
  shift 2
  find_ours "$name" "$tag"
  [ -n "$b" ] || fail "there is no backstore $name"
  owned "$(device "$b")" "$tag" || fail "$name is not tagged $tag"
  b=$(readlink -f "$b")
  for w in "$@"; do
    for m in $(shown_to "$(colons "$w")"); do
      unlink_all "$m"
      rmdir "$m"
    done
  done
  for w in "$@"; do
    left=$(shown_to "$(colons "$w")")
    [ -z "$left" ] || fail "$name is still shown to $(colons "$w")"
  done
  printf 'hidden\t%s\n' "$#"
}

# By whatever fabric, under whatever number.
refuse_shown() {
  for p in "$TARGET"/*/*/tpgt_*/lun/lun_*; do
    [ ! -d "$p" ] || [ -z "$(link_to "$p" "$1")" ] || fail "$name is still shown as ${p#"$TARGET"/}"
  done
}

# What the target keeps in files by the serial: reservations that outlive a power loss, and states of port groups.
forget() {
  case $1 in '' | *[!0-9a-fA-F-]*) return 0 ;; esac
  kept=$(cat "$TARGET/dbroot" 2>/dev/null || echo /var/target)
  rm -rf "${ANYBLADE_ROOT:-}$kept/pr/aptpl_$1" "${ANYBLADE_ROOT:-}$kept/alua/tpgs_$1"
}

delete() {
  pool=$1 name=$2 tag=$3
  lv=$(tagged "$tag")
  lv=${lv:-${pool%/*}/$name}
  b=$(backstore "$name")
  if [ -z "$b" ] || { [ -n "$(device "$b")" ] && ! lies_on "$b" "$lv"; }; then b=$(backstore_on "$lv"); fi
  if exists "$lv"; then owned "$lv" "$tag" || fail "$lv is not tagged $tag"; fi
  # Only what lies on our own volume is ours; a namesake on another device is not touched.
  if [ -n "$b" ]; then
    refuse_shown "$(readlink -f "$b")"
    of=$(serial "$b")
    rmdir "$b"
    forget "$of"
  fi
  if exists "$lv"; then lvremove -qq -y "$lv" >/dev/null; fi
  exists "$lv" && fail "$lv is still there"
  printf 'deleted\t%s\n' "$name"
}

# The backstore that tells this id.
backstore_of_id() {
  for b in "$TARGET"/core/iblock_*/*/; do [ -f "$b/info" ] && [ "$(wwid "${b%/}")" = "$1" ] && printf '%s' "${b%/}" && return; done
  return 0
}

# What is there becomes ours: only a volume of the pool's own group, for nothing else can be marked, made larger or deleted here.
tag() {
  b=$(backstore_of_id "$2")
  [ -n "$b" ] || fail "there is no LUN $2"
  lv=$(lv_of "$b")
  [ "${lv%/*}" = "${1%/*}" ] || fail "${b##*/} lies on $(device "$b"), which is no volume of ${1%/*}: it can't be tagged"
  for one in $(tags "$lv" | tr , ' '); do
    case $one in "$3") ;; anyblade.*) fail "$lv is tagged $one already" ;; esac
  done
  at=$(tagged "$3")
  [ -z "$at" ] || [ "$at" = "$lv" ] || fail "the tag $3 is on $at already"
  owned "$lv" "$3" || lvchange -qq --addtag "$3" "$lv" >/dev/null
  owned "$lv" "$3" || fail "$lv is not tagged $3"
  printf 'tagged\t%s\n' "${b##*/}"
}

untag() {
  b=$(backstore_of_id "$2")
  lv=
  [ -z "$b" ] || lv=$(lv_of "$b")
  if [ -n "$lv" ] && owned "$lv" "$3"; then
    lvchange -qq --deltag "$3" "$lv" >/dev/null
    ! owned "$lv" "$3" || fail "$lv is still tagged $3"
  fi
  printf 'untagged\t%s\n' "$2"
}

# A run acts by the epoch of its lease. One by an older epoch than has acted here was taken over, and is refused; and a newer
# one waits until what an older one has begun has ended, whatever became of who asked for it. Epochs are whole lines.
as() {
  run=$1 epoch=$2
  case $run in r-*[!0-9a-z]* | r-) fail "not a run: $run" ;; r-*) ;; *) fail "not a run: $run" ;; esac
  case $epoch in '' | *[!0-9]*) fail "not an epoch: $epoch" ;; esac
  kept=${ANYBLADE_ROOT:-}/var/lib/anyblade/epochs
  [ -d "$kept" ] || mkdir -p "$kept"
  exec 9>>"$kept/$run"
  flock -s -w 60 9 || fail "another act of $run has not ended here"
  read_newest "$kept/$run"
  if [ "$epoch" -gt "$seen" ]; then
    flock -w 60 9 || fail "what an older epoch of $run has begun has not ended here"
    find "$kept" -type f ! -name "$run" -mtime +90 -exec rm -f {} +
    printf '%s\n' "$epoch" >&9
    sync "$kept/$run" "$kept" 2>/dev/null || sync
    flock -s -w 60 9 || fail "another act of $run has not ended here"
    read_newest "$kept/$run"
  fi
  [ "$epoch" -eq "$seen" ] || fail "run $run was taken over: epoch $seen has acted here, this is $epoch"
}
# The newest epoch in a file, into $seen; a last line that was cut off has no end, and is not read.
read_newest() {
  seen=0
  while read -r one; do
    [ "$one" -le "$seen" ] || seen=$one
  done <"$1"
}

verb=$1
shift
case $verb in
report)
  report "$@"
  exit
  ;;
as)
  [ $# -ge 3 ] || fail 'as RUN EPOCH VERB ...'
  as "$1" "$2"
  verb=$3
  shift 3
  ;;
*) fail "no such verb without a run: $verb" ;;
esac
case $verb in
carve | grow | map | unmap | hide | delete | tag | untag) "$verb" "$@" ;;
*) fail "no such verb: $verb" ;;
esac
