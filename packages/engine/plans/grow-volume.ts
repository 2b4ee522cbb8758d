/**
 * A volume grows while it is in use (facts: san.md C2): the array first, then every path on every blade, for a blade that
 * keeps the old size would give a guest that moves there a shorter disk; then every map, then the guest. What has grown is
 * never made smaller, so the array's growing is the point of no return, and a run that stops after it is taken up again.
 */
import { asOnArray, type BladeName, type Bytes, type Fleet, formatSize, type Vm, volumeTag } from '#documents'
import { EngineError } from '#errors'
import type { Claim, VolumeClaim } from '#findings'
import { domainsOf, type Survey } from '#survey'
import { onBlade } from './appear.ts'
import type { Intent } from './intent.ts'
import { volumeIn } from './missing.ts'
import { type Draft, draft, type Plan, plan } from './plan.ts'
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
  const onArray: Claim = { kind: 'on-array', array: recorded.array, volume, tag: volumeTag(fleet, recorded.alias) }
  const onBlades = everyBlade(fleet).flatMap((blade): Claim[] => [
    { kind: 'answers', blade },
    { kind: 'whole', blade, volume },
    { kind: 'identity', blade, volume },
    ...(vm === undefined ? [] : [{ kind: 'domain', blade, vm: vm.name, uuid: vm.uuid, wanted: 'any' } satisfies Claim]),
  ])
  return [onArray, ...onBlades]
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
  const lunOn = { ...onBlade(fleet, { ...recorded, volume: alias }), size }
  const whole = blades.map((blade): Claim => ({ kind: 'whole', blade, volume: grown }))
  const steps = [
    draft({ kind: 'grow-volume', array, ...asOnArray(fleet, alias), size, wwid }, 'pivot', whole),
    blades.map((blade) =>
      draft({ kind: 'rescan-paths', blade, ...lunOn }, 'forward', [{ kind: 'whole', blade, volume: grown }]),
    ),
    blades.map((blade) => draft({ kind: 'resize-map', blade, ...lunOn }, 'forward')),
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
