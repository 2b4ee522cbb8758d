/**
 * Whether the loss of one more blade could be borne, by memory, processors and anti-affinity: what runs on it would have to
 * start on those that are left. Judged before anything moves, as things will stand once all moves are made.
 */
import type { BladeName, Fleet } from '#documents'
import { type Domain, domainsOf, isActive, neededBy, type Survey } from '#survey'
import { pack } from './packing.ts'
import type { Guest, Rooms } from './room.ts'

export type Spare =
  | { readonly holds: 'yes' }
  | { readonly holds: 'no'; readonly because: string }
  | { readonly holds: 'not told'; readonly because: string }

type Placed = { readonly guest: Guest; readonly to: BladeName }

/** `rooms`: of those that are left, with all that is `placed`. */
export function spareOf(fleet: Fleet, survey: Survey, rooms: Rooms, placed: readonly Placed[]): Spare {
  const runs = new Map<BladeName, Guest[]>()
  for (const [blade, { freeBytes }] of rooms) {
    const there = guestsOn(fleet, survey, blade)
    if (freeBytes === undefined || there === undefined)
      return { holds: 'not told', because: `${blade} does not tell how much memory is free, or its guests have` }
    runs.set(blade, [...there, ...placed.filter(({ to }) => to === blade).map(({ guest }) => guest)])
  }
  for (const lost of rooms.keys()) {
    const others = new Map([...rooms].filter(([blade]) => blade !== lost))
    const wanted = (runs.get(lost) ?? []).map((guest) => ({ guest, fits: [...others.keys()], misfits: [] }))
    const [first] = pack(wanted, others).left
    if (first !== undefined) return { holds: 'no', because: whyLost(lost, first.guest, first.misfits) }
  }
  return { holds: 'yes' }
}

/** undefined where one of them does not tell what it needs. */
function guestsOn(fleet: Fleet, survey: Survey, blade: BladeName): Guest[] | undefined {
  const active = (domainsOf(survey, blade) ?? []).filter(isActive)
  const guests = active.flatMap((domain) => guestOf(fleet, domain) ?? [])
  return guests.length < active.length ? undefined : guests
}

function guestOf(fleet: Fleet, domain: Domain): Guest | undefined {
  const need = neededBy(domain)
  if (typeof need === 'string') return undefined
  const vm = [...fleet.vms.values()].find(({ uuid }) => uuid === domain.uuid)
  return { ...need, vm: vm?.name, group: vm?.anti_affinity }
}

function whyLost(lost: BladeName, { vm }: Guest, misfits: readonly { to: BladeName; because: string }[]): string {
  const why = misfits.map(({ to, because }) => `${to}: ${because}`).join('; ')
  return `what will run on ${lost} would not all find a place on the others, such as ${vm ?? 'a guest not of the fleet'}${why === '' ? '' : ` (${why})`}`
}
