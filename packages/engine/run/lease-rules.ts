/**
 * The wrapper's rules about who may act on a blade, as a pure model: the same answers as on-blade/wrapper/leases.sh gives
 * (a test plays both). For whoever needs a blade without a shell, and for reading the rules in one place.
 */
import type { LeaseWord } from '#hands'

export type RuledLease = {
  readonly run: string
  readonly epoch: number
  readonly seconds: number
  readonly operator: string
  readonly words: readonly LeaseWord[]
  /** When it was given, and until when it lasts, by the blade's clock. */
  readonly since: number
  readonly until: number
  readonly boot: number
  /** Whose life shows that somebody attends the run. */
  readonly session: string
}

/** What a blade knows of its leases. */
export type LeaseRoom = {
  readonly now: number
  readonly boot: number
  /** The last one that was given. */
  readonly epoch: number
  readonly leases: readonly RuledLease[]
  /** Sessions that live. */
  readonly sessions: ReadonlySet<string>
  /** Runs of which an act is under way. */
  readonly acting: ReadonlySet<string>
  /** Runs that stand in the journal, with the count of their lines. */
  readonly lines: ReadonlyMap<string, number>
  /** Runs that were asked to end. */
  readonly asked: ReadonlySet<string>
}

export type LeaseRequest = Pick<RuledLease, 'run' | 'seconds' | 'operator' | 'words' | 'session'>
export type LeaseCall = { readonly run: string; readonly epoch: number; readonly session: string }

/** As the wrapper ends: 0, or refused: 64 no such run here, 73 held, 75 an act is under way, 76 asked to end, 77 not its lease. */
export type Ruled =
  | { readonly exit: 0; readonly epoch: number }
  | { readonly exit: 73; readonly by: RuledLease }
  | { readonly exit: 64 | 75 | 76 | 77 }

export type RuledRoom = { readonly room: LeaseRoom; readonly ruled: Ruled }

export const EMPTY_ROOM: LeaseRoom = {
  now: 0,
  boot: 1,
  epoch: 0,
  leases: [],
  sessions: new Set(),
  acting: new Set(),
  lines: new Map(),
  asked: new Set(),
}

const refused = (room: LeaseRoom, exit: 64 | 75 | 76 | 77): RuledRoom => ({ room, ruled: { exit } })
const leaseOf = (room: LeaseRoom, run: string): RuledLease | undefined => room.leases.find((one) => one.run === run)
const isAttended = (room: LeaseRoom, { until, session }: RuledLease): boolean =>
  until > room.now && room.sessions.has(session)

/** While an act of its run is under way, or while it has not run out and its session lives; of this boot only. */
export const isHeld = (room: LeaseRoom, lease: RuledLease): boolean =>
  lease.boot === room.boot && (isAttended(room, lease) || room.acting.has(lease.run))

const shares = (one: readonly LeaseWord[], two: readonly LeaseWord[]): boolean =>
  one.some(({ name }) => two.some((other) => other.name === name))

/** Takes the lease of a run; those that are not held any more but have what is wanted are broken first. */
export function ruleLease(before: LeaseRoom, request: LeaseRequest): RuledRoom {
  const { run, words, session, seconds } = request
  const own = leaseOf(before, run)
  if (own && isHeld(before, own) && (own.session !== session || before.acting.has(run)))
    return { room: before, ruled: { exit: 73, by: own } }
  const others = before.leases.filter((lease) => lease.run !== run && shares(lease.words, words))
  const room = { ...before, leases: before.leases.filter((l) => !others.includes(l) || isHeld(before, l)) }
  // Of several the last one by name is told, as the shell goes through its files.
  const held = others.filter((lease) => isHeld(room, lease)).toSorted((a, b) => (a.run < b.run ? -1 : 1))
  for (const { name, limit } of words) {
    const holders = held.filter((lease) => lease.words.some((word) => word.name === name))
    const last = holders.at(-1)
    if (last !== undefined && holders.length >= limit) return { room, ruled: { exit: 73, by: last } }
  }
  const epoch = room.epoch + 1
  const lease = { ...request, epoch, since: room.now, until: room.now + seconds, boot: room.boot }
  return {
    room: {
      ...room,
      epoch,
      leases: [...room.leases.filter((one) => one.run !== run), lease],
      lines: new Map(room.lines).set(run, room.lines.get(run) ?? 0),
      asked: without(room.asked, run),
    },
    ruled: { exit: 0, epoch },
  }
}

const without = (all: ReadonlySet<string>, run: string): ReadonlySet<string> =>
  new Set([...all].filter((one) => one !== run))

/** Whether the caller holds the run's lease, and nobody else does. */
function judged(room: LeaseRoom, { run, epoch }: LeaseCall): 64 | 77 | RuledLease {
  if (!room.lines.has(run)) return 64
  const lease = leaseOf(room, run)
  return lease === undefined || lease.boot !== room.boot || lease.epoch !== epoch ? 77 : lease
}

/** Who may act holds on: the lease lasts its seconds again, and the caller attends it. */
function renewed(room: LeaseRoom, lease: RuledLease, session: string): LeaseRoom {
  const again = { ...lease, until: room.now + lease.seconds, session }
  return { ...room, leases: room.leases.map((one) => (one === lease ? again : one)) }
}

/** An act, from before its first line; `undo` and `onward` are not what an operator can wish to end. */
export function ruleAct(room: LeaseRoom, call: LeaseCall, way: 'do' | 'onward' | 'undo'): RuledRoom {
  const lease = judged(room, call)
  if (lease === 64) return refused(room, 64)
  if (room.acting.has(call.run)) return refused(room, 75)
  if (lease === 77) return refused(room, 77)
  if (way === 'do' && room.asked.has(call.run)) return refused(room, 76)
  return { room: noted(renewed(room, lease, call.session), call.run), ruled: { exit: 0, epoch: lease.epoch } }
}

export const ruleNote = (room: LeaseRoom, call: LeaseCall): RuledRoom => ruleAct(room, call, 'onward')

const noted = (room: LeaseRoom, run: string): LeaseRoom => ({
  ...room,
  lines: new Map(room.lines).set(run, (room.lines.get(run) ?? 0) + 1),
})

/** Beside the acts of the run, which hold the lease themselves. */
export function ruleRenewal(before: LeaseRoom, call: LeaseCall): RuledRoom {
  const lease = judged(before, call)
  if (lease === 64 || lease === 77) return refused(before, lease)
  const room = before.acting.has(call.run) ? before : renewed(before, lease, call.session)
  return before.asked.has(call.run) ? refused(room, 76) : { room, ruled: { exit: 0, epoch: lease.epoch } }
}

/** `line`: with a last line or without; a run of which nothing is journaled leaves nothing. */
export function ruleRelease(before: LeaseRoom, call: LeaseCall, line: 'with line' | 'silent'): RuledRoom {
  const lease = judged(before, call)
  if (lease === 64) return refused(before, 64)
  if (before.acting.has(call.run)) return refused(before, 75)
  if (lease === 77) return refused(before, 77)
  const room = line === 'with line' ? noted(before, call.run) : before
  const lines = new Map(room.lines)
  if (lines.get(call.run) === 0) lines.delete(call.run)
  const asked = lines.has(call.run) ? room.asked : without(room.asked, call.run)
  const leases = room.leases.filter((one) => one !== lease)
  return { room: { ...room, leases, lines, asked }, ruled: { exit: 0, epoch: lease.epoch } }
}

/** Asks whoever carries the run out to end it. */
export function ruleAbort(room: LeaseRoom, run: string): RuledRoom {
  if (!room.lines.has(run)) return refused(room, 64)
  return { room: { ...room, asked: new Set([...room.asked, run]) }, ruled: { exit: 0, epoch: room.epoch } }
}
