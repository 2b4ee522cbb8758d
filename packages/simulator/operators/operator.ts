/**
 * Somebody at a keyboard: may die at any moment, and then nothing reaches him any more; may sleep, and then what has come
 * meanwhile reaches him when he wakes.
 */
import { Life } from '#time'

/** What is asked and not answered yet; `lose`: its answer is lost. */
export type Call = {
  readonly what: string
  readonly beganMs: number
  readonly withinMs: number
  readonly lose: () => void
}

export class Operator {
  readonly name: string
  readonly life = new Life()
  /** Called off: what Ctrl-C does. */
  readonly cancel = new AbortController()
  sleepsUntilMs = 0
  /** The epoch of each lease that is kept up, by blade and run. */
  readonly leases = new Map<string, number>()
  readonly calls = new Set<Call>()

  constructor(name: string) {
    this.name = name
  }

  loseAnswers(): void {
    for (const { lose } of [...this.calls]) lose()
  }
}
