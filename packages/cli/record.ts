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
import { print } from './render/answer.ts'

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
