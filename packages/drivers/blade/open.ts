/** The hands for blades, all over the same connections. */
import type { BladeActor, BladeReader } from '@anyblade/engine'
import { SshBladeActor } from './actor.ts'
import { BladeConnections } from './connections.ts'
import { SshBladeReader } from './reader.ts'
import type { CommandRunner } from './runner.ts'
import { controlDirectory } from './ssh-command.ts'

export type BladesOptions = {
  /** An OpenSSH client configuration instead of the user's and the system's. */
  readonly sshConfig?: string
  /** Where ssh's control sockets are kept; by default one directory for all processes of this user. */
  readonly controlDirectory?: string
}

export type Blades = {
  readonly reader: BladeReader
  readonly actor: BladeActor
  /** The same kept shells, for other drivers that work over SSH. */
  readonly runner: CommandRunner
  /** Ends every shell; without it a process ends as well, and its shells with it. */
  close(): void
}

export function openBlades({
  sshConfig,
  controlDirectory: directory = controlDirectory(),
}: BladesOptions = {}): Blades {
  const connections = new BladeConnections({ ...(sshConfig && { sshConfig }), controlDirectory: directory })
  return {
    reader: new SshBladeReader(connections),
    actor: new SshBladeActor(connections),
    runner: connections,
    close: () => connections.close(),
  }
}
