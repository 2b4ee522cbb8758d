/**
 * Claim: what the volume hangs on is there more than once: as many live paths as the fleet wants fabrics, of which no two
 * share an initiator port, a fabric or a target port. Two paths over one fabric are one switch away from none, and so are
 * two HBAs that are plugged into one fabric, whatever their documents say: where a port of B reaches a port of A, they are.
 */
import { type Fleet, fabricOf, type Wwpn } from '#documents'
import { type BladeReport, type Path, pathsIn, pathsTo, reportOf, type Survey, silenceOf } from '#survey'
import { pathLine, pathLines } from './evidence-of-paths.ts'
import { type ClaimOf, type Finding, proved, refuted, unknown } from './finding.ts'

export function redundancy(claim: ClaimOf<'redundancy'>, fleet: Fleet, survey: Survey): Finding {
  const { blade, volume, fabrics } = claim
  const report = reportOf(survey, blade)
  if (report === undefined) return unknown(claim, silenceOf(survey, blade))
  const paths = claim.anyMap === true ? pathsTo(survey, blade, volume.wwid) : pathsIn(survey, blade, volume.alias)
  const carries = ({ inMap }: Path) => inMap === 'active' || (claim.anyMap === true && inMap === 'no map')
  const live = paths.filter((path) => carries(path) && path.inquiry.state === 'read')
  const undocumented = live.filter((path) => path.fabric === undefined)
  if (undocumented.length > 0)
    return unknown(claim, `nobody says on which fabric these paths of ${volume.alias} on ${blade} are`, {
      evidence: pathLines(undocumented),
      next: `write the port's fabric into blades/${blade}.yaml`,
    })
  const merged = fabrics < 2 ? [] : [...crossed(fleet, live), ...oneFabric(fleet, report, live)]
  if (merged.length > 0)
    return refuted(claim, `${blade}: what is documented as two fabrics is one for ${volume.alias}`, {
      evidence: merged,
      next: `compare the cables with the ports in blades/${blade}.yaml and the array's document`,
    })
  const told = `${blade}: ${ways(live, 'initiator')} initiator ports × ${ways(live, 'fabric')} fabrics × ${ways(live, 'targetPort')} array ports`
  if (!areApart(live, fabrics))
    return refuted(claim, `${volume.alias} hangs on too little: ${told}, ${fabrics} of each are wanted`, {
      evidence: pathLines(paths),
      next: `--degraded accepts it for this once, where the fabric's loss is known`,
    })
  return proved(claim, `${told}${controllerText(fleet, live)}`, { evidence: pathLines(live) })
}

/** Paths between ports that are documented on two fabrics. */
const crossed = (fleet: Fleet, paths: readonly Path[]): string[] =>
  paths.flatMap((path) => {
    const [from, to] = [path.initiator, path.targetPort].map((port) => port && fabricOf(fleet, port))
    if (from === undefined || to === undefined || from === to) return []
    return [`${pathLine(path)}: from a port documented on ${from} to one documented on ${to}`]
  })

/** Initiator ports documented on several fabrics that are logged in to one, by the fabric's own name. */
function oneFabric(fleet: Fleet, { fcHosts }: BladeReport, paths: readonly Path[]): string[] {
  const used = new Set(paths.map(({ initiator }) => initiator))
  const ports = fcHosts.filter(({ wwpn, fabric }) => fabric !== undefined && used.has(wwpn))
  return [...Map.groupBy(ports, ({ fabric }) => fabric)]
    .filter(([, of]) => new Set(of.map(({ wwpn }) => fabricOf(fleet, wwpn))).size > 1)
    .map(([name, of]) => `${of.map(({ wwpn }) => wwpn).join(' and ')} are both logged in to the fabric ${name}`)
}

/** Whether so many can be chosen of which no two share anything; a port that nobody names may be any. */
function areApart(paths: readonly Path[], wanted: number): boolean {
  if (wanted === 0) return true
  const [first, ...rest] = paths
  if (first === undefined) return false
  return areApart(rest.filter(sharesNothingWith(first)), wanted - 1) || areApart(rest, wanted)
}

const sharesNothingWith = (one: Path) => (other: Path) =>
  (['initiator', 'fabric', 'targetPort'] as const).every(
    (what) => one[what] !== undefined && other[what] !== undefined && one[what] !== other[what],
  )

const ways = (paths: readonly Path[], what: 'fabric' | 'initiator' | 'targetPort'): number =>
  new Set(paths.map((path) => path[what]).filter((value) => value !== undefined)).size

/** Where the documents say which controller a port is of. */
function controllerText({ arrays }: Fleet, paths: readonly Path[]): string {
  const documented = new Map<Wwpn | undefined, string | undefined>(
    [...arrays.values()].flatMap(({ ports }) => ports.map(({ wwpn, controller }) => [wwpn, controller] as const)),
  )
  const [only, another] = new Set(paths.map(({ targetPort }) => documented.get(targetPort)))
  return only === undefined || another !== undefined ? '' : `, all of them at the array's controller ${only}`
}
