/** Blades get a configuration back that was recorded earlier. */
import { type Commit, recordedConfigAt, recordedRoot, type Vcs, vcsAt } from '@anyblade/drivers'
import { type BladeName, EngineError, type Limits, runId, textsOf } from '@anyblade/engine'
import type { Context } from '../context.ts'
import type { PlanFlags } from '../flags.ts'
import { guarded } from '../guarded.ts'
import { cancellable } from '../signals.ts'
import { goTheRoad } from '../walk.ts'
import { chosen } from './diff.ts'

type RollBackFlags = PlanFlags & { readonly to?: string; readonly degraded?: boolean }

const READ_MS = 60_000
/** So far back a run is looked for. */
const MOST = 1000

export function rollBack(this: Context, flags: RollBackFlags, ...names: readonly string[]): Promise<void> {
  const title = `roll back${flags.to === undefined ? '' : ` to ${flags.to}`}`
  return guarded(this, flags, () =>
    goTheRoad(this, flags, title, async ({ dir, fleet }) => {
      const blades = chosen(fleet, names)
      const limits = { deadlineMs: READ_MS, signal: cancellable(this, 'Nothing was changed.') }
      const vcs = vcsAt(dir)
      const to = await commitOf(vcs, flags.to, blades, limits)
      const files = await Promise.all(blades.map((blade) => recordedAt(vcs, to, blade, limits)))
      return { kind: 'roll-back', to, blades: files, degraded: flags.degraded === true }
    }),
  )
}

/** A run stands for the commit that it made; where nothing is said it is the one before the last. @throws EngineError */
async function commitOf(
  vcs: Vcs,
  asked: string | undefined,
  blades: readonly BladeName[],
  limits: Limits,
): Promise<string> {
  const run = asked === undefined ? undefined : runId(asked)
  if (asked !== undefined && run === undefined) return asked
  const commits = await vcs.history(blades.map(recordedRoot), run === undefined ? 2 : MOST, limits)
  const [, before] = commits
  const found: Commit | undefined = run === undefined ? before : commits.find((commit) => commit.run === run)
  if (found !== undefined) return found.commit
  throw new EngineError('intent-invalid', {
    attempted: 'find what to roll back to',
    found:
      run === undefined
        ? 'the configuration was not recorded twice'
        : `${run} has recorded no configuration of ${blades.join(', ')}`,
    hint: 'anyblade config history lists the commits and runs',
  })
}

async function recordedAt(vcs: Vcs, commit: string, blade: BladeName, limits: Limits) {
  const files = await recordedConfigAt(vcs, commit, blade, limits)
  if (files !== undefined) return { blade, files: textsOf(files) }
  throw new EngineError('intent-invalid', {
    attempted: `roll ${blade} back to ${commit}`,
    found: 'nothing of its configuration was recorded by then',
    hint: 'name the blades that shall be rolled back, or a later commit: anyblade config history',
  })
}
