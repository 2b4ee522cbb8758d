/**
 * Blades are given what they lack of the fleet's volumes: a blade that came later, one whose drop-in somebody else has
 * taken away. What they have already is left as it is, and so is every alias that the fleet does not know.
 * One blade first: a candidate that is no good goes no further than that; then the others, batch by batch. A failure, or
 * a blade that does not show what it was given, takes back what was done on all of them.
 */
import { type BladeName, bladesInService, type Fleet, fabricsWanted, type Volume } from '#documents'
import { EngineError } from '#errors'
import type { Claim } from '#findings'
import type { Survey } from '#survey'
import { appearing, nameable } from './appear.ts'
import { calm, inBatches } from './batches.ts'
import { aliasesHeld, brought, claimsAt, hasPaths, isNamed, isShown } from './brought.ts'
import type { Intent } from './intent.ts'
import { bladeIn } from './missing.ts'
import { keptOnArray } from './on-array.ts'
import { type Draft, draft, type Plan, plan } from './plan.ts'
import { claimed } from './vm-claims.ts'

type RollOut = Extract<Intent, { readonly kind: 'roll-out' }>

/**
 * `seen`: an earlier look, from which it is known where a volume has paths already. Before there is one, it is taken that all
 * blades have them: mostly they do, and then one look is enough and no array is asked.
 */
export function claimsOfRollOut(fleet: Fleet, intent: RollOut, seen: Survey | undefined): Claim[] {
  const blades = bladesOf(fleet, intent)
  return [
    ...blades.flatMap((blade): Claim[] => [{ kind: 'answers', blade }, ...calm(intent, blade)]),
    ...volumesOf(fleet).flatMap((volume) => [
      ...(blades.every((blade) => seen === undefined || isShown(fleet, seen, blade, volume))
        ? []
        : keptOnArray(fleet, volume)),
      ...blades.flatMap((blade) => claimsAt(fleet, seen, blade, volume)),
    ]),
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

export function planRollOut(fleet: Fleet, survey: Survey, intent: RollOut): Plan {
  const blades = bladesOf(fleet, intent)
  const volumes = volumesOf(fleet)
  const lacking = blades.flatMap((blade) => {
    const held = aliasesHeld(survey, blade)
    const aliases = volumes.filter((volume) => !isNamed(held, volume))
    return aliases.length === 0 ? [] : [{ blade, aliases }]
  })
  const given = lacking.map(({ blade, aliases }) => ({ blade, draft: aliasesOn(intent, blade, aliases) }))
  const unseen = new Map(
    volumes.map((volume) => [volume, blades.filter((blade) => !hasPaths(fleet, survey, blade, volume))]),
  )
  const touched = blades.flatMap((blade): Given[] => {
    const aliases = lacking.find((one) => one.blade === blade)?.aliases
    const volumesOfIt = volumes.filter((volume) => aliases?.includes(volume) || unseen.get(volume)?.includes(blade))
    return volumesOfIt.length === 0 ? [] : [{ blade, volumes: volumesOfIt }]
  })
  const steps = [
    ...[...unseen].flatMap(([volume, without]) => brought(fleet, survey, volume, without)),
    ...inBatches(fleet, given, (blade) => gate(intent, blade, lacking)),
    record(fleet, intent, touched),
  ]
  const title =
    blades.length === bladesInService(fleet).length ? 'roll out to all blades' : `roll out to ${blades.join(', ')}`
  return plan({ title, intent, basis: fleet.commit }, touched.length === 0 ? [] : steps, blades)
}

/** What a blade is brought, or given an alias of. */
type Given = { readonly blade: BladeName; readonly volumes: readonly Volume[] }
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

/** What a blade had before is not proved once more: each act has seen that it left all other maps and paths as they were. */
function record(fleet: Fleet, intent: RollOut, touched: readonly Given[]): Draft {
  const blades = touched.map(({ blade }) => blade)
  const fabrics = intent.degraded ? 1 : fabricsWanted(fleet)
  const claims = touched.flatMap(({ blade, volumes }): Claim[] => [
    ...calm(intent, blade),
    ...volumes.flatMap((volume): Claim[] => [
      { kind: 'identity', blade, volume: claimed(volume) },
      { kind: 'redundancy', blade, volume: claimed(volume), fabrics },
      { kind: 'alias-free', blade, alias: volume.alias, wwid: volume.wwid },
    ]),
  ])
  const message = `config: rolled out to ${blades.join(', ')}`
  return draft({ kind: 'record-documents', changes: [], rendered: blades, message }, 'undoable', claims)
}
