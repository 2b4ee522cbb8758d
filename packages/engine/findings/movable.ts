/**
 * Claims: a running VM can be taken over by the blade: its emulator is new enough for the VM's machine type, its memory is
 * free there, and no device of the VM is a thing of the blade it is on. What libvirt would refuse in the middle of it, or
 * not at all, is refused before. The last is claimed of one that is started there as well, from its document.
 */
import type { Disk, Domain as DomainXml } from '@anyblade/domain-xml'
import type { BladeName, Fleet } from '#documents'
import { lunAt, neededBy, reportOf, type Survey } from '#survey'
import { byDomain, capabilitiesOf, readDomain, xmlText } from './domain-seen.ts'
import { type ClaimOf, type Finding, proved, refuted, unknown } from './finding.ts'

type Movable = ClaimOf<'machine-type' | 'memory'> | ClaimOf<'local-devices'>

export function movable(claim: Movable, fleet: Fleet, survey: Survey): Finding {
  return byDomain(claim, fleet, survey, (xml) => {
    switch (claim.kind) {
      case 'machine-type':
        return machineType(claim, xml, survey)
      case 'memory':
        return memory(claim, xml, fleet, survey)
      case 'local-devices':
        return localDevices(claim, xml, fleet, survey)
    }
  })
}

/** `pc-q35-7.2`: its family, who has built it, its number. */
const VERSIONED = /^(.+?)-([a-z]*)([0-9]+(?:\.[0-9]+)*)$/

/**
 * An emulator keeps the machine types of the releases before it, and takes the newest by itself. Names that can't be
 * compared are left to the libvirt there, which refuses what it does not have before anything is moved.
 */
function machineType(claim: Movable, { os }: DomainXml, survey: Survey): Finding {
  const { blade, vm } = claim
  const there = capabilitiesOf(survey, blade)?.machine
  if (there === undefined) return unknown(claim, `${blade} does not say which machine types its emulator has`)
  const [wanted, newest] = [VERSIONED.exec(os.machine ?? ''), VERSIONED.exec(there)]
  if (wanted === null || newest === null || wanted[2] !== newest[2] || os.machine === there)
    return proved(claim, `${os.machine ?? 'the default'}; the emulator of ${blade} takes ${there} by itself`)
  if (isNewer(wanted[3] ?? '', newest[3] ?? ''))
    return refuted(claim, `${vm} has the machine type ${os.machine}, and the emulator of ${blade} ends with ${there}`, {
      next: `bring ${blade} to the release of QEMU that ${vm} runs on; or give ${vm} the older type, and start it anew`,
    })
  return proved(claim, `${os.machine} is no newer than ${there}, which the emulator of ${blade} takes by itself`)
}

function isNewer(version: string, than: string): boolean {
  const [a, b] = [version, than].map((text) => text.split('.').map(Number))
  for (let i = 0; i < Math.max(a?.length ?? 0, b?.length ?? 0); i += 1) {
    const difference = (a?.[i] ?? 0) - (b?.[i] ?? 0)
    if (difference !== 0) return difference > 0
  }
  return false
}

const MIB = 1024 ** 2

function memory(claim: Movable, domain: DomainXml, fleet: Fleet, survey: Survey): Finding {
  const { blade, vm } = claim
  const host = reportOf(survey, blade)?.host.memory
  if (domain.hugepageBytes !== undefined) return hugePages(claim, domain, survey)
  const needed = neededBy({ xml: xmlText(claim, fleet, survey) ?? '' })
  if (typeof needed === 'string') return unknown(claim, `${vm}: ${needed}`)
  if (host === undefined) return unknown(claim, `${blade} does not tell how much memory is free`)
  const said = `${vm} takes ${Math.ceil(needed.bytes / MIB)} MiB, ${Math.floor(host.availableBytes / MIB)} MiB are free on ${blade}`
  if (needed.bytes <= host.availableBytes) return proved(claim, said)
  return refuted(claim, said, { next: `move or stop something on ${blade}, or choose another blade` })
}

/** Pages of the size that the guest asks for; the host's usual one where it names none. */
function hugePages(claim: Movable, { hugepageBytes = [], memoryBytes }: DomainXml, survey: Survey): Finding {
  const { blade, vm } = claim
  const pools = reportOf(survey, blade)?.host.hugePages ?? []
  const sizes = hugepageBytes.length > 0 ? hugepageBytes : pools.slice(0, 1).map(({ pageBytes }) => pageBytes)
  if (memoryBytes === undefined) return unknown(claim, `how much memory ${vm} has is not told`)
  const free = pools.filter(({ pageBytes }) => sizes.includes(pageBytes))
  const bytes = free.reduce((sum, { pageBytes, freeCount }) => sum + pageBytes * freeCount, 0)
  const said = `${vm} takes ${Math.ceil(memoryBytes / MIB)} MiB of huge pages, ${Math.floor(bytes / MIB)} MiB are free on ${blade}`
  if (memoryBytes <= bytes) return proved(claim, said)
  return refuted(claim, said, {
    evidence: pools.map(({ pageBytes, freeCount }) => `pages of ${pageBytes / 1024} KiB there: ${freeCount} free`),
    next: `set more aside on ${blade}: vm.nr_hugepages, or nr_hugepages of the size in /sys/kernel/mm/hugepages`,
  })
}

type Tied = { readonly what: string; readonly cure: string }
/** A file in a drive, as libvirt calls that. */
export type Medium = { readonly drive: string; readonly path: string }

function localDevices(claim: ClaimOf<'local-devices'>, domain: DomainXml, fleet: Fleet, survey: Survey): Finding {
  const { blade, vm } = claim
  const drives = inDrives(claim, domain, survey)
  const tied = [
    ...drives.flatMap(({ tied }) => tied ?? []),
    ...disksOf(claim, domain, fleet, survey),
    ...otherDevices(claim, domain, survey),
  ]
  const [first] = tied
  const evidence = drives.flatMap(({ said }) => said ?? [])
  if (first === undefined) return proved(claim, `no device of ${vm} is a thing of its blade alone`, { evidence })
  return refuted(
    claim,
    `${vm} has ${tied.length === 1 ? 'a device' : `${tied.length} devices`} that can't go to ${blade}`,
    {
      evidence: [...tied.map(({ what, cure }) => `${what}: ${cure}`), ...evidence],
      next: `${first.cure}`,
    },
  )
}

/** What a drive holds: with what hinders, or what becomes of it. */
type Held = { readonly tied?: Tied; readonly said?: string }

/** A drive is read-only and opened anew there: what is in it must be there too, under the same name, or come out of it. */
function inDrives(claim: ClaimOf<'local-devices'>, { disks }: DomainXml, survey: Survey): Held[] {
  const { blade, vm, from, ejects } = claim
  return disks.flatMap((disk): Held[] => {
    const { device, source, target } = disk
    if (!isDrive(disk) || !('path' in source)) return []
    const holds = `the ${device} ${target.dev} holds ${source.path}`
    if (isThereToo(disk, blade, survey)) return [{ said: `${holds}: on ${blade} too` }]
    const isFile = source.kind === 'file'
    if (ejects && isFile)
      return [
        {
          said: from
            ? `${holds}: ejected before the move, not put in again on ${blade}`
            : `${holds}: taken out, it starts with the drive empty`,
        },
      ]
    const byHand = cureOf(claim, `virsh change-media ${vm} ${target.dev} --eject`)
    const byUs = from ? 'have it ejected by the move: --eject' : 'have it started with the drive empty: --eject'
    const cure = isFile ? `${byUs}; or ${byHand}` : byHand
    return [{ tied: { what: `${holds}, which is not read-only and on ${blade}`, cure } }]
  })
}

/** What is only to be started has nothing but its document to be changed. */
const cureOf = ({ vm, from }: Movable, ofRunning: string): string =>
  from === undefined ? `take it out of vms/${vm}.xml` : ofRunning

const isDrive = ({ device }: Disk): boolean => device === 'cdrom' || device === 'floppy'

const isThereToo = ({ source, isReadonly }: Disk, blade: BladeName, survey: Survey): boolean =>
  source.kind === 'file' && isReadonly && reportOf(survey, blade)?.files.includes(source.path) === true

/** The files in drives of the domain that can't go to the blade, and can be taken out. */
export const tiedMedia = (xml: string, blade: BladeName, survey: Survey): Medium[] =>
  (readDomain(xml)?.disks ?? []).flatMap((disk) =>
    isDrive(disk) && disk.source.kind === 'file' && !isThereToo(disk, blade, survey)
      ? [{ drive: disk.target.dev, path: disk.source.path }]
      : [],
  )

/** Disks are volumes of the VM, by whatever name; a file is left to libvirt, which refuses one that is not shared. */
function disksOf(claim: Movable, { disks }: DomainXml, fleet: Fleet, survey: Survey): Tied[] {
  const { vm, from, blade } = claim
  const volumes = fleet.vms.get(vm)?.volumes ?? []
  const ids = volumes.flatMap((alias) => fleet.volumes.get(alias)?.wwid ?? [])
  return disks.flatMap(({ device, source, target }): Tied[] => {
    if (device === 'cdrom' || device === 'floppy' || source.kind !== 'block') return []
    const { path } = source
    const lun = lunAt(survey, from ?? blade, path)
    const isVolume =
      volumes.some((alias) => path === `/dev/mapper/${alias}`) || (lun !== undefined && ids.includes(lun))
    const cure = `anyblade volume adopt, and name it in vms/${vm}.yaml; or ${cureOf(claim, `virsh detach-disk ${vm} ${target.dev}`)}`
    return isVolume ? [] : [{ what: `the disk ${target.dev} is ${path}, no volume of ${vm}`, cure }]
  })
}

function otherDevices(claim: Movable, domain: DomainXml, survey: Survey): Tied[] {
  const { blade, vm } = claim
  const tpms = capabilitiesOf(survey, blade)?.tpmBackends
  return [
    ...domain.hostDevices.map(({ type, address }) => ({
      what: `a ${type} device of the blade, ${address || 'of libvirt’s choice'}`,
      cure: cureOf(claim, `virsh detach-device ${vm}, and attach one of ${blade} after the move`),
    })),
    ...domain.filesystems.map(({ source, target }) => ({
      what: `a directory of the blade, ${source ?? '?'} as ${target ?? '?'}`,
      cure: cureOf(claim, `unmount it in ${vm}, virsh detach-device`),
    })),
    ...domain.tpms
      .filter(({ backend }) => backend === 'passthrough')
      .map(({ devicePath }) => ({
        what: `the TPM of the blade itself, ${devicePath ?? '/dev/tpm0'}`,
        cure: cureOf(claim, `stop ${vm}, and give it an emulated one`),
      })),
    ...domain.tpms
      .filter(({ backend }) => backend === 'emulator' && tpms !== undefined && !tpms.includes('emulator'))
      .map(() => ({ what: `an emulated TPM, which ${blade} can’t run`, cure: `install swtpm on ${blade}` })),
    ...domain.serials
      .filter(({ type }) => type === 'dev' || type === 'pipe')
      .map(({ type, path }) => ({
        what: `a serial port on a ${type === 'dev' ? 'device' : 'pipe'} of the blade, ${path ?? '?'}`,
        cure: cureOf(claim, `stop ${vm}, and give it a pty`),
      })),
  ]
}
