/** All hands for one fleet, over shared connections: the one place where drivers are put together. */
import { resolve } from 'node:path'
import type { Fleet, Hands, Publisher } from '@anyblade/engine'
import { openBlades } from '#blade'
import { arrayHands } from './arrays/arrays.ts'
import { PuppetModule } from './delivery/puppet-module.ts'
import { Ipmitool } from './power/ipmitool.ts'
import { vcsAt } from './vcs/open.ts'
import { failed } from './vcs/outcome.ts'

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
      publisher: publisherOf(dir, settings),
    },
    close: async () => blades.close(),
  }
}

function publisherOf(dir: string, { delivery, puppet }: Fleet['settings']): Publisher {
  if (delivery === 'puppet' && puppet !== undefined) return new PuppetModule(resolve(dir, puppet.module))
  const pushed = async () => failed('fleet.yaml says that puppet does not deliver')
  return { ready: pushed, publish: pushed, restore: pushed, held: async () => undefined }
}
