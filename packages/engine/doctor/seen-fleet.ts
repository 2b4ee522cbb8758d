/**
 * A fleet as it is seen: what documents say, and for what has none (hosts that were never ours) what the blades tell: their
 * ports and fabrics, the LUNs that guests have, the guests. Findings judge it as they judge any fleet.
 * May come in: a survey. May not: a document's word replaced by what was seen.
 */
import { type Disk, DomainXmlError, parseDomain } from '@anyblade/domain-xml'
import {
  type Alias,
  type ArrayName,
  type Blade,
  type BladeName,
  type Fleet,
  fabricName,
  type LunNumber,
  type StorageArray,
  type Vm,
  type VmName,
  type Volume,
  type Wwid,
} from '#documents'
import { type BladeReport, type Domain, domainsOf, lunAt, reportOf, type Survey } from '#survey'
import { fabricsSeen } from './fabrics.ts'

/** Documents of hosts by name alone, each with how ssh reaches it. */
export function plainFleet(hosts: ReadonlyMap<BladeName, string>, sshConfig?: string): Fleet {
  const fabrics = [fabricName('A'), fabricName('B')].filter((name) => name !== undefined)
  return {
    settings: {
      ...{ name: 'these hosts', id: '0000', fabrics, policies: { fabrics: 2 } },
      ...(sshConfig !== undefined && { ssh_config: sshConfig }),
    },
    commit: '',
    blades: new Map([...hosts].map(([name, ssh]) => [name, { name, ssh, machine_id: '', ports: [] } as const])),
    arrays: new Map(),
    volumes: new Map(),
    aside: new Map(),
    vms: new Map(),
  }
}

export function seenFleet(documents: Fleet, survey: Survey): Fleet {
  const withPorts = [...documents.blades.values()].some(({ ports }) => ports.length > 0)
    ? documents
    : withSeenPorts(documents, survey)
  const volumes = new Map([...seenVolumes(withPorts, survey), ...withPorts.volumes])
  return { ...withPorts, volumes, vms: new Map([...seenVms(withPorts, volumes, survey), ...withPorts.vms]) }
}

function withSeenPorts(documents: Fleet, survey: Survey): Fleet {
  const reports = [...documents.blades.keys()].flatMap((blade) => reportOf(survey, blade) ?? [])
  const fabrics = fabricsSeen(reports)
  const on = (wwpn: BladeReport['fcHosts'][number]['wwpn']) => {
    const fabric = fabrics.get(wwpn)
    return fabric === undefined ? [] : [{ wwpn, fabric }]
  }
  const blades = [...documents.blades.values()].map((blade): Blade => {
    const report = reportOf(survey, blade.name)
    if (report === undefined) return blade
    return { ...blade, machine_id: report.host.machineId, ports: report.fcHosts.flatMap(({ wwpn }) => on(wwpn)) }
  })
  const targets = new Set(
    reports.flatMap(({ remotePorts }) => remotePorts.filter(({ target }) => target >= 0)).map(({ wwpn }) => wwpn),
  )
  const array: StorageArray = { name: SEEN, driver: 'lio', ssh: '', pool: '', ports: [...targets].flatMap(on) }
  const names = new Set([...documents.settings.fabrics, ...fabrics.values()])
  return {
    ...documents,
    settings: { ...documents.settings, fabrics: [...names].sort() },
    blades: new Map(blades.map((blade) => [blade.name, blade])),
    arrays: new Map([[SEEN, array]]),
  }
}

/** Whose ports they are nobody has said; nothing is asked of it. */
const SEEN = 'the array' as ArrayName

/** Maps of LUNs that no document has, by the name that most blades give them. */
function seenVolumes(documents: Fleet, survey: Survey): Map<Alias, Volume> {
  const documented = new Set([...documents.volumes.values(), ...documents.aside.values()].map(({ wwid }) => wwid))
  const maps = [...survey.blades.keys()].flatMap((blade) => reportOf(survey, blade)?.maps ?? [])
  const byId = Map.groupBy(maps, ({ wwid }) => wwid)
  const seen = new Map<Alias, Volume>()
  for (const [wwid, of] of byId) {
    const [first] = of
    if (wwid === undefined || first === undefined || documented.has(wwid)) continue
    const names = [...Map.groupBy(of, ({ name }) => name)].sort(([, a], [, b]) => b.length - a.length)
    const name = (names[0]?.[0] ?? first.name) as Alias
    // one name may be another LUN on each blade: then the second is called by its id
    const alias = seen.has(name) || documents.volumes.has(name) ? (`${wwid}` as Alias) : name
    const rest = { array: SEEN, lun: 0 as LunNumber, writer: 'none', protected: false } as const
    seen.set(alias, { alias, wwid, size: first.size, ...rest })
  }
  return seen
}

/** Guests with a disk on the SAN that no document has; of two of one name the one that runs. */
function seenVms(documents: Fleet, volumes: ReadonlyMap<Alias, Volume>, survey: Survey): Map<VmName, Vm> {
  const documented = new Set([...documents.vms.values()].map(({ uuid }) => uuid))
  const aliases = new Map<Wwid, Alias>([...volumes.values()].map(({ wwid, alias }) => [wwid, alias]))
  const found = [...survey.blades.keys()].flatMap((home) =>
    (domainsOf(survey, home) ?? []).flatMap((domain): [Domain, Vm][] => {
      const luns = sanDisks(survey, home, domain).map(({ lun }) => lun)
      if (luns.length === 0 || documented.has(domain.uuid)) return []
      const named = luns.flatMap((lun) => aliases.get(lun) ?? [])
      return [[domain, { name: domain.name as VmName, uuid: domain.uuid, home, xml: domain.xml, volumes: named }]]
    }),
  )
  const runningLast = found.sort(([a], [b]) => Number(isActive(a)) - Number(isActive(b)))
  return new Map(runningLast.map(([, vm]) => [vm.name, vm]))
}

export const isActive = ({ state }: Domain): boolean => state !== 'shut off' && state !== 'crashed'

export type SanDisk = { readonly path: string; readonly lun: Wwid; readonly isShareable: boolean }

/** The disks of a domain that are LUNs of the SAN; empty for one whose XML can't be read. */
export const sanDisks = (survey: Survey, blade: BladeName, domain: Domain): SanDisk[] =>
  disksIn(domain).flatMap(({ source, isShareable }) => {
    const lun = 'path' in source ? lunAt(survey, blade, source.path) : undefined
    return lun === undefined || !('path' in source) ? [] : [{ path: source.path, lun, isShareable }]
  })

/** Several checks of one look ask for the same domains. */
const known = new WeakMap<Domain, readonly Disk[]>()

/** All disks of a domain. */
export function disksIn(domain: Domain): readonly Disk[] {
  const disks = known.get(domain) ?? readDisks(domain.xml)
  known.set(domain, disks)
  return disks
}

function readDisks(xml: string): readonly Disk[] {
  try {
    return parseDomain(xml).disks
  } catch (error) {
    if (error instanceof DomainXmlError) return []
    throw error
  }
}
