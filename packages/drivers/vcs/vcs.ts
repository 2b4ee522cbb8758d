/**
 * What a fleet's history must be able to do, whichever version control keeps it. A fleet lies in a working copy; which
 * one is told by the directory, and by nothing else.
 */
import type { Limits, Recorder } from '@anyblade/engine'

/** `unchanged`: the last commit has the paths as they are on disk. `unknown`: it was killed while it committed. */
export type Committed =
  | { readonly state: 'committed' }
  | { readonly state: 'unchanged' }
  | { readonly state: 'failed' | 'unknown'; readonly because: string }

/** `run`: by which run it came about; undefined where somebody committed it by hand. */
export type Commit = {
  readonly commit: string
  readonly time: string
  readonly author: string
  readonly subject: string
  readonly run: string | undefined
}

export type Vcs = {
  readonly name: 'git' | 'svn'
  /** What the documents are: the commit, with `+dirty` where they are not as it has them. @throws EngineError */
  basis(): Promise<string>
  /** Commits these paths only, as they are on disk; a path that is gone is committed as removed. */
  commit(paths: readonly string[], message: string, limits: Limits): Promise<Committed>
  /** The commits that changed these paths, the youngest first. @throws EngineError */
  history(paths: readonly string[], most: number, limits: Limits): Promise<Commit[]>
  /**
   * The files below a folder of the fleet as a commit has them, by their paths from the folder; none where it had no such
   * folder. @throws EngineError `record-failed` where there is no such commit
   */
  filesAt(commit: string, folder: string, limits: Limits): Promise<ReadonlyMap<string, Buffer>>
  readonly recorder: Recorder
}
