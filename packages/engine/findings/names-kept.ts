/**
 * Claim: with these files every map of the blade is called as it is now, and every volume of the fleet has its alias. An
 * older configuration does not know what came since: a disk that is in use would lose its name.
 */
import { type Configuration, MultipathError } from '@anyblade/multipath'
import type { Fleet } from '#documents'
import { type DmMap, reportOf, type Survey } from '#survey'
import { aliasesIn, explained, releaseIn } from '../config/aliases.ts'
import { filesOf } from '../config/texts.ts'
import { type ClaimOf, type Finding, proved, refuted, unknown } from './finding.ts'

export function namesKept(claim: ClaimOf<'names-kept'>, fleet: Fleet, survey: Survey): Finding {
  const { blade } = claim
  const report = reportOf(survey, blade)
  const release = releaseIn(report?.tools.multipath)
  if (report?.config.state !== 'read' || release === undefined)
    return unknown(claim, `the multipath configuration of ${blade} was not read`)
  try {
    const { configuration, messages } = explained(filesOf(claim.files), release)
    if (configuration === undefined)
      return refuted(claim, `multipath-tools ${release} on ${blade} can't load it`, { evidence: messages })
    const deployed = explained(report.config.value, release).configuration
    const names: Names = { now: named(deployed), after: named(configuration) }
    const lost = new Set([...ofVolumes(fleet, names), ...ofMaps(report.maps, names), ...ofAside(fleet, names)])
    if (lost.size === 0) return proved(claim, `${blade}: every map and every volume keeps its name`)
    return refuted(claim, `with it ${lost.size} names on ${blade} would not be what they are`, {
      evidence: [...lost],
      next: 'go back to a later state, which knows what has come and gone since',
    })
  } catch (error) {
    if (error instanceof MultipathError) return unknown(claim, `${blade}: ${error.message}`)
    throw error
  }
}

/** WWID to alias, as a configuration has it in effect; one that does not load has none. */
const named = (configuration: Configuration | undefined): ReadonlyMap<string, string> =>
  new Map(configuration ? aliasesIn(configuration).map(({ wwid, alias }) => [wwid, alias]) : [])

type Names = Readonly<Record<'now' | 'after', ReadonlyMap<string, string>>>

const ofVolumes = ({ volumes }: Fleet, { after }: Names): string[] =>
  [...volumes.values()]
    .filter(({ alias, wwid }) => after.get(wwid) !== alias)
    .map(({ alias, wwid }) => lostName(alias, wwid, after))

const ofMaps = (maps: readonly DmMap[], { now, after }: Names): string[] =>
  maps.flatMap(({ name, wwid }) =>
    wwid === undefined || now.get(wwid) === after.get(wwid) ? [] : [lostName(name, wwid, after)],
  )

/** What was put aside left no trace, and its name is not given again. */
const ofAside = ({ aside }: Fleet, { now, after }: Names): string[] =>
  [...aside.values()]
    .filter(({ wwid }) => after.has(wwid) && !now.has(wwid))
    .map(({ alias, wwid, state }) => `${alias} of ${wwid} is ${state ?? 'aside'}, and would have its name again`)

const lostName = (name: string, wwid: string, after: ReadonlyMap<string, string>): string =>
  `${name} of ${wwid} would be called ${after.get(wwid) ?? 'by no alias'}`
