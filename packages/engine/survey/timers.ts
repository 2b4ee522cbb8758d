/**
 * How long I/O waits on a blade, in effect: what multipathd has of its own settings and does with each map, and what the
 * kernel has for each target port. May not come in: what a file says.
 */
import type { Wwid, Wwpn } from '#documents'

export type Timers = {
  /** multipathd's `polling_interval`, in seconds. */
  readonly pollingSeconds: number
  /** multipathd's word for what a map does without a path: `off`, `on`, `12 chk`. */
  readonly queueing: ReadonlyMap<Wwid, string>
  readonly ports: readonly PortTimers[]
}

/** Of one target port seen from one FC host; undefined: off. */
export type PortTimers = {
  readonly host: number
  readonly wwpn: Wwpn
  readonly fastIoFailSeconds: number | undefined
  /** Infinity where the kernel never gives the port up. */
  readonly devLossSeconds: number
}
