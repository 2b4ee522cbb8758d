/**
 * Guests that want a place, given one each where they fit. No search for the best: some ways of going about it, and the
 * first that leaves fewest. Pure, and the same for the same input.
 */
import type { BladeName } from '#documents'
import { type Guest, objectionOf, type Rooms, sharesChassis, withGuest } from './room.ts'

export type Misfit = { readonly to: BladeName; readonly because: string }
/** `fits`: where its move is proved; `misfits`: where it is not. */
export type Wanted<Of extends Guest> = {
  readonly guest: Of
  readonly fits: readonly BladeName[]
  readonly misfits: readonly Misfit[]
}

export type Packed<Of extends Guest> = {
  readonly placed: readonly { readonly guest: Of; readonly to: BladeName }[]
  /** With a reason for each blade. */
  readonly left: readonly { readonly guest: Of; readonly misfits: readonly Misfit[] }[]
  /** As they are then. */
  readonly rooms: Rooms
}

/** `spread`: each where most memory is free then; `tight`: where least is, which leaves less to spare. */
type How = 'spread' | 'tight'

export function pack<Of extends Guest>(wanted: readonly Wanted<Of>[], rooms: Rooms): Packed<Of> {
  const bySize = wanted.toSorted((a, b) => b.guest.bytes - a.guest.bytes || byName(a.guest, b.guest))
  // Who may go to few blades takes his place before it is taken.
  const choosy = bySize.toSorted((a, b) => choices(a, rooms) - choices(b, rooms))
  const ways = [
    () => packed(bySize, rooms, 'spread'),
    () => packed(bySize, rooms, 'tight'),
    () => packed(choosy, rooms, 'spread'),
    () => packed(choosy, rooms, 'tight'),
  ]
  const [first, ...others] = ways
  let best = first === undefined ? { placed: [], left: [], rooms } : first()
  for (const way of others) {
    if (best.left.length === 0) return best
    const other = way()
    if (other.left.length < best.left.length) best = other
  }
  return best
}

const byName = (a: Guest, b: Guest): number => ((a.vm ?? '') < (b.vm ?? '') ? -1 : 1)

const choices = <Of extends Guest>({ guest, fits }: Wanted<Of>, rooms: Rooms): number =>
  fits.filter((to) => whyNot(rooms, to, guest) === undefined).length

function whyNot(rooms: Rooms, to: BladeName, guest: Guest): string | undefined {
  const room = rooms.get(to)
  return room === undefined ? 'it is to be empty' : objectionOf(room, guest)
}

function packed<Of extends Guest>(wanted: readonly Wanted<Of>[], before: Rooms, how: How): Packed<Of> {
  let rooms = before
  const placed: { readonly guest: Of; readonly to: BladeName }[] = []
  const left: { readonly guest: Of; readonly misfits: readonly Misfit[] }[] = []
  for (const { guest, fits, misfits } of wanted) {
    const judged = fits.map((to) => ({ to, because: whyNot(rooms, to, guest) }))
    const to = chosen(
      rooms,
      judged.flatMap((one) => (one.because === undefined ? [one.to] : [])),
      guest,
      how,
    )
    if (to === undefined) {
      const full = judged.map(({ to, because }) => ({ to, because: because ?? '' }))
      left.push({ guest, misfits: [...misfits, ...full] })
      continue
    }
    rooms = withGuest(rooms, to, guest)
    placed.push({ guest, to })
  }
  return { placed, left, rooms }
}

/** Another chassis than others of its group comes before memory. */
function chosen(rooms: Rooms, among: readonly BladeName[], guest: Guest, how: How): BladeName | undefined {
  const free = (to: BladeName) => rooms.get(to)?.freeBytes ?? 0
  const beside = (to: BladeName) => (sharesChassis(rooms, to, guest) === undefined ? 0 : 1)
  const [best] = among.toSorted(
    (a, b) => beside(a) - beside(b) || (how === 'spread' ? free(b) - free(a) : free(a) - free(b)) || (a < b ? -1 : 1),
  )
  return best
}
