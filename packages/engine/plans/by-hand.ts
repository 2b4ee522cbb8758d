/**
 * A volume that was put aside on an array that nobody can tell anything comes back, or ends. Its operator has gone on
 * showing it, or has hidden it since: only the blades say so, by a fresh INQUIRY.
 */
import { type BladeName, bladesInService, type Fleet, type Volume } from '#documents'
import type { Claim } from '#findings'
import type { Survey } from '#survey'
import { appearing, nameable, onBlade, provedEverywhere, type Reserving, reserved } from './appear.ts'
import { aliasesHeld, brought, hasPaths, isNamed } from './brought.ts'
import { type Draft, draft, type Phase } from './plan.ts'
import { afterHiding } from './put-aside.ts'
import { claimed } from './vm-claims.ts'

/** Its WWID is let in again on the blades that have its alias still; one that came later is given it. */
export function stepsBack(
  fleet: Fleet,
  survey: Survey,
  recorded: Volume,
  reserve: Reserving | undefined,
): (Draft | readonly Draft[])[] {
  const { alias, wwid } = recorded
  const one = appearing(recorded)
  const blades = bladesInService(fleet)
  const named = (blade: BladeName): Draft =>
    draft(
      isNamed(aliasesHeld(survey, blade), recorded)
        ? { kind: 'let-in', blade, aliases: [{ alias, wwid }] }
        : { kind: 'add-aliases', blade, aliases: [{ alias, wwid }] },
      'undoable',
      nameable(one, blade),
    )
  return [
    ...brought(
      fleet,
      survey,
      recorded,
      blades.filter((blade) => !hasPaths(fleet, survey, blade, recorded)),
    ),
    // One blade first: a candidate that is no good goes no further than that.
    ...blades.slice(0, 1).map(named),
    blades.slice(1).map(named),
    ...(reserve === undefined ? [] : [reserved(one, reserve)]),
    draft(
      {
        kind: 'record-documents',
        changes: [{ document: `volumes/${alias}.yaml`, set: [{ path: ['state'], gone: true }] }],
        rendered: blades,
        message: `volume ${alias}: restored`,
      },
      'undoable',
      provedEverywhere(fleet, one, blades, reserve),
    ),
  ]
}

/** Its array shows it to nobody any more, and only our own part of each configuration names it. */
export const claimsOfEnd = (recorded: Volume, blades: readonly BladeName[]): Claim[] =>
  blades.flatMap((blade): Claim[] => [
    { kind: 'answers', blade },
    withdrawn(recorded, blade),
    { kind: 'alias-ours', blade, volume: claimed(recorded) },
  ])

const withdrawn = (recorded: Volume, blade: BladeName): Claim => {
  const { array, lun } = recorded
  return { kind: 'withdrawn', blade, volume: claimed(recorded), array, lun }
}

/** What the blades remember of it goes; once nobody uses what is left of it there is no way back. */
export function stepsToEnd(fleet: Fleet, recorded: Volume, blades: readonly BladeName[]): (Draft | readonly Draft[])[] {
  const lunOn = onBlade(fleet, appearing(recorded))
  const gone = (blade: BladeName) => withdrawn(recorded, blade)
  const unused = (blade: BladeName, phase: Phase, requires: readonly Claim[]) =>
    draft({ kind: 'check-unused', blade, ...lunOn }, phase, requires)
  return [
    blades.slice(1).map((blade) => unused(blade, 'undoable', [gone(blade)])),
    ...blades.slice(0, 1).map((blade) => unused(blade, 'pivot', blades.map(gone))),
    ...afterHiding(fleet, recorded, blades),
  ]
}
