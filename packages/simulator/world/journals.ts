/**
 * What the wrapper keeps on a blade: runs with their plans and their journals, and the leases of who may act there. The
 * rules are the engine's own model of the wrapper's. It outlives the power; the acts that are under way do not.
 */
import {
  EMPTY_ROOM,
  isHeld,
  type JournalLine,
  type LeaseRoom,
  type Ruled,
  type RuledRoom,
  type RunHolder,
  type RunId,
} from '@anyblade/engine'

export type KeptRun = { readonly plan: string; readonly beganMs: number; readonly lines: JournalLine[] }

export class Journals {
  readonly runs = new Map<RunId, KeptRun>()
  /** Sessions of operators; those that live are attended. */
  readonly sessions = new Map<string, () => boolean>()
  readonly #acting = new Set<string>()
  #room: LeaseRoom = EMPTY_ROOM

  /** As the room is now. `judge` is one of the wrapper's rules. */
  rule(nowMs: number, judge: (room: LeaseRoom) => RuledRoom): Ruled {
    const { room, ruled } = judge(this.#now(nowMs))
    this.#room = room
    for (const run of [...this.runs.keys()]) if (!room.lines.has(run)) this.runs.delete(run)
    return ruled
  }

  #now(nowMs: number): LeaseRoom {
    const sessions = new Set([...this.sessions].flatMap(([name, lives]) => (lives() ? [name] : [])))
    return { ...this.#room, now: nowMs / 1000, sessions, acting: new Set(this.#acting) }
  }

  isActing(run: string): boolean {
    return this.#acting.has(run)
  }

  begin(run: string): void {
    this.#acting.add(run)
  }

  end(run: string): void {
    this.#acting.delete(run)
  }

  /** The blade has left the fleet; who else acts here by now keeps it. */
  forgetAll(nowMs: number): void {
    const room = this.#now(nowMs)
    if (room.leases.some((lease) => isHeld(room, lease))) return
    this.runs.clear()
    this.#room = { ...EMPTY_ROOM, boot: room.boot }
  }

  reboot(): void {
    this.#acting.clear()
    this.sessions.clear()
    this.#room = { ...this.#room, boot: this.#room.boot + 1 }
  }

  write(run: RunId, step: number, event: string, evidence: string): void {
    this.runs.get(run)?.lines.push({ step, event, evidence })
  }

  holder(run: string, nowMs: number): RunHolder | undefined {
    const room = this.#now(nowMs)
    const lease = room.leases.find((one) => one.run === run)
    if (lease === undefined || !isHeld(room, lease)) return undefined
    const leftSeconds = room.sessions.has(lease.session) ? Math.max(0, lease.until - room.now) : 0
    return { operator: lease.operator, epoch: lease.epoch, sinceSeconds: room.now - lease.since, leftSeconds }
  }

  isAsked(run: string): boolean {
    return this.#room.asked.has(run)
  }
}
