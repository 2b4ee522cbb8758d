/**
 * What a fence is about: whose volumes, who can hold them, who is counted on. Both its claims and its plan ask here, so
 * that what was proved is what is done.
 */
import { type Blade, type BladeName, bladesInService, type Fleet, type Vm, type Volume } from '#documents'
import { type ClaimOf, type Holder, prove } from '#findings'
import { domainsOf, reportOf, type Survey } from '#survey'
import { claimed } from './vm-claims.ts'
import { type Reserved, reservedIn } from './writer-claims.ts'

/** A reserved volume and who holds it while the blade is shut out. */
export type Held = { readonly one: Reserved; readonly holder: Holder }

export const othersThan = (fleet: Fleet, blade: Blade): BladeName[] =>
  bladesInService(fleet).filter((name) => name !== blade.name)

/** Keeps the journal of what happens elsewhere: a blade that answered. */
export const keeperOf = (others: readonly BladeName[], seen: Survey | undefined): BladeName | undefined =>
  others.find((name) => seen !== undefined && reportOf(seen, name) !== undefined) ?? others[0]

/** It answers as itself, and so does its libvirt. */
export const answers = (fleet: Fleet, seen: Survey, blade: Blade): boolean =>
  prove({ kind: 'answers', blade: blade.name, fencedToo: true }, fleet, seen).verdict === 'proved' &&
  (vmsAt(fleet, blade).length === 0 || domainsOf(seen, blade.name) !== undefined)

export const vmsAt = (fleet: Fleet, blade: Blade): Vm[] =>
  [...fleet.vms.values()].filter((vm) => vm.home === blade.name)

/** The volumes that the array keeps to this blade. */
export const reservedAt = (fleet: Fleet, blade: Blade): Reserved[] =>
  reservedIn(fleet, { volumes: [...fleet.volumes.keys()] }).filter((one) => one.home === blade.name)

/** Of a blade that is fenced: what others hold against it since, or have ever since. */
export function heldAlready(fleet: Fleet, blade: Blade): Held[] {
  if (blade.fenced !== true) return []
  const inService = new Set(bladesInService(fleet))
  return reservedIn(fleet, { volumes: [...fleet.volumes.keys()] })
    .filter((one) => inService.has(one.home))
    .map((one) => ({ one, holder: { blade: one.home, key: one.key } }))
}

/** What the array hides from it: its own volumes, and all those that nobody keeps from it by a reservation. */
export function scopeOf(fleet: Fleet, blade: Blade): Volume[] {
  if (blade.fenced === true) return [...fleet.volumes.values()]
  const kept = new Map(reservedIn(fleet, { volumes: [...fleet.volumes.keys()] }).map((one) => [one.volume.alias, one]))
  return [...fleet.volumes.values()].filter(({ alias }) => (kept.get(alias)?.home ?? blade.name) === blade.name)
}

export const holding = (fleet: Fleet, blade: Blade, { volume }: Reserved): ClaimOf<'holder'> => ({
  kind: 'holder',
  volume: claimed(volume),
  other: blade.name,
  candidates: othersThan(fleet, blade),
})

/** The array alone can keep the blade from a volume that its VMs use and nobody reserves; elsewhere it comes second. */
export const isLastRung = (fleet: Fleet, blade: Blade, { alias }: Volume): boolean =>
  vmsAt(fleet, blade).some((vm) => vm.volumes.includes(alias)) && reservedIn(fleet, { volumes: [alias] }).length === 0
