# shellcheck shell=sh disable=SC2154 # a part of probe.sh: its functions and $root are in effect when this is called
# What the host itself would do with a guest's LUN: LVM's filter, mdadm's policy, multipath's overrides, libvirt's place in
# the boot. By each tool's own word where it has one that touches no disk. May not: pvs and the like, which read them all.

baseline() {
  section baseline
  for file in "$root"/etc/lvm/lvmlocal.conf "$root"/etc/lvm/devices/system.devices "$root"/etc/mdadm.conf \
    "$root"/etc/mdadm/mdadm.conf "$root"/etc/mdadm.conf.d/*.conf "$root"/etc/mdadm/mdadm.conf.d/*.conf \
    "$root"/etc/systemd/system/*.service.d/anyblade.conf; do
    [ -f "$file" ] && printf '|file\t%s\t%s\n' "$(printf %s "${file#"$root"}" | encoded)" "$(encoded <"$file")"
  done
  told lvm lvmconfig --type full devices/global_filter devices/use_devicesfile
  for link in "$root"/dev/disk/by-id/lvm-pv-uuid-*; do
    [ -L "$link" ] || continue
    disk=$(readlink "$link")
    printf '|pv\t%s\t%s\n' "${link##*/lvm-pv-uuid-}" "${disk##*/}"
  done
  if command -v mdadm >/dev/null 2>&1; then
    directory=/etc/mdadm.conf.d
    [ -d "$root/etc/mdadm" ] && directory=/etc/mdadm/mdadm.conf.d
    printf '|mdadm\t%s\n' "$directory"
    for md in "$root"/sys/block/md*; do
      [ -d "$md/md" ] || continue
      members=
      for member in "$md"/slaves/*; do [ -e "$member" ] && members=$members${members:+,}${member##*/}; done
      printf '|md\t%s\t%s\n' "$members" "$(timeout 5 mdadm --detail --brief "/dev/${md##*/}" 2>/dev/null </dev/null | encoded)"
    done
  fi
  for unit in libvirtd.service virtqemud.service; do
    printf '|unit\t%s\t%s\n' "$unit" "$(timeout 5 systemctl show -p LoadState -p After "$unit" 2>/dev/null </dev/null | encoded)"
  done
  told multipathd multipathd -k'show config local'
  end baseline
}

# $1 the line's name, then a command: a line of what it says, where it is there and says it
told() {
  name=$1
  shift
  command -v "$1" >/dev/null 2>&1 || return 0
  said=$(timeout 5 "$@" 2>/dev/null </dev/null) && printf '|%s\t%s\n' "$name" "$(printf '%s\n' "$said" | encoded)"
}
