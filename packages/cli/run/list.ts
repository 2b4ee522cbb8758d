/** The runs that blades have. */
import { RECENT_RUNS, type RunHistory } from '@anyblade/engine'
import type { Context } from '../context.ts'
import { ExitCode } from '../exit-code.ts'
import type { ListFlags } from '../flags.ts'
import { guarded } from '../guarded.ts'
import { print } from '../render/answer.ts'
import { table } from '../render/columns.ts'
import { ageText } from '../render/run.ts'
import { readFleet } from '../session.ts'
import { readJournals } from './journals.ts'

export type RunListFlags = ListFlags & { readonly all?: boolean }

export function list(this: Context, flags: RunListFlags): Promise<void> {
  return guarded(this, flags, async () => {
    const which = flags.all === true ? 'all' : 'recent'
    const { runs, silent } = await readJournals(this, await readFleet(this, flags), which)
    const older = which === 'recent' && isCut(runs) ? [OLDER] : []
    const rows = runs.map((run) => [run.run, run.state, ageText(run.ageSeconds), run.title, run.blades.join(', ')])
    print(this, flags, {
      text: [
        table(['run', 'state', 'age', 'what', 'journal on'], rows, 'no run is journaled on any blade', flags),
        ...older,
        ...silent,
      ].join('\n'),
      data: { runs, which, silent },
    })
    return silent.length === 0 ? ExitCode.done : ExitCode.unreachable
  })
}

const OLDER = `Of each blade the newest ${RECENT_RUNS}, and older ones that have not come to a good end: all by run list --all`

/** A blade has given as many as count as recent: there may be older ones. */
const isCut = (runs: readonly RunHistory[]): boolean =>
  [
    ...Map.groupBy(
      runs.flatMap(({ blades }) => blades),
      (blade) => blade,
    ).values(),
  ].some(({ length }) => length >= RECENT_RUNS)
