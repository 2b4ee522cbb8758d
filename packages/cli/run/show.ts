/** One run, step by step. */
import { EngineError } from '@anyblade/engine'
import type { Context } from '../context.ts'
import { ExitCode } from '../exit-code.ts'
import type { CommonFlags } from '../flags.ts'
import { guarded } from '../guarded.ts'
import { print } from '../render/answer.ts'
import { runText } from '../render/run.ts'
import { parseRunId } from '../run-id.ts'
import { readFleet } from '../session.ts'
import { readJournals } from './journals.ts'

export function show(this: Context, flags: CommonFlags, id: string): Promise<void> {
  return guarded(this, flags, async () => {
    const wanted = parseRunId(id)
    const { runs, silent } = await readJournals(this, await readFleet(this, flags), { run: wanted })
    const [run] = runs
    if (run === undefined)
      throw new EngineError('run-unknown', {
        attempted: `find the run ${wanted}`,
        found: silent.length === 0 ? 'no blade has it in its journal' : silent.join('; '),
        hint: 'anyblade run list',
      })
    print(this, flags, { text: [runText(run), ...silent].join('\n'), data: { ...run, silent } })
    return ExitCode.done
  })
}
