/**
 * A volume goes out of use: from every blade without a trace, while the array keeps it. Measured (facts: lab.md, san.md
 * C3): its WWID is held out, or multipathd makes the map again; every blade flushes, and all must have, before the array
 * hides it; only then do the paths go, for what the array still shows comes back at the next scan; the alias goes last, for
 * a running map would be renamed. The array's hiding is the point of no return: until then all comes back by itself.
 * An array that nobody can tell goes on showing it: there the WWID stays held out on every blade, all of that can be taken
 * back, and the paths and the alias go with the purge, once its operator has hidden it (by-hand.ts).
 */
import { type Alias, asOnArray, type BladeName, type Fleet, isManual, type Volume } from '#documents'
import { EngineError } from '#errors'
import type { Claim } from '#findings'
import { appearing, lunsOnBlade, onBlade } from './appear.ts'
import type { Intent } from './intent.ts'
import { volumeIn } from './missing.ts'
import { hideByHand, keptOnArray } from './on-array.ts'
import { type Draft, draft, type Phase, type Plan, plan } from './plan.ts'
import { claimed } from './vm-claims.ts'

type DeleteVolume = Extract<Intent, { readonly kind: 'delete-volume' }>

/** Those that are fenced too: who can't be asked may use it, and may remember it. */
const everyBlade = (fleet: Fleet): BladeName[] => [...fleet.blades.keys()].sort()

export function claimsOfDeleteVolume(fleet: Fleet, intent: DeleteVolume): Claim[] {
  const recorded = volumeIn(fleet, intent.volume)
  const { alias, array, lun } = recorded
  const volume = claimed(recorded)
  const blades = everyBlade(fleet)
  if (blades.length === 0)
    throw new EngineError('document-missing', {
      attempted: `delete the volume ${alias}`,
      found: 'the fleet has no blade, so nobody can say that it is not in use',
      hint: 'anyblade blade add NAME --ssh root@HOST',
    })
  return [
    { kind: 'deletable', volume: alias },
    ...blades.map((blade): Claim => ({ kind: 'answers', blade })),
    ...keptOnArray(fleet, recorded),
    ...blades.flatMap((blade): Claim[] => [
      { kind: 'disk-unused', blade, volume: alias, except: '', evenOff: true },
      { kind: 'idle', blade, volume, array, lun },
      { kind: 'no-host-disk', blade, volume },
      { kind: 'alias-ours', blade, volume },
    ]),
  ]
}

export function planDeleteVolume(fleet: Fleet, intent: DeleteVolume): Plan {
  const recorded = volumeIn(fleet, intent.volume)
  const { alias, wwid, array, lun } = recorded
  const blades = everyBlade(fleet)
  const head = { title: `put volume ${alias} aside`, intent, basis: fleet.commit }
  if (isManual(fleet, array))
    return plan(
      { ...head, remarks: [hideByHand(recorded)] },
      [...withoutMaps(fleet, recorded, blades), recordAside(alias, blades, 'undoable')],
      blades,
    )
  const initiators = blades.flatMap((blade) => fleet.blades.get(blade)?.ports.map((port) => port.wwpn) ?? [])
  const steps = [
    ...withoutMaps(fleet, recorded, blades),
    draft({ kind: 'unmap-volume', array, ...asOnArray(fleet, alias), lun, initiators, wwid }, 'pivot'),
    ...afterHiding(fleet, recorded, blades),
    recordAside(alias, blades, 'forward'),
  ]
  const remarks = [
    `${array} keeps ${alias} and its data: anyblade volume restore ${alias} brings it back, volume purge ends it`,
  ]
  return plan({ ...head, remarks }, steps, blades)
}

const recordAside = (alias: Alias, blades: readonly BladeName[], phase: Phase): Draft =>
  draft(
    {
      kind: 'record-documents',
      changes: [{ document: `volumes/${alias}.yaml`, set: [{ path: ['state'], value: 'aside' }] }],
      rendered: blades,
      message: `volume ${alias}: put aside`,
    },
    phase,
  )

/** Nobody uses it, and no blade has a map of it, nor makes one again: its WWID is held out. */
function withoutMaps(fleet: Fleet, recorded: Volume, blades: readonly BladeName[]): (Draft | Draft[])[] {
  const { alias, wwid, array, lun } = recorded
  const one = appearing(recorded)
  const [lunOn, lunsOn] = [onBlade(fleet, one), lunsOnBlade(fleet, array, [one])]
  const used = (blade: BladeName): Claim[] => [
    { kind: 'disk-unused', blade, volume: alias, except: '', evenOff: true },
    { kind: 'idle', blade, volume: claimed(recorded), array, lun },
    { kind: 'no-host-disk', blade, volume: claimed(recorded) },
  ]
  const holdOut = (blade: BladeName) => draft({ kind: 'hold-out', blade, aliases: [{ alias, wwid }] }, 'undoable')
  return [
    blades.map((blade) => draft({ kind: 'check-unused', blade, ...lunOn }, 'undoable', used(blade))),
    // One blade first: a candidate that is no good goes no further than that.
    ...blades.slice(0, 1).map(holdOut),
    blades.slice(1).map(holdOut),
    blades.map((blade) => draft({ kind: 'flush-map', blade, ...lunsOn }, 'undoable')),
  ]
}

/** Nothing can come back any more. A map that a scan has made again meanwhile is flushed first, for it holds the paths. */
export function afterHiding(fleet: Fleet, recorded: Volume, blades: readonly BladeName[]): (Draft | Draft[])[] {
  const { alias, wwid } = recorded
  const lunsOn = lunsOnBlade(fleet, recorded.array, [appearing(recorded)])
  const aliasOff = (blade: BladeName) => draft({ kind: 'remove-aliases', blade, aliases: [{ alias, wwid }] }, 'forward')
  return [
    blades.map((blade) => draft({ kind: 'flush-map', blade, ...lunsOn }, 'forward')),
    blades.map((blade) => draft({ kind: 'remove-paths', blade, ...lunsOn }, 'forward')),
    ...blades.slice(0, 1).map(aliasOff),
    blades.slice(1).map(aliasOff),
    blades.map((blade) => draft({ kind: 'forget-lun', blade, ...lunsOn }, 'forward')),
    blades.map((blade) => draft({ kind: 'certify-gone', blade, ...lunsOn }, 'forward')),
  ]
}
