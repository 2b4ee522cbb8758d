/** All hands for one fleet, over shared connections: the one place where drivers are put together. */
import { resolve } from 'node:path'
import type { Fleet, Hands } from '@anyblade/engine'
import { openBlades } from '#blade'
import { arrayHands } from './arrays/arrays.ts'
import { Ipmitool } from './power/ipmitool.ts'
import { vcsAt } from './vcs/open.ts'

export type Connected = { readonly hands: Hands; close(): Promise<void> }

/** `dir` is the fleet's directory. Nothing is contacted before it is needed. */
export function connect(dir: string, { settings }: Fleet): Connected {
  const { ssh_config: sshConfig } = settings
  const blades = openBlades(sshConfig === undefined ? {} : { sshConfig: resolve(dir, sshConfig) })
  const arrays = arrayHands(blades.runner)
  return {
    hands: {
      bladeReader: blades.reader,
      bladeActor: blades.actor,
      arrayReader: arrays,
      arrayActor: arrays,
      powerActor: new Ipmitool(blades.runner),
      recorder: vcsAt(dir).recorder,
    },
    close: async () => blades.close(),
  }
}
