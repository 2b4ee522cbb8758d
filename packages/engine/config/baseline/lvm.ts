/**
 * LVM on a blade leaves the disks of guests alone: its global filter takes what this host's physical volumes are and
 * rejects all else, as vdsm-tool config-lvm-filter does it. A list of what is rejected would have to know every name of
 * a LUN, and a LUN has several.
 * Source: lvm2 lib/filters/filter-regex.c, _accept_p(): a device is taken when any of its names is taken first
 */
import { compileEre } from '@anyblade/multipath'
import type { BladeReport, DmMap, HostSetup } from '#survey'

export const LVM_FILE = '/etc/lvm/lvmlocal.conf'
const DEVICES_FILE = '/etc/lvm/devices/system.devices'
const BEGIN = '# anyblade: begin; LVM here takes the physical volumes listed, and no disk of a guest'
const END = '# anyblade: end'

/** The names that a LUN which comes some day may have, as a map and as a path. */
const GUEST_NAMES = [
  [
    '/dev/mapper/some-guest',
    '/dev/dm-999',
    '/dev/disk/by-id/dm-uuid-mpath-3600140500000000',
    '/dev/disk/by-id/wwn-0x6001',
  ],
  ['/dev/sdzzz', '/dev/disk/by-id/scsi-3600140500000000', '/dev/disk/by-path/pci-0000:01:00.0-fc-0x5-lun-1'],
] as const

/** What is wrong, for people; `mend` is the text that the file shall have, where a file can mend it. */
export type Wrong = { readonly because: string; readonly mend?: string }

/** `isGuests`: whether a disk is a guest's, or a path to one. */
export function wrongInLvm(setup: HostSetup, isGuests: (disk: string) => boolean): Wrong | undefined {
  const { lvm, files, physicalVolumes } = setup
  if (lvm === undefined) return undefined
  const listed = /^use_devicesfile=1$/m.test(lvm) ? files.get(DEVICES_FILE) : undefined
  if (listed !== undefined) return undefined // LVM takes nothing that is not in the list
  const rules = rulesIn(lvm)
  const own = physicalVolumes.filter(({ disk }) => !isGuests(disk))
  const mend = withBlock(files.get(LVM_FILE) ?? '', own)
  if (!GUEST_NAMES.every((names) => rejects(rules, names)))
    return { because: 'its filter takes the disks of guests', mend }
  const left = own.filter(({ uuid, disk }) => rejects(rules, [byUuid(uuid), `/dev/${disk}`]))
  if (left.length === 0) return undefined
  return { because: `its filter rejects this host's own ${left.map(({ disk }) => disk).join(' ')}`, mend }
}

type Rule = { readonly takes: boolean; readonly test: (name: string) => boolean }

/** `global_filter=["a|^/dev/sda$|","r|.*|"]`; a rule that can't be read matches nothing. */
function rulesIn(lvm: string): Rule[] {
  const text = /^global_filter=(.*)$/m.exec(lvm)?.[1] ?? ''
  return Array.from(text.matchAll(/"((?:[^"\\]|\\.)*)"/g), ([, quoted = '']) => {
    const ere = compileEre(quoted.replaceAll(/\\(.)/g, '$1').slice(2, -1))
    return { takes: quoted.startsWith('a'), test: (name) => ere.ok && ere.test(name) }
  })
}

function rejects(rules: readonly Rule[], names: readonly string[]): boolean {
  const verdicts = names.map((name) => rules.find((rule) => rule.test(name))?.takes)
  return !verdicts.includes(true) && verdicts.includes(false)
}

const byUuid = (uuid: string): string => `/dev/disk/by-id/lvm-pv-uuid-${uuid}`

/** The file as it is without us. */
export const withoutBlock = (text: string): string => text.replace(new RegExp(`${BEGIN}\n[\\s\\S]*?${END}\n`), '')

/** The file with our block at its end: of two settings the last counts. */
function withBlock(text: string, own: HostSetup['physicalVolumes']): string {
  const others = withoutBlock(text)
  const rules = [...own.map(({ uuid }) => `"a|^${byUuid(uuid)}$|"`).sort(), '"r|.*|"']
  const head = others === '' || others.endsWith('\n') ? others : `${others}\n`
  return `${head}${BEGIN}\ndevices {\n\tglobal_filter = [ ${rules.join(', ')} ]\n}\n${END}\n`
}

/**
 * Whether a disk is a guest's: a LUN of the SAN that the host itself has no use for. One that the host has open by an LVM
 * of its own, such as its root, is not.
 */
export function guestDisks(report: BladeReport): (disk: string) => boolean {
  const paths = new Set([...report.devices.map(({ sd }) => sd), ...report.maps.filter(isMultipath).flatMap(membersOf)])
  return (disk) => {
    if (paths.has(disk.replace(/^(sd[a-z]+)\d+$/, '$1'))) return true
    const map = report.maps.find(({ dm }) => dm === disk)
    const lun = map && (isMultipath(map) ? map : report.maps.find((one) => isMultipath(one) && liesOn(map, one)))
    return map !== undefined && lun !== undefined && !isInUse(report, map)
  }
}

const isMultipath = ({ wwid }: DmMap): boolean => wwid !== undefined
const membersOf = ({ slaves }: DmMap): string[] => slaves.map(({ sd }) => sd)
const liesOn = (above: DmMap, below: DmMap): boolean => below.holders.includes(above.name)
const isInUse = ({ maps }: BladeReport, map: DmMap): boolean =>
  maps.some((above) => liesOn(above, map) && above.openCount > 0)
