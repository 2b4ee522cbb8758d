/** The door of git. */
import { FLEET } from '../../documents/layout.ts'
import type { Vcs } from '../vcs.ts'
import { commitPaths } from './commit.ts'
import { filesAt } from './files-at.ts'
import { historyOf } from './history.ts'
import { GitRecorder } from './recorder.ts'
import { basisOf } from './state.ts'

export { initRepository } from './commit.ts'

export const gitAt = (dir: string, kept = FLEET): Vcs => ({
  name: 'git',
  basis: () => basisOf(dir),
  commit: (paths, message, limits) => commitPaths(dir, paths, message, limits),
  history: (paths, most, limits) => historyOf(dir, paths, most, limits),
  filesAt: (commit, folder, limits) => filesAt(dir, commit, folder, limits),
  recorder: new GitRecorder(dir, kept),
})
