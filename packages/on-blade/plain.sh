# shellcheck shell=sh disable=SC2154 # a part of probe.sh: its functions and $root, $seconds, "$@" are in effect here
# The reader's sections where a blade has no python3: the same lines, by a process a page and path. Slower, and a disk
# in D state costs its five seconds each; what gives no answer is left out and read as silence.
# May come in: sysfs, sg3-utils, virsh. May not: a cached id; without sg_inq no identity is told at all.

value() { read -r word 2>/dev/null <"$1" && printf %s "$word" | tr -d '\t'; }
first() { for entry in "$1"/*; do [ -e "$entry" ] && printf %s "${entry##*/}" && return; done; printf -- -; }
hex() { od -An -v -tx1 | tr -d ' \n'; }

ports() {
  for entry in "$root"/sys/class/fc_host/host*; do
    [ -d "$entry" ] || continue
    printf 'fc-host\t%s\t%s\t%s\t%s\n' "${entry##*/host}" "$(value "$entry/port_name")" "$(value "$entry/port_state")" \
      "$(value "$entry/fabric_name")"
  done
  for entry in "$root"/sys/class/fc_remote_ports/rport-*; do
    [ -d "$entry" ] || continue
    place=${entry##*/rport-}
    channel=${place#*:}
    printf 'rport\t%s\t%s\t%s\t%s\t%s\n' "${place%%:*}" "${channel%-*}" "$(value "$entry/scsi_target_id")" \
      "$(value "$entry/port_name")" "$(value "$entry/port_state")"
  done
}

# the entries of a directory as $2 prints them, joined by commas
each() {
  for entry in "$1"/*; do [ -e "$entry" ] && "$2" "$entry" && printf ,; done | sed 's/,$//'
}
numbered() { printf '%s=%s' "${1##*/}" "$(value "$1/dev")"; }
# a holder's own name where it is a map, in base64
holder() {
  name=$(value "$root/sys/block/${1##*/}/dm/name")
  printf %s "${name:-${1##*/}}" | encoded
}

# what the host does with a device itself: $1 its number, $2 and $3 its names
uses() {
  {
    awk -v number="$1" -v one="/dev/$2" -v other="/dev/mapper/$3" '{ for (i = 7; i < NF && $i != "-"; i++) continue
      if ($3 == number || $(i + 2) == one || $(i + 2) == other) print "mounted at " $5 }' "$root/proc/self/mountinfo"
    awk -v one="/dev/$2" -v other="/dev/mapper/$3" '$1 == one || $1 == other { print "swap" }' "$root/proc/swaps"
  } 2>/dev/null | while IFS= read -r one; do printf %s "$one" | encoded && printf ,; done | sed 's/,$//'
}

maps() {
  for map in "$root"/sys/block/dm-*; do
    [ -d "$map/dm" ] || continue
    name=$(value "$map/dm/name") number=$(value "$map/dev")
    printf 'map\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "${map##*/}" "$name" "$(value "$map/dm/uuid")" \
      "$(value "$map/size")" "$number" "$(each "$map/slaves" numbered)" "$(each "$map/holders" holder)" \
      "$(uses "$number" "${map##*/}" "$name")"
  done
}

# whether a device is asked for: $1 its LUN, $2 its disk, $3 its type, then the question
is_wanted() {
  lun=$1 disk=$2 type=$3
  shift 3
  for word; do
    case $word in
      paths=all) [ "$type" = 0 ] && return 0 ;;
      "lun=$lun") return 0 ;;
      map=*)
        for map in "$root"/sys/block/dm-*; do
          [ -e "$map/slaves/$disk" ] && [ "$(value "$map/dm/name")" = "${word#map=}" ] && return 0
        done
        ;;
    esac
  done
  return 1
}

devices() {
  for entry in "$root"/sys/bus/scsi/devices/*:*:*:*; do
    hctl=${entry##*/}
    [ -d "$root/sys/class/fc_host/host${hctl%%:*}" ] || continue
    disk=$(first "$entry/block") type=$(value "$entry/type")
    is_wanted "${hctl##*:}" "$disk" "$type" "$@" || continue
    printf 'device\t%s\t%s\t%s\t%s\t%s\t%s\n' "$hctl" "$disk" "$(first "$entry/scsi_generic")" \
      "$(value "$entry/state")" "$type" "$(value "$entry/wwid")"
  done
}

# One page in hex; empty where the device refuses it (sg3-utils: 5 illegal request), a failure for all else. The child
# is waited for in bounded time even when it can't be killed.
page() {
  node=$1
  shift
  raw=$(timeout -k 1 5 "$@" "$root/dev/$node" 2>/dev/null </dev/null | { hex && echo; })
  case $raw in
    ?*) printf %s "$raw" ;;
    *) timeout -k 1 5 "$@" "$root/dev/$node" >/dev/null 2>&1 </dev/null; [ $? -eq 5 ] ;;
  esac
}

identity() {
  hctl=$1 node=$2
  if ! command -v sg_inq >/dev/null; then
    printf 'inquiry\t%s\trefused\tneither python3 nor sg_inq is there\n' "$hctl"
  elif standard=$(page "$node" sg_inq -r --len=96) && [ -n "$standard" ] && page00=$(page "$node" sg_inq -r -p 0x00) &&
    page80=$(page "$node" sg_inq -r -p 0x80) && page83=$(page "$node" sg_inq -r -p 0x83) &&
    long=$(page "$node" sg_readcap -R -l); then
    printf 'inquiry\t%s\tok\t%s\t%s\t%s\t%s\t%s\t\n' "$hctl" "$standard" "$page00" "$page80" "$page83" "$long"
  else
    printf 'inquiry\t%s\trefused\tsg_inq gave no answer\n' "$hctl"
  fi
}

san() {
  section san
  {
    ports
    maps
    list=$(devices "$@")
    [ -n "$list" ] && printf '%s\n' "$list"
    printf 'sysfs\tread\n'
    printf '%s\n' "$list" | while IFS="$tab" read -r _ hctl disk generic _; do
      [ -n "$hctl" ] || continue
      [ "$generic" = - ] || disk=$generic
      identity "$hctl" "$disk"
    done
  } | payload
  end san
}

virsh_says() { timeout -k 1 15 virsh -q -c qemu:///system "$@" 2>/dev/null </dev/null; }

domains() {
  section domains
  if ! ids=$(virsh_says list --all --uuid); then
    end domains "refused virsh gave no list"
    return
  fi
  persistent=$(virsh_says list --all --uuid --persistent)
  autostart=$(virsh_says list --all --uuid --autostart)
  for id in $ids; do
    xml=$(virsh_says dumpxml "$id" | encoded)
    told=$(virsh_says domstate --reason "$id" | head -n 1) # such as: paused (I/O error)
    state=${told%%" ("*}
    reason=${told#"$state"} reason=${reason#" ("} reason=${reason%")"}
    printf '|domain\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$id" "$(virsh_says domname "$id" | head -n 1 | tr -d '\n' | encoded)" \
      "$state" "$(is_in "$id" "$persistent")" "$(is_in "$id" "$autostart")" "$xml" "$reason"
  done
  end domains
}
is_in() { case $2 in *"$1"*) echo 1 ;; *) echo 0 ;; esac; }

# Keys and reservations are asked for in raw bytes, which sg_persist does not give.
reservations() {
  for word; do
    case $word in reservation=*)
      section multipathd
      end multipathd 'refused without python3 reservations are not read'
      return
      ;;
    esac
  done
}

capabilities() {
  section capabilities
  xml=$(virsh_says domcapabilities | encoded)
  [ -n "$xml" ] && printf '|capabilities\t%s\n' "$xml"
  end capabilities "$([ -n "$xml" ] && echo ok || echo refused virsh gave none)"
}

# $1 a folder of sysfs: the device and all that it lies on
below() {
  printf '%s,' "${1##*/}"
  [ -e "$1/partition" ] && below "${1%/*}"
  for slave in "$1"/slaves/*; do [ -e "$slave" ] && below "$(cd -P "$slave" && pwd)"; done
}

# what the host stands on; a file system without a device number of its own is not resolved here
host_disks() {
  section host-disks
  {
    awk '{ for (i = 7; i < NF && $i != "-"; i++) continue; print "mounted at " $5 "\t" $3 "\t" $(i + 2) "\t" $(i + 1) }' \
      "$root/proc/self/mountinfo"
    awk 'NR > 1 { print "swap\t0:\t" $1 "\tswap" }' "$root/proc/swaps"
  } 2>/dev/null | while IFS="$tab" read -r use number source kind; do
    place=$(cd -P "$root/sys/dev/block/$number" 2>/dev/null && pwd)
    case $source in /dev/*) [ -z "$place" ] && place=$(cd -P "$root/sys/class/block/${source##*/}" 2>/dev/null && pwd) ;; esac
    devices=
    [ -n "$place" ] && devices=$(below "$place" | sed 's/,$//')
    case $kind in zfs | bcachefs | btrfs | swap)
      [ -n "$place" ] || case $source in /dev/* | [!/]*)
        printf '|untold\t%s\t%s\n' "$(printf %s "$use" | encoded)" "$(printf %s "$source" | encoded)"
        continue
        ;;
      esac
      ;;
    esac
    [ -n "$devices" ] || [ "$use" = 'mounted at /' ] || continue
    printf '|stands\t%s\t%s\n' "$(printf %s "$use" | encoded)" "$devices"
  done
  end host-disks
}

san "$@"
section libvirt
virsh_says version --daemon | sed -n 's/^Running against daemon: /|version\t/p'
end libvirt
is_asked domains "$@" && domains
is_asked capabilities "$@" && capabilities
is_asked host-disks "$@" && host_disks
for part in timers initramfs; do
  is_asked "$part" "$@" || continue
  section "$part"
  end "$part" 'refused without python3 this is not read'
done
reservations "$@"
for word; do
  case $word in lan=*)
    section lan
    end lan 'refused without python3 no frame can be sent'
    break
    ;;
  esac
done
:
