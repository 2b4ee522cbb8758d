/**
 * Put back what the array has lost of a volume's reservation, under the key of its home: after an array that forgets it
 * with its power, or a path that came back unregistered. Reserving from a blade stops a guest that runs on another one,
 * so nobody may have the volume in use elsewhere; a silent blade is no proof of that.
 */
import { documentedKey, type Fleet, type Volume } from '#documents'
import { EngineError } from '#errors'
import type { Claim } from '#findings'
import type { Intent } from './intent.ts'
import { volumeIn } from './missing.ts'
import { draft, type Plan, plan } from './plan.ts'
import { claimed } from './vm-claims.ts'
import { registrable } from './writer-claims.ts'

type ReassertVolume = Extract<Intent, { readonly kind: 'reassert-volume' }>

export function claimsOfReassertVolume(fleet: Fleet, intent: ReassertVolume): Claim[] {
  const { home, key, volume } = keptByArray(fleet, volumeIn(fleet, intent.volume))
  const others = [...fleet.blades.keys()].filter((blade) => blade !== home).sort()
  return [
    { kind: 'answers', blade: home },
    { kind: 'identity', blade: home, volume },
    ...registrable(home, volume),
    { kind: 'reassertable', blade: home, volume, key },
    ...others.map((blade): Claim => ({ kind: 'disk-unused', blade, volume: intent.volume, except: '' })),
  ]
}

export function planReassertVolume(fleet: Fleet, intent: ReassertVolume): Plan {
  const recorded = volumeIn(fleet, intent.volume)
  const { home, key } = keptByArray(fleet, recorded)
  const { alias, wwid } = recorded
  const action = { kind: 'reassert-volume', blade: home, alias, wwid, key } as const
  const title = `reassert the reservation of ${alias} for ${home}`
  const steps = [draft(action, 'pivot', claimsOfReassertVolume(fleet, intent))]
  return plan({ title, intent, basis: fleet.commit }, steps, [home])
}

function keptByArray(fleet: Fleet, volume: Volume) {
  const { alias, home } = volume
  const key = documentedKey(fleet, volume)
  if (home !== undefined && key !== undefined) return { home, key, volume: claimed(volume) }
  throw new EngineError('intent-invalid', {
    attempted: `reassert the reservation of ${alias}`,
    found: volume.writer === 'array' ? `its home ${home ?? ''} has no key number` : `its writer is ${volume.writer}`,
    hint: `anyblade volume show ${alias}`,
  })
}
