/** When the configuration of blades was changed, and by which run: the commits of what was deployed. */
import { recordedRoot, vcsAt } from '@anyblade/drivers'
import type { Context } from '../context.ts'
import { ExitCode } from '../exit-code.ts'
import type { ListFlags } from '../flags.ts'
import { guarded } from '../guarded.ts'
import { print } from '../render/answer.ts'
import { table } from '../render/columns.ts'
import { readFleet } from '../session.ts'
import { cancellable } from '../signals.ts'
import { chosen } from './diff.ts'

const MOST = 100
/** A revision of subversion is short already. */
const shortened = (commit: string): string => commit.slice(0, 7)
const READ_MS = 20_000

export function history(this: Context, flags: ListFlags, ...names: readonly string[]): Promise<void> {
  return guarded(this, flags, async () => {
    const { dir, fleet } = await readFleet(this, flags)
    const limits = { deadlineMs: READ_MS, signal: cancellable(this, 'Nothing was changed.') }
    const commits = await vcsAt(dir).history(chosen(fleet, names).map(recordedRoot), MOST, limits)
    const rows = commits.map(({ commit, time, author, subject, run }) => [
      ...[shortened(commit), time, author],
      ...[run ?? '–', subject],
    ])
    print(this, flags, {
      text: table(['commit', 'time', 'who', 'run', 'what'], rows, 'no configuration was ever recorded', flags),
      data: { commits },
    })
    return ExitCode.done
  })
}
