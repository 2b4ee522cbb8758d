/**
 * What the wrapper keeps on a blade: runs with their plans and their journals, and the lock that lets one act at a time
 * change the blade. It outlives the power; the lock does not.
 */
import type { JournalLine, RunId } from '@anyblade/engine'

export type KeptRun = {
  readonly plan: string
  readonly beganMs: number
  readonly lines: JournalLine[]
  /** The operator's session that began it is there. */
  attended: () => boolean
}

export class Journals {
  readonly runs = new Map<RunId, KeptRun>()
  #acting: string | undefined

  get acting(): string | undefined {
    return this.#acting
  }

  lock(what: string): void {
    this.#acting = what
  }

  unlock(): void {
    this.#acting = undefined
  }

  write(run: RunId, step: number, event: string, evidence: string): void {
    this.runs.get(run)?.lines.push({ step, event, evidence })
  }
}
