/**
 * The names of what a fleet has, for completion: file names only, so that a key press costs no parser, no git and no
 * blade. May come in: folders. May not: an error; where there is no fleet there is nothing to propose.
 */
import { existsSync, readdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { Context } from './context.ts'

type Folder = 'arrays' | 'blades' | 'volumes' | 'vms'

const DOCUMENT = /^([A-Za-z0-9_][A-Za-z0-9_.-]{0,62})\.yaml$/

const namesIn = (folder: Folder) =>
  function (this: Context, partial: string): string[] {
    const dir = fleetDirectory(this)
    if (dir === undefined) return []
    try {
      const names = readdirSync(join(dir, folder)).flatMap((file) => DOCUMENT.exec(file)?.[1] ?? [])
      return names.filter((name) => name.startsWith(partial)).sort()
    } catch {
      return [] // a fleet without this folder has none of these
    }
  }

function fleetDirectory({ env, cwd }: Context): string | undefined {
  const isFleet = (dir: string) => existsSync(join(dir, 'fleet.yaml'))
  if (env.ANYBLADE_FLEET) return [resolve(cwd, env.ANYBLADE_FLEET)].find(isFleet)
  for (let dir = cwd; ; dir = dirname(dir)) {
    if (isFleet(dir)) return dir
    if (dir === dirname(dir)) return undefined
  }
}

/** To be spread into a parameter that takes a name. */
export const proposeArrays = { proposeCompletions: namesIn('arrays') } as const
export const proposeBlades = { proposeCompletions: namesIn('blades') } as const
export const proposeVolumes = { proposeCompletions: namesIn('volumes') } as const
export const proposeVms = { proposeCompletions: namesIn('vms') } as const
