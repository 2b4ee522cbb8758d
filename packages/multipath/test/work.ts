/**
 * How much work a piece of code does: how often each block of this room's code runs, counted by V8, not timed.
 * Only what is called for the first time after this is loaded is counted block by block.
 * May come in: something to run. May not: a clock. What V8 does in one call of its own (a search in a text) counts as one.
 */
import assert from 'node:assert/strict'
import { type Profiler, Session } from 'node:inspector'

const ROOM = new URL('../', import.meta.url).href
const session = new Session()
session.connect()
session.post('Profiler.enable')
session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })

const COUNT = 100

/** That twice as much of something is twice the work and not four times. `made` gives what is to run for so many of it. */
export function growsAsItsInput(made: (count: number) => () => unknown): void {
  const workFor = (count: number) => workOf(made(count))
  workFor(COUNT) // what is made once for all files, such as tables of keywords
  // What any file costs falls out of the differences; the square of the size would give 4 here, not 2. V8 loses counts
  // of code that it compiles anew meanwhile, so that one look may say too much; what is a square is one in each of three.
  const said: string[] = []
  while (said.length < 3) {
    const [once = 0, twice = 0, fourfold = 0] = [COUNT, 2 * COUNT, 4 * COUNT].map(workFor)
    const growth = (fourfold - twice) / (twice - once)
    if (growth < 2.5) return
    said.push(`${growth.toFixed(2)}: ${once}, ${twice}, ${fourfold} blocks`)
  }
  assert.fail(`the work grows by ${said.join('; by ')}`)
}

/** Blocks that ran, each as often as it did: the same for the same input, once what is kept for good has been made. */
function workOf(run: () => unknown): number {
  blocksSinceLast()
  run()
  return blocksSinceLast()
}

function blocksSinceLast(): number {
  let found: readonly Profiler.ScriptCoverage[] = []
  session.post('Profiler.takePreciseCoverage', (fault, answer) => {
    if (fault !== null) throw fault
    found = answer.result
  })
  return found
    .filter(({ url }) => url.startsWith(ROOM))
    .flatMap(({ functions }) => functions.flatMap(({ ranges }) => ranges.map(({ count }) => count)))
    .reduce((sum, count) => sum + count, 0)
}
