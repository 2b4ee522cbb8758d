/**
 * Claim: on the blade alias and WWID are one to one, and what it calls a LUN is what the fleet and the other blades call it:
 * by its configuration, by the maps that are there, and by the names that user_friendly_names has handed out (bindings).
 * A name that is another LUN elsewhere is what libvirt follows without a word (recordings/32).
 * `among`: the blades to compare with; each has a finding of its own, so one that is silent is only left out here.
 */
import { MultipathError } from '@anyblade/multipath'
import type { BladeName, Fleet } from '#documents'
import { type BladeReport, reportOf, type Survey, valueRead } from '#survey'
import { aliasesIn, boundIn, explained, type Named, releaseIn } from '../config/aliases.ts'
import { type ClaimOf, type Finding, proved, refuted, unknown } from './finding.ts'

/** `given`: by the configuration; `maps`: in use now; `bound`: kept in the bindings file. */
type Names = { readonly given: readonly Named[]; readonly maps: readonly Named[]; readonly bound: readonly Named[] }

export function aliases(claim: ClaimOf<'aliases'>, fleet: Fleet, survey: Survey): Finding {
  const { blade, among } = claim
  try {
    const names = namesOn(survey, blade)
    if (names === undefined) return unknown(claim, `the multipath configuration of ${blade} was not read`)
    const wrong = [
      ...twiceIn(names),
      ...againstFleet(fleet, names),
      ...among.flatMap((other) => (other === blade ? [] : againstBlade(names, other, namesOn(survey, other)))),
    ]
    if (wrong.length > 0)
      return refuted(claim, `${blade}: alias and WWID are not one to one`, {
        evidence: [...new Set(wrong)],
        next: `anyblade config diff ${blade}`,
      })
    return proved(claim, `${blade}: ${names.given.length} aliases, each of one WWID and the same on all blades read`)
  } catch (error) {
    if (error instanceof MultipathError) return unknown(claim, `${blade}: ${error.message}`)
    throw error
  }
}

/** undefined where it was not read, or does not load. @throws MultipathError */
function namesOn(survey: Survey, blade: BladeName): Names | undefined {
  const report = reportOf(survey, blade)
  const [files, release] = [valueRead(report?.config), releaseIn(report?.tools.multipath)]
  if (report === undefined || files === undefined || release === undefined) return undefined
  const { configuration } = explained(files, release)
  if (configuration === undefined) return undefined
  return { given: aliasesIn(configuration), maps: mapsOf(report), bound: boundIn(files) }
}

const mapsOf = ({ maps }: BladeReport): Named[] =>
  maps.flatMap(({ name, wwid, dm }) => (wwid === undefined ? [] : [{ alias: name, wwid, at: dm }]))

/** One name of two LUNs, or two names of one, on the blade itself. */
function twiceIn({ given, maps, bound }: Names): string[] {
  return [
    ...apart(given, given),
    ...apart(maps, given),
    ...namesakes(bound, [...given, ...bound]), // a LUN keeps its binding when it gets an alias, and that is no second name
  ]
}

const namesakes = (some: readonly Named[], others: readonly Named[]): string[] => {
  const byAlias = Map.groupBy(others, ({ alias }) => alias)
  return some.flatMap((one) =>
    (byAlias.get(one.alias) ?? []).filter(({ wwid }) => wwid !== one.wwid).map((other) => both(one, other)),
  )
}

/** Those that disagree: the same name for another LUN, or another name for the same one. */
const apart = (some: readonly Named[], others: readonly Named[]): string[] => {
  const byId = Map.groupBy(others, ({ wwid }) => wwid)
  const renamed = some.flatMap((one) =>
    (byId.get(one.wwid) ?? []).filter(({ alias }) => alias !== one.alias).map((other) => both(one, other)),
  )
  return [...namesakes(some, others), ...renamed]
}

/** The same two in the same words, whichever comes first. */
const both = (...two: readonly [Named, Named]): string =>
  two
    .map(({ alias, wwid, at }) => `${at}: ${alias} is ${wwid}`)
    .sort()
    .join('; ')

function againstFleet({ volumes, aside }: Fleet, { given, maps, bound }: Names): string[] {
  const documented = [...volumes.values()].map(({ alias, wwid }) => ({ alias, wwid, at: `volumes/${alias}.yaml` }))
  const out = [...aside.values()].map(({ alias, wwid }) => ({ alias, wwid, at: `volumes/${alias}.yaml` }))
  return [...apart([...given, ...maps], [...documented, ...out]), ...namesakes(bound, documented)]
}

/**
 * Names that nobody wrote down (mpatha) may be other LUNs on each blade, such as what it boots from: only where both see one
 * LUN is it the same thing under two names.
 */
function againstBlade({ given, maps }: Names, other: BladeName, theirs: Names | undefined): string[] {
  if (theirs === undefined) return []
  const on = (names: readonly Named[]): Named[] => names.map((one) => ({ ...one, at: `${other} ${one.at}` }))
  const renamed = (some: readonly Named[], others: readonly Named[]) =>
    apart(some, others).filter((line) => !namesakes(some, others).includes(line))
  return [...apart(given, on(theirs.given)), ...renamed(maps, on(theirs.maps))]
}
