/** All runs. */
import type { Context } from '../context.ts'
import { ExitCode } from '../exit-code.ts'
import type { ListFlags } from '../flags.ts'
import { guarded } from '../guarded.ts'
import { print } from '../render/answer.ts'
import { table } from '../render/columns.ts'
import { ageText } from '../render/run.ts'
import { readFleet } from '../session.ts'
import { readJournals } from './journals.ts'

export function list(this: Context, flags: ListFlags): Promise<void> {
  return guarded(this, flags, async () => {
    const { runs, silent } = await readJournals(this, await readFleet(this, flags))
    const rows = runs.map((run) => [run.run, run.state, ageText(run.ageSeconds), run.title, run.blades.join(', ')])
    print(this, flags, {
      text: [
        table(['run', 'state', 'age', 'what', 'journal on'], rows, 'no run is journaled on any blade', flags),
        ...silent,
      ].join('\n'),
      data: { runs, silent },
    })
    return silent.length === 0 ? ExitCode.done : ExitCode.unreachable
  })
}
