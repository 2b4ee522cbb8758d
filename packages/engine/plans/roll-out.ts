/**
 * Blades are given what they lack of the fleet's volumes: a blade that came later, one whose drop-in somebody else has
 * taken away. What they have already is left as it is, and so is every alias that the fleet does not know.
 * One blade first: a candidate that is no good goes no further than that; then the others, batch by batch. A failure, or
 * a blade that does not show what it was given, takes back what was done on all of them.
 */
import { type BladeName, bladesInService, type Fleet, fabricsWanted, type Volume } from '#documents'
import { EngineError } from '#errors'
import { type Claim, isShownTo, pathsAt } from '#findings'
import { reportOf, type Survey, valueRead } from '#survey'
import { aliasesIn, explained, releaseIn } from '../config/aliases.ts'
import { appearing, lunsOnBlade, nameable, showingTo } from './appear.ts'
import { inBatches } from './batches.ts'
import { carved } from './fence-scope.ts'
import type { Intent } from './intent.ts'
import { bladeIn } from './missing.ts'
import { type Draft, draft, type Plan, plan } from './plan.ts'
import { claimed } from './vm-claims.ts'

type RollOut = Extract<Intent, { readonly kind: 'roll-out' }>

/** `seen`: an earlier look, from which it is known where a volume has paths already. */
export function claimsOfRollOut(fleet: Fleet, intent: RollOut, seen: Survey | undefined): Claim[] {
  const blades = bladesOf(fleet, intent)
  return [
    ...blades.flatMap((blade): Claim[] => [{ kind: 'answers', blade }, ...calm(intent, blade)]),
    ...volumesOf(fleet).flatMap((volume) => [
      ...(blades.every((blade) => seen !== undefined && isShown(fleet, seen, blade, volume))
        ? []
        : [carved(fleet, volume)]),
      ...blades.flatMap((blade) => claimsAt(fleet, seen, blade, volume)),
    ]),
  ]
}

function claimsAt(fleet: Fleet, seen: Survey | undefined, blade: BladeName, volume: Volume): Claim[] {
  const { alias, wwid, array, lun } = volume
  if (seen === undefined || hasPaths(fleet, seen, blade, volume)) return nameable(appearing(volume), blade)
  return [
    { kind: 'lun-free', blade, array, lun },
    { kind: 'alias-free', blade, alias, wwid },
  ]
}

/** @throws EngineError where a blade is fenced, or the fleet has none */
function bladesOf(fleet: Fleet, { blades }: RollOut): BladeName[] {
  const inService = bladesInService(fleet)
  const names = [...new Set(blades.map((blade) => bladeIn(fleet, blade).name))].sort()
  const fenced = names.find((name) => !inService.includes(name))
  if (fenced === undefined) return names
  throw new EngineError('intent-invalid', {
    attempted: `roll the configuration out to ${fenced}`,
    found: 'it is fenced',
    hint: `anyblade blade return ${fenced}`,
  })
}

const volumesOf = ({ volumes }: Fleet): Volume[] =>
  [...volumes.values()].sort((a, b) => a.lun - b.lun || (a.alias < b.alias ? -1 : 1))

const hasPaths = (fleet: Fleet, survey: Survey, blade: BladeName, { array, lun }: Volume): boolean =>
  pathsAt({ blade, array, lun }, fleet, survey).length > 0

/** Through every port of the blade, by the array's word; where it has paths, that is enough. */
const isShown = (fleet: Fleet, survey: Survey, blade: BladeName, volume: Volume): boolean =>
  hasPaths(fleet, survey, blade, volume) || isShownTo(fleet, survey, blade, volume)

/** The volumes whose alias is not in effect by the files that the blade has. */
function lackedBy(fleet: Fleet, survey: Survey, blade: BladeName): Volume[] {
  const report = reportOf(survey, blade)
  const [files, release] = [valueRead(report?.config), releaseIn(report?.tools.multipath)]
  const configuration = files && release && explained(files, release).configuration
  const held = configuration ? aliasesIn(configuration) : []
  return volumesOf(fleet).filter(({ alias, wwid }) => !held.some((one) => one.alias === alias && one.wwid === wwid))
}

export function planRollOut(fleet: Fleet, survey: Survey, intent: RollOut): Plan {
  const blades = bladesOf(fleet, intent)
  const volumes = volumesOf(fleet)
  const lacking = blades.flatMap((blade) => {
    const aliases = lackedBy(fleet, survey, blade)
    return aliases.length === 0 ? [] : [{ blade, aliases }]
  })
  const given = lacking.map(({ blade, aliases }) => ({ blade, draft: aliasesOn(intent, blade, aliases) }))
  const unseen = new Map(
    volumes.map((volume) => [volume, blades.filter((blade) => !hasPaths(fleet, survey, blade, volume))]),
  )
  const touched = blades.filter(
    (blade) =>
      lacking.some((one) => one.blade === blade) || [...unseen.values()].some((without) => without.includes(blade)),
  )
  const steps = [
    ...[...unseen].flatMap(([volume, without]) => brought(fleet, survey, volume, without)),
    ...inBatches(fleet, given, (blade) => gate(intent, blade, lacking)),
    record(fleet, touched),
  ]
  const title =
    blades.length === bladesInService(fleet).length ? 'roll out to all blades' : `roll out to ${blades.join(', ')}`
  return plan({ title, intent, basis: fleet.commit }, touched.length === 0 ? [] : steps, blades)
}

/** Shown by the array where it is not, and seen: in the order whose way back leaves nothing. */
function brought(
  fleet: Fleet,
  survey: Survey,
  volume: Volume,
  without: readonly BladeName[],
): (Draft | readonly Draft[])[] {
  const one = appearing(volume)
  const onLun = lunsOnBlade(fleet, volume.array, [one])
  const hidden = without.filter((blade) => !isShown(fleet, survey, blade, volume))
  return [
    without.map((blade) => draft({ kind: 'check-lun-free', blade, ...onLun }, 'undoable')),
    ...hidden.map((blade) => draft(showingTo(fleet, one, bladeIn(fleet, blade)), 'undoable', [carved(fleet, volume)])),
    without.map((blade) => draft({ kind: 'scan-lun', blade, ...onLun }, 'undoable')),
  ]
}

/** While a path is down a configuration is left alone, unless it was said otherwise. */
const calm = ({ degraded }: RollOut, blade: BladeName): Claim[] => (degraded ? [] : [{ kind: 'paths-up', blade }])

type Lacking = { readonly blade: BladeName; readonly aliases: readonly Volume[] }

/** What a blade must show for what it was given before others get the same. */
const gate = (intent: RollOut, blade: BladeName, lacking: readonly Lacking[]): Claim[] => [
  ...calm(intent, blade),
  ...lacking
    .filter((one) => one.blade === blade)
    .flatMap(({ aliases }) => aliases)
    .flatMap((volume): Claim[] => [
      { kind: 'alias-held', blade, volume: claimed(volume) },
      { kind: 'identity', blade, volume: claimed(volume) },
    ]),
]

function aliasesOn(intent: RollOut, blade: BladeName, volumes: readonly Volume[]): Draft {
  const aliases = volumes.map(({ alias, wwid }) => ({ alias, wwid }))
  return draft({ kind: 'add-aliases', blade, aliases }, 'undoable', [
    ...calm(intent, blade),
    ...volumes.flatMap((volume) => nameable(appearing(volume), blade)),
  ])
}

function record(fleet: Fleet, blades: readonly BladeName[]): Draft {
  const claims = blades.flatMap((blade) =>
    volumesOf(fleet).flatMap((volume): Claim[] => [
      { kind: 'identity', blade, volume: claimed(volume) },
      { kind: 'redundancy', blade, volume: claimed(volume), fabrics: fabricsWanted(fleet) },
      { kind: 'alias-free', blade, alias: volume.alias, wwid: volume.wwid },
    ]),
  )
  const message = `config: rolled out to ${blades.join(', ')}`
  return draft({ kind: 'record-documents', changes: [], rendered: blades, message }, 'undoable', claims)
}
