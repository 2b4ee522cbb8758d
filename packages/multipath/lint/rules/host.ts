/**
 * What the file does to the host around it: local disks, guests' partitions, LVM, the initramfs, drop-ins.
 * What is not known of the host is not complained of, or with less weight.
 */
import { compileEre } from '../../ere/index.ts'
import { isAccident } from '../drop-in-name.ts'
import { holding } from '../effective.ts'
import { always, hitAtTop, hitAtValue, type Rule, settingRule } from '../rule.ts'
import { lastSaid, type Subject, saidOf } from '../subject.ts'

const yes = /^(yes|1)$/

export const guestPartitions: Rule = {
  id: 'MP031',
  severity: 'warning',
  releases: '0.5.0-',
  title: 'skip_kpartx is not yes for the LUNs of guests',
  rationale:
    "The host maps the partitions of guests: these hold the map open, and LVM and mdadm look into guests' data.",
  fix: 'skip_kpartx yes in defaults or overrides',
  find: (subject) => {
    const held = holding(subject, 'skip_kpartx')
    const isSet = yes.test(held.value) || saidOf(subject, 'skip_kpartx').some(({ value }) => yes.test(value))
    if (subject.host.vmHost !== true || isSet || subject.number < 6003) return []
    const rest = { consequence: "the host makes maps of the partitions inside guests' disks" }
    return held.said === undefined ? hitAtTop(subject, rest) : [hitAtValue(held.said, rest)]
  },
}

export const lvmSeesGuests: Rule = {
  id: 'MP032',
  severity: 'error',
  releases: always,
  title: 'LVM of the host is not kept from the LUNs of guests',
  rationale:
    'It activates volume groups of guests: their volumes hold maps open, and two hosts activating one group corrupt it.',
  fix: 'global_filter in lvm.conf, or use_devicesfile=1',
  find: ({ host, ...subject }) => {
    if (host.vmHost !== true || host.lvmConfig === undefined) return []
    const isKept = /^\s*(global_filter\s*=.*"r\||use_devicesfile\s*=\s*1)/m.test(host.lvmConfig)
    return isKept
      ? []
      : hitAtTop({ ...subject, host }, { consequence: 'lvm.conf has neither global_filter nor use_devicesfile = 1' })
  },
}

/** Settings of find_multipaths with which every disk that is not blacklisted gets a map. */
const greedy = /^(off|no|0|greedy)$/

export const bootDisk: Rule = {
  id: 'MP044',
  severity: 'error',
  releases: always,
  title: 'local disks are not blacklisted, and every disk is claimed',
  rationale: 'The root disk gets a map, and the host drops to the emergency shell at boot.',
  fix: 'blacklist local disks by wwid or device, or find_multipaths strict',
  find: (subject) => {
    const { value, said } = holding(subject, 'find_multipaths')
    const consequence = unprotected(subject)
    if (!greedy.test(value) || said === undefined || consequence === undefined) return []
    return [hitAtValue(said, { consequence, ...(subject.host.localDisks === undefined && { severity: 'warning' }) })]
  },
}

/** With known disks each must be kept out; without, some entry of a blacklist is taken as meant for them. */
function unprotected(subject: Subject): string | undefined {
  const rules = subject.said.filter(({ section }) => section === 'blacklist' || section === 'blacklist/device')
  const { localDisks } = subject.host
  if (localDisks === undefined) return rules.length > 0 ? undefined : 'there is no blacklist: local disks get maps too'
  if (rules.some(({ field }) => field !== 'devnode')) return undefined
  const open = localDisks.filter((disk) => !rules.some(({ value }) => fits(value, disk)))
  return open.length === 0 ? undefined : `${open.join(', ')} of this host would get a map`
}

function fits(pattern: string, name: string): boolean {
  const ere = compileEre(pattern.replace(/^!/, ''))
  return ere.ok && ere.test(name) !== pattern.startsWith('!')
}

export const smartWaits: Rule = settingRule({
  id: 'MP045',
  severity: 'warning',
  releases: '0.7.7-',
  title: 'find_multipaths smart',
  rationale: 'Each unknown device with one path waits at boot: 1 s, 10 s for known hardware.',
  fix: 'strict with multipath -a, or on',
  fields: ['find_multipaths'],
  wrong: ({ value }) => (value === 'smart' ? 'each single path waits at boot' : undefined),
})

export const strictNeedsWwid: Rule = {
  id: 'MP046',
  severity: 'info',
  releases: '0.7.7-',
  title: 'find_multipaths strict',
  rationale: 'A new LUN gets no map until its WWID is in /etc/multipath/wwids.',
  fix: 'multipath -a WWID, or multipathd add map, when a LUN is brought in',
  find: (subject) => {
    const { value, said } = holding(subject, 'find_multipaths')
    const rest = { consequence: 'a new LUN has no map until multipath -a' }
    if (value !== 'strict') return []
    return said === undefined ? hitAtTop(subject, rest) : [hitAtValue(said, rest)]
  },
}

export const backupIsRead: Rule = {
  id: 'MP048',
  severity: 'warning',
  releases: '0.6.0-0.8.3',
  title: 'a backup in conf.d is read',
  rationale: 'From 0.6.0 to 0.8.3 each name that contains .conf counts; later it must end in it.',
  fix: 'move backups out of conf.d',
  find: (subject) =>
    subject.files.flatMap(({ path, dropIn, document }) =>
      dropIn === undefined || !isAccident(dropIn, document.dialect)
        ? []
        : [{ file: path, line: 1, column: 1, consequence: `${dropIn} is in effect` }],
    ),
}

export const hiddenFile: Rule = {
  id: 'MP049',
  severity: 'warning',
  releases: '0.6.0-',
  title: 'a hidden file in conf.d is read',
  rationale: 'The tool reads names that begin with a dot too.',
  fix: 'remove it',
  find: (subject) =>
    subject.files.flatMap(({ path, dropIn }) =>
      dropIn?.startsWith('.') === true
        ? [{ file: path, line: 1, column: 1, consequence: `${dropIn} is in effect` }]
        : [],
    ),
}

export const staleInitramfs: Rule = {
  id: 'MP058',
  severity: 'warning',
  releases: always,
  title: 'the root disk is on a map',
  rationale:
    'The initramfs holds copies of the configuration, the wwids and the bindings: names differ after a reboot until it is rebuilt.',
  fix: 'dracut -f, or update-initramfs -u, after a change',
  find: (subject) =>
    subject.host.rootOnMultipath === true
      ? hitAtTop(subject, { consequence: 'the next boot starts from the copy in the initramfs' })
      : [],
}

export const lostReservation: Rule = {
  id: 'MP059',
  severity: 'warning',
  releases: '0.5.0-',
  title: 'reservation_key is missing',
  rationale:
    'Guests that use SCSI-3 reservations through qemu-pr-helper lose their registration on a path that comes back.',
  fix: 'reservation_key file',
  find: (subject) => {
    const isSet = saidOf(subject, 'reservation_key').length > 0
    if (subject.host.guestReservations !== true || isSet) return []
    return hitAtTop(subject, {
      consequence: "a path that comes back has no registration: the guest's writes on it fail",
    })
  },
}

/** In a file by itself only the names are in doubt; over a fleet the bindings are compared (fleet.ts). */
export const localNames: Rule = {
  id: 'MP024',
  severity: 'error',
  releases: always,
  title: 'names that differ from blade to blade',
  rationale:
    "mpathN is given by each host for itself: a guest's /dev/mapper/mpathb is another LUN on the destination. Data is lost.",
  fix: 'user_friendly_names no and one table of aliases, or by-id/dm-uuid-mpath-WWID',
  find: (subject) => {
    const said =
      lastSaid(subject, 'overrides', 'user_friendly_names') ?? lastSaid(subject, 'defaults', 'user_friendly_names')
    if (subject.host.vmHost !== true || said === undefined || !yes.test(said.value)) return []
    const consequence = 'LUNs without an alias are named mpathN on this host alone'
    return [hitAtValue(said, { consequence, severity: 'warning' })]
  },
}

export const hostRules: readonly Rule[] = [
  localNames,
  guestPartitions,
  lvmSeesGuests,
  bootDisk,
  smartWaits,
  strictNeedsWwid,
  backupIsRead,
  hiddenFile,
  staleInitramfs,
  lostReservation,
]
