/** The pipe between the two sides of a hand-over: lines, and an end that is noticed when the network breaks or is mute. */
import { sleep } from '#time'
import { type Connection, isGivenUp } from './lan.ts'
import type { World } from './world.ts'

/** ServerAliveInterval 3, three times. */
const ALIVE_MS = 9000

export class Pipe {
  readonly #world: World
  readonly #connection: Connection
  readonly #toDestination: string[] = []
  readonly #toSource: string[] = []

  constructor(world: World) {
    this.#world = world
    this.#connection = world.lan.connect(world.now())
  }

  get isOver(): boolean {
    return isGivenUp(this.#connection, this.#world.now(), ALIVE_MS)
  }

  close(): void {
    this.#world.lan.close(this.#connection)
  }

  /** What is said into silence arrives when it ends, if the connection still lives then. */
  say(to: 'source' | 'destination', line: string): void {
    const lines = to === 'source' ? this.#toSource : this.#toDestination
    const deliver = () => {
      if (this.isOver) return
      if (this.#world.lan.isSilent) this.#later(200, deliver)
      else lines.push(line)
    }
    this.#later(this.#world.dice.between(1, 6), deliver)
  }

  #later(ms: number, deliver: () => void): void {
    this.#world.time.run(this.#world.life, sleep(ms), deliver, () => {})
  }

  heard(by: 'source' | 'destination'): string[] {
    const lines = by === 'source' ? this.#toSource : this.#toDestination
    return lines.splice(0)
  }
}
