/** The reference driver: a Linux target, asked and told over SSH by one script. */
import { readFileSync } from 'node:fs'
import {
  type ArrayAction,
  type ArrayActor,
  type ArrayReader,
  type ArrayReport,
  EngineError,
  type EngineErrorCode,
  formatSize,
  type Hold,
  type Limits,
  type Outcome,
  type Reading,
  type StorageArray,
  type WwidRef,
  wwid,
} from '@anyblade/engine'
import type { CommandRunner, Output } from '#blade'
import { parseReport } from './report.parse.ts'

const SCRIPT = readFileSync(new URL('./lio.sh', import.meta.url), 'utf8')
const MAX_BYTES = 32 * 1024 * 1024
/** How the runner's errors read here; all others are a "no". */
const STATES: Readonly<Partial<Record<EngineErrorCode, 'garbled' | 'timed out'>>> = {
  'answer-garbled': 'garbled',
  'blade-unreachable': 'timed out',
}
/** Ended by timeout(1) on the array, or by a signal: it may stand anywhere between before and after. */
const isCutOff = (exit: number): boolean => exit === 124 || exit >= 128

/** Only arrays of this driver come here: arrays.ts chooses by it. */
type LioDocument = Extract<StorageArray, { readonly driver: 'lio' }>

export class LioArray implements ArrayReader, ArrayActor {
  readonly #runner: CommandRunner

  constructor(runner: CommandRunner) {
    this.#runner = runner
  }

  async report(array: LioDocument, limits: Limits): Promise<Reading<ArrayReport>> {
    const answer = await this.#call(array, ['report', array.pool], limits)
    if (answer.state !== 'read') return answer
    const { exit, stdout, stderr } = answer.value
    return exit === 0 ? parseReport(stdout) : { state: 'refused', because: lastLine(stderr) || `exit ${exit}` }
  }

  /** A file of each run on the target's host, under its lock: see lio.sh. */
  heedsEpochs = (): boolean => true

  async act(array: LioDocument, { run, epoch }: Hold, action: ArrayAction, limits: Limits): Promise<Outcome> {
    if (limits.signal.aborted)
      return { state: 'failed', because: 'nothing was begun: cancelled by the operator', evidence: { lines: [] } }
    const args = ['as', run, String(epoch), ...argumentsOf(array, action)]
    const answer = await this.#call(array, args, limits)
    // Without a login nothing was sent; what was sent may have been done, and only a look can tell.
    if (answer.state === 'refused')
      return { state: 'failed', because: `${array.name}: ${answer.because}`, evidence: { lines: [] } }
    if (answer.state !== 'read') return { state: 'unknown', because: `${array.name}: ${answer.because}` }
    const { exit, stdout, stderr } = answer.value
    const because = lastLine(stderr) || `exit ${exit}`
    if (isCutOff(exit)) return { state: 'unknown', because: `${array.name}: cut off in the middle (${because})` }
    return exit === 0
      ? shown(action, stdout)
      : { state: 'failed', because: `${array.name}: ${because}`, evidence: { lines: [] } }
  }

  async #call(array: LioDocument, args: readonly string[], limits: Limits): Promise<Reading<Output>> {
    try {
      return { state: 'read', value: await this.#runner.sh(array.ssh, SCRIPT, args, { limits, maxBytes: MAX_BYTES }) }
    } catch (error) {
      if (error instanceof EngineError)
        return { state: STATES[error.code] ?? 'refused', because: error.explanation.found }
      throw error
    }
  }
}

function argumentsOf({ pool }: LioDocument, action: ArrayAction): string[] {
  switch (action.kind) {
    case 'carve-volume':
      return ['carve', pool, action.volume, action.tag, String(action.size)]
    case 'grow-volume':
      return ['grow', pool, action.volume, action.tag, String(action.size)]
    case 'tag-volume':
      return ['tag', pool, known(action.wwid), action.tag]
    case 'untag-volume':
      return ['untag', pool, known(action.wwid), action.tag]
    case 'delete-volume':
      return ['delete', pool, action.volume, action.tag]
    case 'map-volume':
    case 'show-volume':
      return ['map', action.volume, action.tag, String(action.lun), ...action.initiators]
    case 'unmap-volume':
      return ['unmap', action.volume, action.tag, String(action.lun), ...action.initiators]
    case 'hide-volume':
      return ['hide', action.volume, action.tag, ...action.initiators]
  }
}

function known(id: WwidRef): string {
  if (typeof id === 'string') return id
  throw new RangeError(`what step ${id.ofStep} finds was not filled in`)
}

/** What shows that it was done: the word that the script says at its end, read back from the target. */
function shown(action: ArrayAction, stdout: string): Outcome {
  const [word, value = ''] = lastLine(stdout).split('\t')
  const garbled: Outcome = {
    state: 'unknown',
    because: `an answer that is none: ${JSON.stringify(stdout.slice(0, 120))}`,
  }
  switch (action.kind) {
    case 'carve-volume': {
      const id = word === 'wwid' ? wwid(value) : undefined
      return id === undefined
        ? garbled
        : { state: 'done', evidence: { lines: [`carved ${formatSize(action.size)}, id ${id}`], wwid: id } }
    }
    case 'tag-volume':
      return word === 'tagged' ? done(`${value} is ${action.volume} from now on, tagged ${action.tag}`) : garbled
    case 'untag-volume':
      return word === 'untagged' ? done(`the tag ${action.tag} is taken off again`) : garbled
    case 'map-volume':
    case 'show-volume':
      return word === 'mapped' ? done(`shown as LUN ${value} to ${action.initiators.length} initiator ports`) : garbled
    case 'unmap-volume':
      return word === 'unmapped' ? done('shown to nobody') : garbled
    case 'hide-volume':
      return word === 'hidden' ? done(`${action.volume} is hidden from ${action.initiatorsOf}, read back`) : garbled
    case 'grow-volume':
      return word === 'size' && value === String(action.size)
        ? done(`${action.volume} has ${formatSize(action.size)}, read back`)
        : garbled
    case 'delete-volume':
      return word === 'deleted' ? done(`${action.volume} deleted`) : garbled
  }
}

const done = (line: string): Outcome => ({ state: 'done', evidence: { lines: [line] } })
const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1)?.slice(0, 300) ?? ''
