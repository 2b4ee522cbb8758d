/** How the memory of VMs that move shall travel, as it is typed: the flags of all commands that move any. */
import { clashOf, EngineError, type TransferWishes } from '@anyblade/engine'
import { wholeNumber } from './flags.ts'

export type TransferFlags = {
  readonly downtime?: number
  readonly autoConverge?: boolean
  readonly within?: number
  readonly bandwidth?: number
  readonly parallel?: number
  readonly compressed?: boolean
  readonly tls?: boolean
  readonly tunnelled?: boolean
}

/** Of a single move alone: who moves many does not bet each guest's memory on the network. */
export type PostCopyFlag = { readonly postCopy?: boolean }

const LONGEST_SECONDS = 30

/** @throws Error, which the command line's reader shows */
function pause(value: string): number {
  const seconds = /^\d{1,2}(\.\d{1,3})?$/.test(value) ? Number(value) : 0
  if (seconds > 0 && seconds <= LONGEST_SECONDS) return seconds
  throw new Error(`it is no number of seconds up to ${LONGEST_SECONDS}`)
}

const optionalNumber = (brief: string, placeholder: string) =>
  ({ kind: 'parsed', parse: wholeNumber, brief, placeholder, optional: true }) as const
const optionalFlag = (brief: string) => ({ kind: 'boolean', brief, optional: true, withNegated: false }) as const

export const transferFlags = {
  downtime: {
    kind: 'parsed',
    parse: pause,
    brief: 'How long it may stand still for the last of its memory, in seconds; 1 where it is left out',
    placeholder: 'seconds',
    optional: true,
  },
  autoConverge: optionalFlag('It may be slowed where it dirties its memory faster than that travels'),
  within: optionalNumber('Give it up, and leave it where it is, after so many seconds', 'seconds'),
  bandwidth: optionalNumber('No more than so many MiB in a second', 'mib'),
  parallel: optionalNumber('Over so many connections at once (multifd)', 'n'),
  compressed: optionalFlag('Pages that travel again: only what has changed in them (XBZRLE)'),
  tls: optionalFlag('Its memory encrypted by libvirt’s own TLS; both blades need its certificates'),
  tunnelled: optionalFlag('Its memory within libvirt’s connection over ssh: encrypted, and slower'),
} as const

export const postCopyFlag = {
  postCopy: optionalFlag(
    'At last by post-copy: it goes on there before its memory is; whatever breaks then loses what it had in memory',
  ),
} as const

/** @throws EngineError where libvirt or QEMU can't do all of it */
export function wishesOf(flags: TransferFlags & PostCopyFlag): TransferWishes {
  const { downtime, autoConverge, within, bandwidth, parallel, compressed, postCopy, tls, tunnelled } = flags
  const wishes: TransferWishes = {
    ...(downtime !== undefined && { pauseMs: Math.round(1000 * downtime) }),
    ...(autoConverge && { slows: true }),
    ...(within !== undefined && { withinSeconds: within }),
    ...(bandwidth !== undefined && { bandwidthMibPerSecond: bandwidth }),
    ...(parallel !== undefined && { connections: parallel }),
    ...(compressed && { compresses: true }),
    ...(postCopy && { postCopy: true }),
    ...(tls && { encrypted: 'tls' }),
    ...(tunnelled && { encrypted: 'ssh' }),
  }
  const clash = tls && tunnelled ? 'through ssh it is encrypted already, and has no TLS of its own' : clashOf(wishes)
  if (clash === undefined) return wishes
  throw new EngineError('intent-invalid', {
    attempted: 'read how its memory shall travel',
    found: clash,
    hint: 'leave one of the two out',
  })
}
