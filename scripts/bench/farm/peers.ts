/** What an administrator would use instead, each told to run one command on all blades. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { type Cost, costOfCommand } from './cost.ts'
import type { Farm } from './farm.ts'

export type Peer = { readonly name: string; run(command: string): Cost }

/** Runs it in every blade's `ssh` at once, through control masters that are there already. */
export function warmLoop(farm: Farm): Peer {
  const controls = farm.newControls()
  const ssh = `ssh -F ${farm.sshConfig} -o ControlPath=${controls}/%C`
  const master = '-o ControlMaster=yes -o ControlPersist=3600'
  for (const name of farm.names) execFileSync('bash', ['-c', `${ssh} ${master} ${name} true`], { stdio: 'ignore' })
  const loop = (command: string) =>
    `for b in $(cat ${farm.directory}/hosts); do ${ssh} $b '${command}' >${farm.directory}/out.$b & done; wait`
  return { name: 'a loop of warm ssh', run: (command) => costOfCommand(loop(command), {}, controls) }
}

export function pssh(farm: Farm): Peer {
  const out = join(farm.directory, 'pssh')
  const words = `-p ${farm.names.length} -t 0 -h ${farm.directory}/hosts -o ${out} -x '-F ${farm.sshConfig}'`
  return { name: 'pssh', run: (command) => costOfCommand(`parallel-ssh ${words} '${command}'`) }
}

/** With what its manual names for speed: as many forks as blades, pipelining, connections kept. */
export function ansible(farm: Farm): Peer {
  const controls = farm.newControls()
  const env = ansibleEnv(farm, controls)
  const words = `-i ${farm.directory}/hosts -f ${farm.names.length} -m ansible.builtin.command`
  return { name: 'Ansible', run: (command) => costOfCommand(`ansible all ${words} -a '${command}'`, env, controls) }
}

export const ansibleEnv = (farm: Pick<Farm, 'directory' | 'sshConfig'>, controls: string): Record<string, string> => ({
  HOME: farm.directory,
  ANSIBLE_SSH_ARGS: `-F ${farm.sshConfig} -o ControlMaster=auto -o ControlPersist=3600`,
  ANSIBLE_SSH_CONTROL_PATH_DIR: controls,
  ANSIBLE_SSH_CONTROL_PATH: '%(directory)s/%%h',
  ANSIBLE_PIPELINING: 'True',
  ANSIBLE_PYTHON_INTERPRETER: '/usr/bin/python3',
  ANSIBLE_LOCALHOST_WARNING: 'False',
})
