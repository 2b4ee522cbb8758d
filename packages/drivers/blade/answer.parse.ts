/** What the wrapper's answers say, or none; its exit statuses stand at its head. Pure. */
import { type Barred, evidenceOf, type Held, type Leased, type Outcome } from '@anyblade/engine'
import { count, word } from './fields.ts'
import type { Answer, Output } from './runner.ts'
import { evidenceText } from './runs.parse.ts'
import { Garbled } from './sections.ts'
import { cleaned } from './ssh-command.ts'

const HELD = 73
const BARRED: Readonly<Record<number, Barred['by']>> = { 76: 'abort', 77: 'epoch' }
/** Ended, and how is journaled; all others before it: nothing was begun. */
const ENDED = new Set([0, 1, 124])
const NOT_BEGUN = new Set([64, 65, HELD, 75])
const LINES = 200
const LINE_LENGTH = 300
const BECAUSE_LENGTH = 600

/** The outcome of an act or a note. */
export function outcomeOf(answer: Answer): Outcome | Barred {
  if (answer.state === 'read') return outcomeOfExit(answer.value)
  return answer.sent ? { state: 'unknown', because: answer.because } : notBegun(answer.because)
}

export const notBegun = (because: string): Outcome => ({
  state: 'failed',
  because: `nothing was begun: ${because}`,
  evidence: { lines: [] },
})

function outcomeOfExit(output: Output): Outcome | Barred {
  const { exit, stderr } = output
  const because = cleaned(stderr, BECAUSE_LENGTH) || `exit status ${exit}`
  const by = BARRED[exit]
  if (by !== undefined) return { state: 'barred', by, because }
  if (NOT_BEGUN.has(exit)) return { state: 'failed', because, evidence: { lines: [] } }
  return ENDED.has(exit) ? ended(output) : { state: 'unknown', because }
}

/** An act answers with its evidence: what it printed, and its errors; a note with nothing. */
function ended({ exit, stdout }: Output): Outcome {
  try {
    const [printed = '', errors = ''] = stdout.trim().split(',')
    const evidence = evidenceOf(linesOf(evidenceText(printed, 'the act')))
    if (exit === 0) return { state: 'done', evidence }
    const because = cleaned(evidenceText(errors, 'the act'), BECAUSE_LENGTH)
    return { state: 'failed', because: because || 'it failed, and said nothing', evidence }
  } catch (error) {
    if (error instanceof Garbled) return { state: 'unknown', because: error.message }
    throw error
  }
}

const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => cleaned(line, LINE_LENGTH))
    .filter((line) => line !== '')
    .slice(0, LINES)

/** Whether a lease was given. */
export function leasedOf(answer: Answer): Leased {
  if (answer.state !== 'read') return { state: 'unreachable', because: answer.because }
  const { exit, stdout, stderr } = answer.value
  try {
    const [kind, ...fields] = stdout.trim().split('\t')
    if (exit === 0 && kind === 'epoch') return { state: 'leased', epoch: count(fields[0], 'the epoch') }
    if (exit === HELD && kind === 'held') return { state: 'held', by: heldBy(fields) }
    return { state: 'refused', because: cleaned(stderr, BECAUSE_LENGTH) || `exit status ${exit}` }
  } catch (error) {
    if (error instanceof Garbled) return { state: 'refused', because: error.message }
    throw error
  }
}

function heldBy([run, operator, since, left]: readonly string[]): Held {
  return {
    run: word(run, 20),
    operator: word(operator, 100),
    sinceSeconds: count(since, 'since when it is held'),
    leftSeconds: count(left, 'until when it is held'),
  }
}
