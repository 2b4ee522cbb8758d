/**
 * A run of somebody else's, taken up again from what the blades have of it: nothing of it is kept anywhere else.
 * Pure; who carries it out is the loop.
 */
import type { BladeName, Fleet } from '#documents'
import { EngineError, type EngineErrorCode } from '#errors'
import { type Plan, parsePlan } from '#plans'
import { excuse, type Reading, type RunReport } from '#survey'
import type { Past } from './carried.ts'
import { history } from './history.ts'
import { joined, recovered } from './join.ts'
import { type Journal, lastOf } from './journal.ts'
import { hasLeft, withoutThose } from './leaving.ts'
import { next, pastPivot, type Wish } from './next.ts'

export type Resumed = { readonly plan: Plan; readonly past: Past }
export type Journals = ReadonlyMap<BladeName, Reading<RunReport | undefined>>

/**
 * What is left to do of the run, and all that was done.
 * @throws EngineError where it is over, is nobody's, can't be read in full, or can't be taken back any more
 */
export function resumed(fleet: Fleet, run: string, journals: Journals, wish: Wish): Resumed {
  const reports = new Map(
    [...journals].flatMap(([blade, r]) => (r.state === 'read' && r.value ? [[blade, r.value]] : [])),
  )
  const [first] = [...reports.values()]
  if (first === undefined) throw unknown(run, journals)
  const plan = parsePlan(first.plan)
  if (typeof plan === 'string')
    throw refused(
      'answer-garbled',
      run,
      `its plan can't be read: ${plan}`,
      'it was made by another version of anyblade',
    )
  for (const blade of plan.blades) {
    const reading = journals.get(blade)
    if (reading?.state === 'read' || plan.doubtful?.includes(blade) === true || hasLeft(fleet, plan, blade)) continue
    const why = fleet.blades.has(blade) ? excuse(reading) : 'the fleet has no such blade'
    throw refused(
      'blade-unreachable',
      run,
      `what was done on ${blade} is not known: ${why}`,
      `anyblade blade show ${blade}`,
    )
  }
  const { state } = history(
    run,
    [...reports].map(([blade, report]) => ({ blade, report })),
  )
  if (state === 'done' || state === 'undone' || state === 'not begun')
    throw refused('run-over', run, OVER[state], `anyblade run show ${run}`)
  const told = withoutThose(fleet, plan, joined(plan, reports))
  if (wish === 'back' && mayBeRecorded(plan, told))
    throw refused(
      'run-forward',
      run,
      'its record was begun, and may have been pushed by who began it, or will be when he wakes',
      `anyblade run resume ${run}`,
    )
  const journal = recovered(plan, told)
  if (wish === 'back' && pastPivot(plan, journal) && next(plan, journal, wish).kind === 'stop')
    throw refused('run-forward', run, 'it is past the point of no return', `anyblade run resume ${run}`)
  return { plan, past: { journal, wish, text: first.plan } }
}

const RECORDING: ReadonlySet<string | undefined> = new Set(['started', 'unknown', 'done'])

/** What is written down must stay so: nobody but who writes it knows whether it was, and no lease stops him. */
const mayBeRecorded = ({ steps }: Plan, journal: Journal): boolean =>
  steps.some(
    ({ number, action }) => action.kind === 'record-documents' && RECORDING.has(lastOf(journal, number)?.event),
  )

const OVER = {
  done: 'it was done to its end',
  undone: 'it was taken back: nothing is left of it',
  'not begun': 'nothing of it was begun',
} as const

const refused = (code: EngineErrorCode, run: string, found: string, hint: string): EngineError =>
  new EngineError(code, { attempted: `go on with the run ${run}`, found, hint })

function unknown(run: string, journals: Journals): EngineError {
  const silent = [...journals].flatMap(([blade, reading]) =>
    reading.state === 'read' ? [] : [`${blade} gave no answer, ${excuse(reading)}`],
  )
  if (silent.length > 0) return refused('blade-unreachable', run, silent.join('; '), 'anyblade run list')
  return refused('run-unknown', run, 'no blade has it in its journal', 'anyblade run list')
}
