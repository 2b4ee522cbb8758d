/**
 * The end of a volume that was put aside: proved once more to be gone from every blade, then the array deletes it with its
 * data. Its document stays, so that neither its name nor its LUN number is given while a blade may remember them.
 */
import { asOnArray, type BladeName, type Fleet, volumeTag } from '#documents'
import type { Claim } from '#findings'
import { onBlade } from './appear.ts'
import type { Intent } from './intent.ts'
import { asideIn } from './missing.ts'
import { draft, type Plan, plan } from './plan.ts'
import { claimed } from './vm-claims.ts'

type PurgeVolume = Extract<Intent, { readonly kind: 'purge-volume' }>

const everyBlade = (fleet: Fleet): BladeName[] => [...fleet.blades.keys()].sort()

export function claimsOfPurgeVolume(fleet: Fleet, intent: PurgeVolume): Claim[] {
  const recorded = asideIn(fleet, intent.volume, 'purge')
  const { alias, array, lun, wwid } = recorded
  const volume = claimed(recorded)
  return [
    { kind: 'on-array', array, volume, tag: volumeTag(fleet, alias) },
    ...everyBlade(fleet).flatMap((blade): Claim[] => [
      { kind: 'answers', blade },
      { kind: 'hidden', array, volume, other: blade },
      { kind: 'lun-free', blade, array, lun },
      { kind: 'alias-free', blade, alias, wwid },
    ]),
  ]
}

export function planPurgeVolume(fleet: Fleet, intent: PurgeVolume): Plan {
  const recorded = asideIn(fleet, intent.volume, 'purge')
  const { alias, array, size } = recorded
  const blades = everyBlade(fleet)
  const lunOn = onBlade(fleet, { ...recorded, volume: alias })
  const steps = [
    blades.map((blade) => draft({ kind: 'certify-gone', blade, ...lunOn }, 'undoable')),
    draft({ kind: 'delete-volume', array, ...asOnArray(fleet, alias), size }, 'pivot'),
    draft(
      {
        kind: 'record-documents',
        changes: [{ document: `volumes/${alias}.yaml`, set: [{ path: ['state'], value: 'purged' }] }],
        rendered: [],
        message: `volume ${alias}: purged`,
      },
      'forward',
    ),
  ]
  return plan({ title: `purge volume ${alias}`, intent, basis: fleet.commit }, steps, blades)
}
