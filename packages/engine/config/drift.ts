/**
 * Promise 5, blade by blade: what the documents ask, what git has recorded, what is deployed and what is in effect are
 * the same, or the difference is told. Pure. May not come in: a guess whose fault it is; only what a file says of itself.
 */
import type { BladeName, Fleet, Volume } from '#documents'
import { excuse, type MultipathFiles, reportOf, type Survey, valueRead } from '#survey'
import { aliasesIn, DROP_INS, explained, MAIN_FILE, releaseIn } from './aliases.ts'
import { DROP_IN, ownDropIn } from './candidate.ts'

/** `before`: the file as git has it; `after`: as it is deployed; undefined: it is not there. */
export type FileDrift = {
  readonly path: string
  readonly before: Uint8Array | undefined
  readonly after: Uint8Array | undefined
}

export type BladeDrift = {
  readonly blade: BladeName
  /** Why it could not be asked; nothing else is known of it then. */
  readonly unread: string | undefined
  /** One line each. */
  readonly differences: readonly string[]
  /** Files that are not as they were recorded. */
  readonly files: readonly FileDrift[]
}

/**
 * `recorded`: the files as the fleet's repository has them; a blade of which nothing was recorded is left out. `published`: our
 * drop-in as the data of puppet has it, where puppet delivers and has any.
 */
export function driftOf(
  fleet: Fleet,
  survey: Survey,
  blades: readonly BladeName[],
  recorded: ReadonlyMap<BladeName, MultipathFiles>,
  published: ReadonlyMap<BladeName, string> = new Map(),
): BladeDrift[] {
  return blades.map((blade) => ofBlade(fleet, survey, blade, recorded.get(blade), published.get(blade)))
}

function ofBlade(
  fleet: Fleet,
  survey: Survey,
  blade: BladeName,
  recorded: MultipathFiles | undefined,
  published: string | undefined,
): BladeDrift {
  const report = reportOf(survey, blade)
  const deployed = valueRead(report?.config)
  if (report === undefined || deployed === undefined)
    return {
      blade,
      unread: report === undefined ? excuse(survey.blades.get(blade)) : 'its configuration was not read',
      differences: [],
      files: [],
    }
  const files = recorded === undefined ? [] : filesApart(recorded, deployed)
  const release = releaseIn(report.tools.multipath)
  const differences = [
    ...(recorded === undefined && fleet.volumes.size > 0 ? ['nothing of its configuration is recorded'] : []),
    ...files.map(fileSentence),
    ...dataApart(deployed, published),
    ...(release === undefined ? ['it has no multipath-tools'] : aliasesApart(fleet, deployed, release)),
    ...mapsApart(fleet, report.maps),
  ]
  return { blade, unread: undefined, differences, files }
}

/** The files that are not the same in both, by path. */
export function filesApart(recorded: MultipathFiles, deployed: MultipathFiles): FileDrift[] {
  const [before, after] = [byPath(recorded), byPath(deployed)]
  return [...new Set([...before.keys(), ...after.keys()])]
    .sort()
    .map((path) => ({ path, before: before.get(path), after: after.get(path) }))
    .filter((file) => !areEqual(file.before, file.after))
}

function byPath({ main, dropIns }: MultipathFiles): Map<string, Uint8Array> {
  const files = dropIns.map(({ name, bytes }) => [`${DROP_INS}/${name}`, bytes] as const)
  return new Map(main === undefined ? files : [[MAIN_FILE, main] as const, ...files])
}

const areEqual = (one: Uint8Array | undefined, other: Uint8Array | undefined): boolean =>
  one?.length === other?.length && (one ?? []).every((byte, at) => byte === other?.[at])

function fileSentence({ path, before, after }: FileDrift): string {
  const what = after === undefined ? 'is gone' : before === undefined ? 'was not recorded' : 'is not as it was recorded'
  const owner = after && ownerSaid(after)
  return `${path} ${what}${owner === undefined ? '' : `; its head says "${owner}"`}`
}

/** The next run of the agent makes the one of the other. */
function dataApart(deployed: MultipathFiles, published: string | undefined): string[] {
  const held = new TextDecoder().decode(ownDropIn(deployed))
  if (published === undefined || published === held) return []
  return [`${DROP_INS}/${DROP_IN} is not as puppet's data has it`]
}

const HEAD_LINES = 10
/** Configuration management marks what it writes: who else writes there is then known. */
const MARK = /^\s*#\s*(.*\b(?:puppet|ansible|chef|salt|cfengine|managed by)\b.*)$/i

function ownerSaid(bytes: Uint8Array): string | undefined {
  const lines = Buffer.from(bytes).toString('latin1').split('\n', HEAD_LINES)
  return lines.flatMap((line) => MARK.exec(line)?.[1]?.trim().slice(0, 80) ?? []).at(0)
}

function aliasesApart({ volumes }: Fleet, files: MultipathFiles, release: string): string[] {
  const { configuration, messages } = explained(files, release)
  if (configuration === undefined) return [`multipath-tools ${release} can't load it: ${messages.at(-1) ?? ''}`]
  const held = aliasesIn(configuration)
  const missing = [...volumes.values()].flatMap(({ alias, wwid }) => {
    const [named, called] = [held.find((one) => one.alias === alias), held.find((one) => one.wwid === wwid)]
    if (named?.wwid === wwid) return []
    if (named !== undefined) return [`${named.at}: the alias ${alias} is ${named.wwid}, and ${wwid} in the fleet`]
    if (called !== undefined) return [`${called.at}: ${wwid} is called ${called.alias}, and ${alias} in the fleet`]
    return [`the alias ${alias} of ${wwid} is missing`]
  })
  const known = new Map([...volumes.values()].map((volume) => [String(volume.wwid), volume]))
  const ours = `${DROP_INS}/${DROP_IN}:`
  const extra = held
    .filter(({ wwid, at }) => at.startsWith(ours) && !known.has(wwid))
    .map(({ alias, wwid, at }) => `${at}: the alias ${alias} is ${wwid}, which is no volume of the fleet`)
  return [...missing, ...extra]
}

type NamedMap = { readonly name: string; readonly wwid: string | undefined }

/** What device-mapper has in effect, which no file proves. */
function mapsApart({ volumes }: Fleet, maps: readonly NamedMap[]): string[] {
  return [...volumes.values()].flatMap(({ alias, wwid }: Volume) => {
    const named = maps.find(({ name }) => name === alias)
    if (named?.wwid === wwid) return []
    const called = maps.find((map) => map.wwid === wwid)
    if (named !== undefined) return [`/dev/mapper/${alias} is ${named.wwid ?? 'no multipath map'}, not ${wwid}`]
    return [
      called === undefined ? `there is no map ${alias}` : `the map of ${wwid} is called ${called.name}, not ${alias}`,
    ]
  })
}
