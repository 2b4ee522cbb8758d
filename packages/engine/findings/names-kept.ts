/**
 * Claim: with these files every map of the blade is called as it is now, and every volume of the fleet has its alias. An
 * older configuration does not know what came since: a disk that is in use would lose its name.
 */
import { MultipathError } from '@anyblade/multipath'
import type { Fleet } from '#documents'
import { type DmMap, type MultipathFiles, reportOf, type Survey } from '#survey'
import { aliasesIn, explained, releaseIn } from '../config/aliases.ts'
import { filesOf } from '../config/texts.ts'
import { type ClaimOf, type Finding, proved, refuted, unknown } from './finding.ts'

export function namesKept(claim: ClaimOf<'names-kept'>, fleet: Fleet, survey: Survey): Finding {
  const { blade } = claim
  const report = reportOf(survey, blade)
  const release = releaseIn(report?.tools.multipath)
  if (report?.config.state !== 'read' || release === undefined)
    return unknown(claim, `the multipath configuration of ${blade} was not read`)
  const then = filesOf(claim.files)
  try {
    const { configuration, messages } = explained(then, release)
    if (configuration === undefined)
      return refuted(claim, `multipath-tools ${release} on ${blade} can't load it`, { evidence: messages })
    const now = report.config.value
    const names = new Set([
      ...ofVolumes(fleet, then, release),
      ...ofMaps(report.maps, now, then, release),
      ...ofAside(fleet, now, then, release),
    ])
    if (names.size === 0) return proved(claim, `${blade}: every map and every volume keeps its name`)
    return refuted(claim, `with it ${names.size} names on ${blade} would not be what they are`, {
      evidence: [...names],
      next: 'go back to a later state, which knows what has come and gone since',
    })
  } catch (error) {
    if (error instanceof MultipathError) return unknown(claim, `${blade}: ${error.message}`)
    throw error
  }
}

/** WWID to alias, as these files have it in effect. */
function named(files: MultipathFiles, release: string): ReadonlyMap<string, string> {
  const { configuration } = explained(files, release)
  return new Map(configuration ? aliasesIn(configuration).map(({ wwid, alias }) => [wwid, alias]) : [])
}

function ofVolumes({ volumes }: Fleet, then: MultipathFiles, release: string): string[] {
  const names = named(then, release)
  return [...volumes.values()]
    .filter(({ alias, wwid }) => names.get(wwid) !== alias)
    .map(({ alias, wwid }) => lost(alias, wwid, names))
}

function ofMaps(maps: readonly DmMap[], now: MultipathFiles, then: MultipathFiles, release: string): string[] {
  const [is, names] = [named(now, release), named(then, release)]
  return maps.flatMap(({ name, wwid }) =>
    wwid === undefined || is.get(wwid) === names.get(wwid) ? [] : [lost(name, wwid, names)],
  )
}

/** What was put aside left no trace, and its name is not given again. */
function ofAside({ aside }: Fleet, now: MultipathFiles, then: MultipathFiles, release: string): string[] {
  const [is, names] = [named(now, release), named(then, release)]
  return [...aside.values()]
    .filter(({ wwid }) => names.has(wwid) && !is.has(wwid))
    .map(({ alias, wwid, state }) => `${alias} of ${wwid} is ${state ?? 'aside'}, and would have its name again`)
}

const lost = (name: string, wwid: string, names: ReadonlyMap<string, string>): string =>
  `${name} of ${wwid} would be called ${names.get(wwid) ?? 'by no alias'}`
