/**
 * The world of one history: the SAN, the blades, the network between them, the documents, and what happened. Guests
 * write whenever time passes; that is how a second writer and a memory older than its disk are seen.
 */
import type { BladeName, Fleet, Happening } from '@anyblade/engine'
import { Dice, Life, Timeline } from '#time'
import type { Bug } from './bugs.ts'
import { Documents } from './documents.ts'
import { guestsWrite } from './guests.ts'
import { Lan } from './lan.ts'
import { Machine } from './machine.ts'
import { San } from './san.ts'

export type Observer = (happening: Happening) => void

export class World {
  readonly dice: Dice
  readonly time: Timeline
  readonly san: San
  readonly machines: ReadonlyMap<BladeName, Machine>
  readonly lan = new Lan()
  readonly documents: Documents
  readonly bugs: ReadonlySet<Bug>
  /** What stands outside blades: the array's controllers, the world's own doings. */
  readonly life = new Life()
  /** Puppet's data by the certname of a blade, which is its name; undefined: there shall be no drop-in. */
  readonly published = new Map<string, Uint8Array | undefined>()
  /** What it was before a run has first published, by run and certname; nothing where there was none. */
  readonly unpublished = new Map<string, { readonly data: Uint8Array | undefined } | undefined>()
  readonly trace: string[] = []
  /** Arrays and links may lie. */
  readonly hurts = { visibleAfterMs: 0, arrayLosesReply: false, guestStopped: false }
  observe: Observer = () => {}

  constructor(seed: number, fleet: Fleet, bugs: ReadonlySet<Bug>) {
    this.dice = new Dice(seed)
    this.bugs = bugs
    this.time = new Timeline({
      before: () => guestsWrite(this),
      after: () => this.observe({ kind: 'seen', what: '' }),
    })
    const [array] = fleet.arrays.values()
    this.san = new San(array?.ports ?? [])
    this.machines = new Map([...fleet.blades.values()].map((blade) => [blade.name, new Machine(blade, this.san)]))
    this.documents = new Documents(fleet)
  }

  machine(name: string): Machine {
    const found = [...this.machines.values()].find((one) => one.name === name)
    if (found === undefined) throw new RangeError(`no blade ${name} in this world`)
    return found
  }

  say(line: string): void {
    this.trace.push(`${(this.time.nowMs / 1000).toFixed(3).padStart(9)}  ${line}`)
  }

  now = (): number => this.time.nowMs
}
