/** A volume that was put aside comes back to every blade as it was, and is proved there as a new one is. */
import { bladesInService, documentedKey, type Fleet, isManual, type Volume } from '#documents'
import type { Claim } from '#findings'
import type { Survey } from '#survey'
import { appearing, found, provedEverywhere, type Reserving, shown } from './appear.ts'
import { claimsAt } from './brought.ts'
import { stepsBack } from './by-hand.ts'
import type { Intent } from './intent.ts'
import { asideIn } from './missing.ts'
import { keptOnArray } from './on-array.ts'
import { draft, type Plan, plan } from './plan.ts'

type RestoreVolume = Extract<Intent, { readonly kind: 'restore-volume' }>

/** `seen`: an earlier look, from which it is known where an array that nobody can tell shows it still. */
export function claimsOfRestoreVolume(fleet: Fleet, intent: RestoreVolume, seen: Survey | undefined): Claim[] {
  const recorded = asideIn(fleet, intent.volume, 'restore')
  const { alias, array, lun, wwid } = recorded
  const blades = bladesInService(fleet)
  return [
    ...blades.map((blade): Claim => ({ kind: 'answers', blade })),
    ...keptOnArray(fleet, recorded),
    ...blades.flatMap((blade): Claim[] =>
      isManual(fleet, array)
        ? claimsAt(fleet, seen, blade, recorded)
        : [
            { kind: 'lun-free', blade, array, lun },
            { kind: 'alias-free', blade, alias, wwid },
          ],
    ),
  ]
}

export function planRestoreVolume(fleet: Fleet, survey: Survey, intent: RestoreVolume): Plan {
  const recorded = asideIn(fleet, intent.volume, 'restore')
  const one = appearing(recorded)
  const blades = bladesInService(fleet)
  const reserve = reservingAgain(fleet, recorded)
  const head = { title: `restore volume ${recorded.alias}`, intent, basis: fleet.commit }
  if (isManual(fleet, recorded.array)) return plan(head, stepsBack(fleet, survey, recorded, reserve), blades)
  const steps = [
    ...shown(fleet, recorded.array, [one], blades),
    ...found(fleet, recorded.array, [one], blades, reserve),
    draft(
      {
        kind: 'record-documents',
        changes: [{ document: `volumes/${recorded.alias}.yaml`, set: [{ path: ['state'], gone: true }] }],
        rendered: blades,
        message: `volume ${recorded.alias}: restored`,
      },
      'undoable',
      provedEverywhere(fleet, one, blades, reserve),
    ),
  ]
  return plan(head, steps, blades)
}

/** Under the key that it had: nobody has had the volume meanwhile, and an array that has kept the key finds the same one. */
function reservingAgain(fleet: Fleet, recorded: Volume): Reserving | undefined {
  const key = documentedKey(fleet, recorded)
  return recorded.home === undefined || key === undefined ? undefined : { home: recorded.home, key }
}
