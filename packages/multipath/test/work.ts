/**
 * How much work a piece of code does: how often each block of this room's code runs, counted by V8, not timed.
 * Only what is called for the first time after this is loaded is counted block by block.
 * May come in: something to run. May not: a clock. What V8 does in one call of its own (a search in a text) counts as one.
 */
import { type Profiler, Session } from 'node:inspector'

const ROOM = new URL('../', import.meta.url).href
const session = new Session()
session.connect()
session.post('Profiler.enable')
session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })

/** Blocks that ran, each as often as it did: the same for the same input, once what is kept for good has been made. */
export function workOf(run: () => unknown): number {
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
