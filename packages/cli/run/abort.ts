/** Asks whoever carries a run out to end it: it takes back what it has begun, unless it is past the point of no return. */
import { EngineError, type Limits } from '@anyblade/engine'
import type { Context } from '../context.ts'
import { ExitCode } from '../exit-code.ts'
import type { CommonFlags } from '../flags.ts'
import { guarded } from '../guarded.ts'
import { operatorName } from '../operator.ts'
import { print } from '../render/answer.ts'
import { parseRunId } from '../run-id.ts'
import { readFleet, withHands } from '../session.ts'
import { cancellable } from '../signals.ts'
import { readJournals } from './journals.ts'

const DEADLINE_MS = 45_000

export function abort(this: Context, flags: CommonFlags, id: string): Promise<void> {
  return guarded(this, flags, async () => {
    const run = parseRunId(id)
    const session = await readFleet(this, flags)
    const { runs, silent } = await readJournals(this, session, { run })
    const [history] = runs
    if (history === undefined || history.state !== 'running')
      throw new EngineError(history === undefined ? 'run-unknown' : 'run-over', {
        attempted: `ask that the run ${run} end`,
        found:
          history === undefined ? ['no blade has it', ...silent].join('; ') : `nobody carries it out: ${history.state}`,
        hint: history === undefined ? 'anyblade run list' : `anyblade run undo ${run}`,
      })
    const limits: Limits = { deadlineMs: DEADLINE_MS, signal: cancellable(this, 'Nothing was changed.') }
    const lines = await withHands(session, async ({ fleet, hands }) => {
      const told = history.blades.map(async (name) => {
        const blade = fleet.blades.get(name)
        const outcome = blade && (await hands.bladeActor.abort(blade, run, operatorName(), limits))
        if (outcome?.state === 'done') return `${name}: asked`
        return `${name}: not asked, ${outcome?.because ?? 'the fleet has no such blade'}`
      })
      return Promise.all(told)
    })
    const who = history.holder?.operator ?? 'its operator'
    print(this, flags, {
      text: [...lines, `${who} is asked to end ${run}`, `Next: anyblade run show ${run}`].join('\n'),
      data: { run, asked: lines, holder: history.holder ?? null },
    })
    return lines.some((line) => line.endsWith(': asked')) ? ExitCode.done : ExitCode.failed
  })
}
