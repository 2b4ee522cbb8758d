/**
 * A configuration comes back as it was recorded: on one blade first, then on the others in batches, each after a look at
 * those before. It is not told whose file is whose: what was recorded is what stood there, the operator's and ours.
 */
import { type BladeName, type Fleet, fabricsWanted } from '#documents'
import { type Claim, prove } from '#findings'
import { reportOf, type Survey, valueRead } from '#survey'
import { filesApart } from '../config/drift.ts'
import { filesOf, textOf } from '../config/texts.ts'
import { calm, inBatches } from './batches.ts'
import type { Intent } from './intent.ts'
import { bladeIn } from './missing.ts'
import { type Draft, draft, type Plan, plan } from './plan.ts'
import { claimed } from './vm-claims.ts'

type RollBack = Extract<Intent, { readonly kind: 'roll-back' }>

export function claimsOfRollBack(fleet: Fleet, intent: RollBack): Claim[] {
  return intent.blades.flatMap(({ blade, files }): Claim[] => [
    { kind: 'answers', blade: bladeIn(fleet, blade).name },
    ...calm(intent, blade),
    { kind: 'names-kept', blade, files },
  ])
}

export function planRollBack(fleet: Fleet, survey: Survey, intent: RollBack): Plan {
  const changes = intent.blades.flatMap((one) => changeOn(survey, intent, one))
  const touched = changes.map(({ blade }) => blade)
  const gate = (blade: BladeName): Claim[] => [...calm(intent, blade), ...aliasesHeld(fleet, blade)]
  const steps = [...inBatches(fleet, changes, gate), record(fleet, survey, intent, touched)]
  const blades = intent.blades.map(({ blade }) => blade)
  return plan(
    { title: `roll back to ${intent.to}`, intent, basis: fleet.commit },
    touched.length === 0 ? [] : steps,
    blades,
  )
}

/** What differs there from what was recorded, if anything does. */
function changeOn(survey: Survey, intent: RollBack, { blade, files }: RollBack['blades'][number]) {
  const deployed = valueRead(reportOf(survey, blade)?.config)
  const apart = deployed === undefined ? [] : filesApart(deployed, filesOf(files))
  if (apart.length === 0) return []
  const texts = apart.map(({ path, before, after }) => ({
    path,
    before: before && textOf(before),
    after: after && textOf(after),
  }))
  return [{ blade, draft: draft({ kind: 'set-config', blade, files: texts }, 'undoable', calm(intent, blade)) }]
}

const aliasesHeld = ({ volumes }: Fleet, blade: BladeName): Claim[] =>
  [...volumes.values()].map((volume) => ({ kind: 'alias-held', blade, volume: claimed(volume) }))

/** What was sound there before must be so afterwards; what was not is no reason to keep the newer configuration. */
function record(fleet: Fleet, survey: Survey, { to }: RollBack, blades: readonly BladeName[]): Draft {
  const sound = blades.flatMap((blade) =>
    [...fleet.volumes.values()].flatMap((volume): Claim[] => [
      { kind: 'identity', blade, volume: claimed(volume) },
      { kind: 'redundancy', blade, volume: claimed(volume), fabrics: fabricsWanted(fleet) },
    ]),
  )
  const kept = sound.filter((claim) => prove(claim, fleet, survey).verdict === 'proved')
  const claims = [...blades.flatMap((blade) => aliasesHeld(fleet, blade)), ...kept]
  const message = `config: rolled back to ${to} on ${blades.join(', ')}`
  return draft({ kind: 'record-documents', changes: [], rendered: blades, message }, 'undoable', claims)
}
