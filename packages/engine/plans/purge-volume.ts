/**
 * The end of a volume that was put aside: proved once more to be gone from every blade, then the array deletes it with its
 * data. Its document stays, so that neither its name nor its LUN number is given while a blade may remember them.
 * On an array that nobody can tell its operator has hidden it before, and deletes it himself afterwards.
 */
import { asOnArray, type BladeName, type Fleet, isManual } from '#documents'
import type { Claim } from '#findings'
import { appearing, lunsOnBlade } from './appear.ts'
import { claimsOfEnd, stepsToEnd } from './by-hand.ts'
import type { Intent } from './intent.ts'
import { asideIn } from './missing.ts'
import { carved } from './on-array.ts'
import { draft, type Plan, plan } from './plan.ts'
import { claimed } from './vm-claims.ts'

type PurgeVolume = Extract<Intent, { readonly kind: 'purge-volume' }>

const everyBlade = (fleet: Fleet): BladeName[] => [...fleet.blades.keys()].sort()

export function claimsOfPurgeVolume(fleet: Fleet, intent: PurgeVolume): Claim[] {
  const recorded = asideIn(fleet, intent.volume, 'purge')
  const { alias, array, lun, wwid } = recorded
  const volume = claimed(recorded)
  if (isManual(fleet, array)) return claimsOfEnd(recorded, everyBlade(fleet))
  return [
    carved(fleet, recorded),
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
  const lunsOn = lunsOnBlade(fleet, array, [appearing(recorded)])
  const isByHand = isManual(fleet, array)
  const steps = [
    ...(isByHand
      ? stepsToEnd(fleet, recorded, blades)
      : [
          blades.map((blade) => draft({ kind: 'certify-gone', blade, ...lunsOn }, 'undoable')),
          draft({ kind: 'delete-volume', array, ...asOnArray(fleet, alias), size }, 'pivot'),
        ]),
    draft(
      {
        kind: 'record-documents',
        changes: [{ document: `volumes/${alias}.yaml`, set: [{ path: ['state'], value: 'purged' }] }],
        rendered: isByHand ? blades : [],
        message: `volume ${alias}: purged`,
      },
      'forward',
    ),
  ]
  const remarks = isByHand ? [`${array} keeps ${alias} and its data: delete them there by hand`] : []
  return plan({ title: `purge volume ${alias}`, intent, basis: fleet.commit, remarks }, steps, blades)
}
