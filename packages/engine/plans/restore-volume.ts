/** A volume that was put aside comes back to every blade as it was, and is proved there as a new one is. */
import { bladesInService, documentedKey, type Fleet, type Volume, volumeTag } from '#documents'
import type { Claim } from '#findings'
import { appearing, found, provedEverywhere, type Reserving, shown } from './appear.ts'
import type { Intent } from './intent.ts'
import { asideIn } from './missing.ts'
import { draft, type Plan, plan } from './plan.ts'
import { claimed } from './vm-claims.ts'

type RestoreVolume = Extract<Intent, { readonly kind: 'restore-volume' }>

export function claimsOfRestoreVolume(fleet: Fleet, intent: RestoreVolume): Claim[] {
  const recorded = asideIn(fleet, intent.volume, 'restore')
  const { alias, array, lun, wwid } = recorded
  const blades = bladesInService(fleet)
  return [
    ...blades.map((blade): Claim => ({ kind: 'answers', blade })),
    { kind: 'on-array', array, volume: claimed(recorded), tag: volumeTag(fleet, alias) },
    ...blades.flatMap((blade): Claim[] => [
      { kind: 'lun-free', blade, array, lun },
      { kind: 'alias-free', blade, alias, wwid },
    ]),
  ]
}

export function planRestoreVolume(fleet: Fleet, intent: RestoreVolume): Plan {
  const recorded = asideIn(fleet, intent.volume, 'restore')
  const one = appearing(recorded)
  const blades = bladesInService(fleet)
  const reserve = reservingAgain(fleet, recorded)
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
  return plan({ title: `restore volume ${recorded.alias}`, intent, basis: fleet.commit }, steps, blades)
}

/** Under the key that it had: nobody has had the volume meanwhile, and an array that has kept the key finds the same one. */
function reservingAgain(fleet: Fleet, recorded: Volume): Reserving | undefined {
  const key = documentedKey(fleet, recorded)
  return recorded.home === undefined || key === undefined ? undefined : { home: recorded.home, key }
}
