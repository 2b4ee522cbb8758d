/** What the fleet's repository has recorded of blades' configurations. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BladeName, Limits, MultipathFiles } from '@anyblade/engine'
import type { Vcs } from './vcs.ts'

export const recordedRoot = (blade: BladeName): string => `rendered/${blade}/etc`

/** As it stands in the working copy, which the fleet was read from; undefined where nothing was ever recorded. */
export function recordedConfig(dir: string, blade: BladeName): MultipathFiles | undefined {
  const root = join(dir, recordedRoot(blade))
  if (!existsSync(root)) return undefined
  const dropIns = join(root, 'multipath/conf.d')
  const names = existsSync(dropIns) ? readdirSync(dropIns).sort() : []
  return {
    main: existsSync(join(root, 'multipath.conf')) ? readFileSync(join(root, 'multipath.conf')) : undefined,
    dropIns: names.map((name) => ({ name, bytes: readFileSync(join(dropIns, name)) })),
  }
}

const DROP_INS = 'multipath/conf.d/'

/** As an earlier commit has it; undefined where nothing of the blade was recorded by then. @throws EngineError */
export async function recordedConfigAt(
  vcs: Vcs,
  commit: string,
  blade: BladeName,
  limits: Limits,
): Promise<MultipathFiles | undefined> {
  const files = await vcs.filesAt(commit, recordedRoot(blade), limits)
  if (files.size === 0) return undefined
  const dropIns = [...files]
    .filter(([path]) => path.startsWith(DROP_INS))
    .map(([path, bytes]) => ({ name: path.slice(DROP_INS.length), bytes }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
  return { main: files.get('multipath.conf'), dropIns }
}
