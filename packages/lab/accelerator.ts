/**
 * Whether KVM really works here. The device may open and each guest hang in its first instructions (seen), or guests
 * may boot but be unable to run guests of their own; so a guest is booted and asked.
 * May come in: an image. May not: trust in /dev/kvm or in a processor flag.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Image } from './image.ts'
import { program } from './program.ts'
import type { Report } from './progress.ts'
import type { Accelerator } from './qemu.ts'

const deadlineMs = 10_000

/** The answer of this boot of the machine, from the cache if it was asked before. */
export async function accelerator(cache: string, image: Image, report: Report): Promise<Accelerator> {
  if (!existsSync('/dev/kvm')) return 'tcg'
  const memo = join(cache, 'kvm-probe')
  const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  const [knownBoot, known] = existsSync(memo) ? readFileSync(memo, 'utf8').trim().split(' ') : []
  if (knownBoot === bootId && (known === 'kvm' || known === 'tcg')) return known
  report({ what: 'try whether KVM boots a guest' })
  const answer = await probe(image)
  writeFileSync(memo, `${bootId} ${answer}\n`)
  return answer
}

async function probe(image: Image): Promise<Accelerator> {
  const guest = [
    '-m',
    '256',
    '-kernel',
    image.kernel,
    '-initrd',
    image.guestInitrd,
    '-append',
    'console=ttyS0 panic=-1 lab.probe',
  ]
  const args = [
    '-accel',
    'kvm',
    '-cpu',
    'host',
    '-no-reboot',
    '-nodefaults',
    '-display',
    'none',
    '-serial',
    'stdio',
    ...guest,
  ]
  // A guest that hangs is ended by `timeout`; what it said until then is the answer.
  const seconds = String(deadlineMs / 1000)
  const { stdout } = await program('timeout', ['-s', 'KILL', seconds, 'qemu-system-x86_64', ...args], {
    deadlineMs: deadlineMs + 5000,
  })
  return /GUEST-BOOTED virt=(svm|vmx)/.test(stdout) ? 'kvm' : 'tcg'
}
