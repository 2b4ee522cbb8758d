/** The door of subversion. */
import { FLEET } from '../../documents/layout.ts'
import type { Vcs } from '../vcs.ts'
import { commitPaths } from './commit.ts'
import { filesAt } from './files-at.ts'
import { historyOf } from './history.ts'
import { SvnRecorder } from './recorder.ts'
import { basisOf } from './state.ts'

export const svnAt = (dir: string, kept = FLEET): Vcs => ({
  name: 'svn',
  basis: () => basisOf(dir),
  commit: (paths, message, limits) => commitPaths(dir, paths, message, limits),
  history: (paths, most, limits) => historyOf(dir, paths, most, limits),
  filesAt: (commit, folder, limits) => filesAt(dir, commit, folder, limits),
  recorder: new SvnRecorder(dir, kept),
})
