/** What the fleet's repository has recorded of blades' configurations. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BladeName, MultipathFiles } from '@anyblade/engine'

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
