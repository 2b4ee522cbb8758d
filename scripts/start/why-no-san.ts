/** Why a SAN of virtual machines can't be booted on this machine, in one line; undefined where it can. */
import { spawnSync } from 'node:child_process'
import { freemem } from 'node:os'

const NEEDED_MIB = 3000

export function whyNoSan(): string | undefined {
  if (process.platform !== 'linux') return `it needs Linux, and this is ${process.platform}.`
  if (process.arch !== 'x64') return `its nodes are x86-64 machines, and this is ${process.arch}.`
  if (spawnSync('dpkg-query', ['--version']).status !== 0)
    return 'its image is built from Debian packages, and there is no dpkg.'
  const free = Math.floor(freemem() / 1024 ** 2)
  return free < NEEDED_MIB ? `it needs ${NEEDED_MIB} MiB of free memory, and there are ${free}.` : undefined
}
