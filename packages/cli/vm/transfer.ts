/** How the memory of a VM shall travel, as it is typed. */
import { clashOf, EngineError, type TransferWishes } from '@anyblade/engine'

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

const LONGEST_SECONDS = 30

/** @throws Error, which the command line's reader shows */
export function pause(value: string): number {
  const seconds = /^\d{1,2}(\.\d{1,3})?$/.test(value) ? Number(value) : 0
  if (seconds > 0 && seconds <= LONGEST_SECONDS) return seconds
  throw new Error(`it is no number of seconds up to ${LONGEST_SECONDS}`)
}

/** @throws EngineError where libvirt or QEMU can't do all of it */
export function wishesOf(flags: TransferFlags): TransferWishes {
  const { downtime, autoConverge, within, bandwidth, parallel, compressed, tls, tunnelled } = flags
  const wishes: TransferWishes = {
    ...(downtime !== undefined && { pauseMs: Math.round(1000 * downtime) }),
    ...(autoConverge && { slows: true }),
    ...(within !== undefined && { withinSeconds: within }),
    ...(bandwidth !== undefined && { bandwidthMibPerSecond: bandwidth }),
    ...(parallel !== undefined && { connections: parallel }),
    ...(compressed && { compresses: true }),
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
