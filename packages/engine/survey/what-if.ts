/**
 * What would be lost if a part of the SAN failed now: from the survey alone, nobody is asked again and nothing is tried.
 * Judged by the paths that each running guest's disks have at this moment, not by what the documents would have them have.
 */
import { DomainXmlError, parseDomain } from '@anyblade/domain-xml'
import type { BladeName, FabricName, Switch, Wwid, Wwpn } from '#documents'
import { deviceAt } from './disk.ts'
import { pathsIn, pathsOn, pathsTo } from './paths.ts'
import type { Domain } from './report.ts'
import { domainsOf, type Path, reportOf, type Survey, wwidOf } from './survey.ts'

export type Outage =
  | { readonly kind: 'fabric'; readonly fabric: FabricName }
  | { readonly kind: 'blade'; readonly blade: BladeName }
  | { readonly kind: 'array-port'; readonly port: Wwpn }
  | { readonly kind: 'switch'; readonly switch: Switch }

/**
 * `stops`: the blade is gone, and the guest with it. `loses its disk`: no path is left; the guest stands still until one
 * comes back. `hangs on one fabric`: it goes on, and the next failure ends that. `unknown`: its disks could not be told.
 */
export type Harm = 'stops' | 'loses its disk' | 'hangs on one fabric' | 'goes on' | 'unknown'

export type Toll = {
  readonly vm: string
  readonly blade: BladeName
  readonly harm: Harm
  /** One line a disk: what it has, what is left. */
  readonly because: readonly string[]
  /** Other blades that see all its disks now, where it could be started or moved to. */
  readonly elsewhere: readonly BladeName[]
}

/**
 * What a blade has of a fabric: paths that the kernel knows, those in use that answered, and how many of these are left;
 * undefined: nobody knows which fabric. `ports`: the same by the array's port.
 */
export type Link = Count & {
  readonly blade: BladeName
  readonly fabric: FabricName | undefined
  readonly ports: readonly (Count & { readonly port: Wwpn | undefined })[]
}
type Count = { readonly known: number; readonly live: number; readonly left: number }

const MAPPER = /^\/dev\/mapper\/([^/]+)$/

/** Every guest that runs now, the hardest hit first. */
export function tollOf(survey: Survey, outage: Outage): Toll[] {
  const tolls = [...survey.blades.keys()].flatMap((blade) =>
    (domainsOf(survey, blade) ?? []).filter(isActive).map((domain) => ofDomain(survey, outage, blade, domain)),
  )
  return tolls.sort((a, b) => ORDER.indexOf(a.harm) - ORDER.indexOf(b.harm) || (a.vm < b.vm ? -1 : 1))
}

/**
 * Blade by blade, each of these fabrics, and at last what is on none that anybody knows; counted as the toll counts. Without
 * an outage: as it is now.
 */
export function linksOf(survey: Survey, outage: Outage | undefined, fabrics: readonly FabricName[]): Link[] {
  return [...survey.blades.keys()].flatMap((blade) => {
    const byFabric = Map.groupBy(pathsOn(survey, blade), ({ fabric }) => fabric)
    const shown = byFabric.has(undefined) ? [...fabrics, undefined] : fabrics
    return shown.map((fabric) => {
      const paths = byFabric.get(fabric) ?? []
      const byPort = Map.groupBy(paths, ({ targetPort }) => targetPort)
      const ports = [...byPort].map(([port, of]) => ({ port, ...counted(of, outage) }))
      return { blade, fabric, ...counted(paths, outage), ports }
    })
  })
}

function counted(paths: readonly Path[], outage: Outage | undefined): Count {
  const live = paths.filter(isLive)
  const left = outage === undefined ? live : live.filter((path) => !isCut(path, outage))
  return { known: paths.length, live: live.length, left: left.length }
}

const ORDER: readonly Harm[] = ['stops', 'loses its disk', 'unknown', 'hangs on one fabric', 'goes on']
const isActive = ({ state }: Domain): boolean => state !== 'shut off' && state !== 'crashed'

function ofDomain(survey: Survey, outage: Outage, blade: BladeName, domain: Domain): Toll {
  const disks = disksOf(survey, blade, domain)
  const told = { vm: domain.name, blade, elsewhere: disks === undefined ? [] : seenBy(survey, blade, disks) }
  if (outage.kind === 'blade' && outage.blade === blade)
    return { ...told, harm: 'stops', because: [`it runs on ${blade}`] }
  if (disks === undefined) return { ...told, harm: 'unknown', because: ['its domain can’t be read'] }
  if (disks.length === 0)
    return { ...told, harm: 'unknown', because: ['none of its disks is a map: not on the SAN, as far as is seen'] }
  const fates = disks.map((disk) => ofDisk(disk, outage))
  const [worst = 'unknown'] = fates.map(({ harm }) => harm).sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b))
  return { ...told, harm: worst, because: fates.map(({ because }) => because) }
}

/**
 * `name`: of its map, or as the domain has it. `map`: of the name by which the domain finds it, which it must have elsewhere.
 * `live`: undefined where nobody can tell what it leads to.
 */
type Disk = {
  readonly name: string
  readonly map: string | undefined
  readonly wwid: Wwid | undefined
  readonly live: readonly Path[] | undefined
}

/** Its disks in /dev; a file is not on the SAN as far as is seen. undefined where its XML can't be read. */
function disksOf(survey: Survey, blade: BladeName, { xml }: Domain): Disk[] | undefined {
  try {
    return parseDomain(xml)
      .disks.filter(({ device }) => device !== 'cdrom' && device !== 'floppy')
      .flatMap(({ source }) =>
        'path' in source && source.path.startsWith('/dev/') ? diskAt(survey, blade, source.path) : [],
      )
  } catch (error) {
    if (error instanceof DomainXmlError) return undefined
    throw error
  }
}

function diskAt(survey: Survey, blade: BladeName, path: string): Disk {
  const [found, map] = [deviceAt(survey, blade, path), MAPPER.exec(path)?.[1]]
  if (found === undefined) return { name: map ?? path, map, wwid: undefined, live: undefined }
  if ('map' in found) {
    const { name, wwid } = found.map
    // a map of LVM or of partitions: what lies below it is not asked
    const live = wwid === undefined ? undefined : pathsIn(survey, blade, name).filter(isLive)
    return { name, map, wwid, live }
  }
  const answers = found.path.inquiry.state === 'read' && found.path.inMap !== 'failed'
  return { name: path, map, wwid: wwidOf(found.path), live: answers ? [found.path] : [] }
}

function ofDisk({ name, live }: Disk, outage: Outage): { harm: Harm; because: string } {
  if (live === undefined) return { harm: 'unknown', because: `${name}: nobody can tell which LUN it is` }
  const left = live.filter((path) => !isCut(path, outage))
  const because = `${name}: ${left.length} of ${live.length} live paths left, ${fabricsText(left)}`
  if (left.length === 0) return { harm: 'loses its disk', because }
  const [before, after] = [fabricsOf(live).size, fabricsOf(left).size]
  return { harm: after < 2 ? 'hangs on one fabric' : 'goes on', because: before < 2 ? `${because}, as now` : because }
}

const isLive = ({ inMap, inquiry }: Path): boolean => inMap === 'active' && inquiry.state === 'read'

function isCut(path: Path, outage: Outage): boolean {
  switch (outage.kind) {
    case 'fabric':
      // A path of which nobody knows the fabric may be on this one.
      return path.fabric === undefined || path.fabric === outage.fabric
    case 'array-port':
      return path.targetPort === undefined || path.targetPort === outage.port
    case 'switch':
      return isThrough(path, outage.switch)
    case 'blade':
      return path.blade === outage.blade
  }
}

/** Its ends tell; an end of the same fabric of which nobody has said the switch may hang on this one. */
function isThrough({ initiator, targetPort, fabric }: Path, { ports, elsewhere, ...gone }: Switch): boolean {
  if (fabric !== undefined && fabric !== gone.fabric) return false
  const ends = [initiator, targetPort]
  const isAt = (among: readonly Wwpn[]) => (end: Wwpn | undefined) => end !== undefined && among.includes(end)
  return ends.some(isAt(ports)) || !ends.every(isAt(elsewhere))
}

const fabricsOf = (paths: readonly Path[]): Set<FabricName> =>
  new Set(paths.flatMap(({ fabric }) => (fabric === undefined ? [] : [fabric])))

function fabricsText(paths: readonly Path[]): string {
  const fabrics = [...fabricsOf(paths)].sort()
  return fabrics.length === 0 ? 'no fabric' : `fabric${fabrics.length > 1 ? 's' : ''} ${fabrics.join(' and ')}`
}

/** Blades that have a live path to each of the disks, under the same name where the domain has it by a map's. */
function seenBy(survey: Survey, than: BladeName, disks: readonly Disk[]): BladeName[] {
  const isSeen = (blade: BladeName, { map, wwid }: Disk): boolean =>
    wwid !== undefined && pathsTo(survey, blade, wwid).some((path) => isLive(path) && (map ?? path.map) === path.map)
  return [...survey.blades.keys()].filter(
    (blade) => blade !== than && reportOf(survey, blade) !== undefined && disks.every((disk) => isSeen(blade, disk)),
  )
}
