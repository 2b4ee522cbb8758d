/**
 * A volume grows while it is in use (facts: san.md C2): the array first, then every path on every blade, for a blade that
 * keeps the old size would give a guest that moves there a shorter disk; then every map, then the guest. What has grown is
 * never made smaller, so the array's growing is the point of no return, and a run that stops after it is taken up again.
 * On an array that nobody can tell, its operator has let it grow before: every path says so itself, or nothing is begun.
 */
import { asOnArray, type BladeName, type Bytes, type Fleet, formatSize, isManual, type Vm } from '#documents'
import { EngineError } from '#errors'
import type { Claim, VolumeClaim } from '#findings'
import { domainsOf, type Survey } from '#survey'
import { appearing, lunsOnBlade } from './appear.ts'
import type { Intent } from './intent.ts'
import { volumeIn } from './missing.ts'
import { keptOnArray } from './on-array.ts'
import { type Draft, draft, type Phase, type Plan, plan } from './plan.ts'
import { claimed } from './vm-claims.ts'

type GrowVolume = Extract<Intent, { readonly kind: 'grow-volume' }>

/** Those that are fenced too: the size would be another one there. */
const everyBlade = (fleet: Fleet): BladeName[] => [...fleet.blades.keys()].sort()
const userOf = (fleet: Fleet, { volume }: GrowVolume): Vm | undefined =>
  [...fleet.vms.values()].find((vm) => vm.volumes.includes(volume))

export function claimsOfGrowVolume(fleet: Fleet, intent: GrowVolume): Claim[] {
  const recorded = volumeIn(fleet, intent.volume)
  const volume = claimed(recorded)
  refuseSmaller(volume, intent.size)
  const vm = userOf(fleet, intent)
  const { array, lun } = recorded
  const onBlades = everyBlade(fleet).flatMap((blade): Claim[] => [
    { kind: 'answers', blade },
    { kind: 'whole', blade, volume },
    isManual(fleet, array)
      ? { kind: 'visible', blade, volume: { ...volume, size: intent.size }, array, lun }
      : { kind: 'identity', blade, volume },
    ...(vm === undefined ? [] : [{ kind: 'domain', blade, vm: vm.name, uuid: vm.uuid, wanted: 'any' } satisfies Claim]),
  ])
  return [...keptOnArray(fleet, recorded), ...onBlades]
}

function refuseSmaller({ alias, size }: VolumeClaim, wanted: Bytes): void {
  if (wanted > size) return
  throw new EngineError('intent-invalid', {
    attempted: `let ${alias} grow to ${formatSize(wanted)}`,
    found: `it has ${formatSize(size)}`,
    hint: wanted === size ? 'nothing is to be done' : 'a volume is never made smaller; create one and copy',
  })
}

export function planGrowVolume(fleet: Fleet, survey: Survey, intent: GrowVolume): Plan {
  const recorded = volumeIn(fleet, intent.volume)
  const { alias, array, wwid } = recorded
  const { size } = intent
  const blades = everyBlade(fleet)
  const grown: VolumeClaim = { ...claimed(recorded), size }
  const shows = (blade: BladeName): Claim => ({ kind: 'visible', blade, volume: grown, array, lun: recorded.lun })
  const lunsOn = { ...lunsOnBlade(fleet, array, [appearing(recorded)]), size }
  const whole = (blade: BladeName): Claim => ({ kind: 'whole', blade, volume: grown })
  const onArray = { kind: 'grow-volume', array, ...asOnArray(fleet, alias), size, wwid } as const
  const rescan = (blade: BladeName, phase: Phase, requires: readonly Claim[]) =>
    draft({ kind: 'rescan-paths', blade, ...lunsOn }, phase, requires)
  const grownByHand = (blade: BladeName): Claim[] => [whole(blade), shows(blade)]
  const steps = [
    ...(isManual(fleet, array)
      ? [
          ...blades.slice(0, 1).map((blade) => rescan(blade, 'pivot', blades.flatMap(grownByHand))),
          blades.slice(1).map((blade) => rescan(blade, 'forward', grownByHand(blade))),
        ]
      : [draft(onArray, 'pivot', blades.map(whole)), blades.map((blade) => rescan(blade, 'forward', [whole(blade)]))]),
    blades.map((blade) => draft({ kind: 'resize-map', blade, ...lunsOn }, 'forward')),
    ...guestSteps(fleet, survey, intent),
    draft(
      {
        kind: 'record-documents',
        changes: [{ document: `volumes/${alias}.yaml`, set: [{ path: ['size'], value: formatSize(size) }] }],
        rendered: [],
        message: `volume ${alias}: grown to ${formatSize(size)}`,
      },
      'forward',
      blades.map((blade): Claim => ({ kind: 'identity', blade, volume: grown })),
    ),
  ]
  const title = `let volume ${alias} grow to ${formatSize(size)}`
  return plan({ title, intent, basis: fleet.commit }, steps, blades)
}

/** Where its VM is active; a VM that is off sees the new size when it starts. */
function guestSteps(fleet: Fleet, survey: Survey, intent: GrowVolume): Draft[] {
  const vm = userOf(fleet, intent)
  if (vm === undefined) return []
  const isActive = (blade: BladeName) =>
    domainsOf(survey, blade)?.some(({ uuid, state }) => uuid === vm.uuid && state !== 'shut off' && state !== 'crashed')
  return everyBlade(fleet)
    .filter(isActive)
    .map((blade) =>
      draft(
        { kind: 'resize-disk', blade, vm: vm.name, uuid: vm.uuid, alias: intent.volume, size: intent.size },
        'forward',
      ),
    )
}
