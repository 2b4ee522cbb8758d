/** Commands that change documents only: no blade and no array is touched, so there is no run and no journal. */
import {
  EngineError,
  type Fleet,
  type Limits,
  type RecordDocuments,
  type Recorder,
  type Rendered,
} from '@anyblade/engine'
import type { Context } from './context.ts'
import { ExitCode } from './exit-code.ts'
import type { CommonFlags } from './flags.ts'
import { guarded } from './guarded.ts'
import { print } from './render/answer.ts'
import { readFleet, withHands } from './session.ts'
import { cancellable } from './signals.ts'

/** @throws EngineError `fleet-stale` or `record-failed`; then no document has changed */
export async function recordAlone(
  context: Context,
  flags: CommonFlags,
  recorder: Recorder,
  fleet: Fleet,
  action: RecordDocuments,
  limits: Limits,
): Promise<ExitCode> {
  const lines = await recorded(recorder, fleet, action, [], limits)
  print(context, flags, {
    text: [action.message, ...lines].join('\n'),
    data: { message: action.message, changes: action.changes, evidence: lines },
  })
  return ExitCode.done
}

const DEADLINE_MS = 60_000

/** Fields of one document, as they are set by an operator. */
export function recordSettings(
  context: Context,
  flags: CommonFlags,
  settings: (fleet: Fleet) => RecordDocuments,
): Promise<void> {
  return guarded(context, flags, async () => {
    const session = await readFleet(context, flags)
    const action = settings(session.fleet)
    const limits: Limits = { deadlineMs: DEADLINE_MS, signal: cancellable(context, 'Nothing was changed.') }
    return withHands(session, ({ fleet, hands }) => recordAlone(context, flags, hands.recorder, fleet, action, limits))
  })
}

/**
 * What the recorder says of it. `rendered`: configurations as they were read from blades.
 * @throws EngineError `fleet-stale` or `record-failed`; then no document has changed
 */
export async function recorded(
  recorder: Recorder,
  fleet: Fleet,
  action: RecordDocuments,
  rendered: readonly Rendered[],
  limits: Limits,
): Promise<readonly string[]> {
  const ready = await recorder.ready(fleet.commit)
  if (ready.state !== 'done') throw failed('fleet-stale', action, ready.because)
  const outcome = await recorder.record(undefined, action, rendered, limits)
  if (outcome.state !== 'done') throw failed('record-failed', action, outcome.because)
  return outcome.evidence.lines
}

const failed = (code: 'fleet-stale' | 'record-failed', action: RecordDocuments, because: string): EngineError =>
  new EngineError(code, {
    attempted: `record "${action.message}"`,
    found: because,
    hint: 'look at the fleet with git status and git log, or with svn status and svn log, then try again',
  })
