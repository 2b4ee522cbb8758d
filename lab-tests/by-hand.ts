/** What the array's own administrator does, past the product: LUNs that nobody has told the fleet of. */
import type { Site } from './site.ts'

/** Carved, and shown to every blade through both ports; no blade has looked for it yet. @returns its id */
export const carve = (here: Site, name: string, size: string, lun: number): Promise<string> =>
  here.on(
    'array',
    [
      'T=/sys/kernel/config/target h=$T/core/iblock_9$3/$1',
      'lvcreate -qqy -V "$2" -T san/pool -n "$1"',
      'mkdir -p "$h"; echo "udev_path=/dev/san/$1" >"$h/control"; echo "/dev/san/$1" >"$h/udev_path"',
      'cat /proc/sys/kernel/random/uuid >"$h/wwn/vpd_unit_serial"; echo 1 >"$h/enable"',
      'for t in "$T"/fc/*/tpgt_1; do mkdir "$t/lun/lun_$3"; ln -s "$h" "$t/lun/lun_$3/$1"; done',
      'for n in $4; do for a in "$T"/fc/*/tpgt_1/acls/*:"$n"; do',
      '  mkdir "$a/lun_$3"; ln -s "${a%/acls/*}/lun/lun_$3" "$a/lun_$3/map"',
      'done; done',
      'printf 36001405%s "$(sed "s/^.*: //" "$h/wwn/vpd_unit_serial" | tr -d -c 0-9a-f | cut -c 1-25)"',
    ].join('\n'),
    name,
    size,
    String(lun),
    here.lab.blades.map(portByte).join(' '),
  )

/** The last byte of a blade's port names, by which the lab numbers its nodes. */
const portByte = (_: string, at: number): string => (11 + at).toString(16).padStart(2, '0')

/** Hidden from one blade; all others go on seeing it. */
export const hideFrom = (here: Site, blade: string, lun: number): Promise<string> =>
  here.on(
    'array',
    'for a in /sys/kernel/config/target/fc/*/tpgt_1/acls/*:"$1"/lun_"$2"; do find "$a" -maxdepth 1 -type l -delete; rmdir "$a"; done',
    portByte(blade, here.lab.blades.indexOf(blade)),
    String(lun),
  )

/** Hidden from all, and its data ended. */
export const carveBack = (here: Site, name: string, lun: number): Promise<string> =>
  here.on(
    'array',
    [
      'T=/sys/kernel/config/target',
      'for a in "$T"/fc/*/tpgt_1/acls/*/lun_"$2"; do find "$a" -maxdepth 1 -type l -delete; rmdir "$a"; done',
      'for l in "$T"/fc/*/tpgt_1/lun/lun_"$2"; do find "$l" -maxdepth 1 -type l -delete; rmdir "$l"; done',
      'rmdir "$T/core/iblock_9$2/$1" "$T/core/iblock_9$2"; lvremove -qqy "san/$1"',
    ].join('\n'),
    name,
    String(lun),
  )

/** Every blade looks for this number on both fabrics, and has the map. */
export const scan = async (here: Site, lun: number, wwid: string): Promise<void> => {
  const look =
    'for h in /sys/class/fc_host/host*; do echo "- - $1" >"/sys/class/scsi_host/${h##*/}/scan"; done; udevadm settle --timeout=30; n=0; until grep -lqs -- "-$2\\$" /sys/block/dm-*/dm/uuid; do n=$((n + 1)); [ $n -lt 60 ]; sleep 0.5; done'
  await Promise.all(here.lab.blades.map((blade) => here.on(blade, look, String(lun), wwid)))
}
