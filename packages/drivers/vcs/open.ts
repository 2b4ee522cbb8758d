/** The version control in whose working copy a directory lies: the nearest one above it. */
import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { FLEET, type Kept } from '../documents/layout.ts'
import { gitAt } from './git/index.ts'
import { svnAt } from './svn/index.ts'
import type { Vcs } from './vcs.ts'

/** Git where there is neither: it says then that it knows no repository there. */
export function vcsAt(directory: string, kept: Kept = FLEET): Vcs {
  for (let dir = resolve(directory); ; dir = dirname(dir)) {
    if (existsSync(join(dir, '.git'))) return gitAt(directory, kept)
    if (existsSync(join(dir, '.svn'))) return svnAt(directory, kept)
    if (dir === dirname(dir)) return gitAt(directory, kept)
  }
}
