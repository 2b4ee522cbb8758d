/**
 * How a guest's memory travels, and what is done where it gets dirty faster than it travels. Chosen before the move, never
 * during it: whoever carries the move out obeys it, though nobody who chose it is there any more.
 */

/** What was asked of a move, each where it was asked. */
export type TransferWishes = {
  /** How long the guest may stand still for what is left of its memory. */
  readonly pauseMs?: number
  /** It may be slowed (auto-converge). */
  readonly slows?: true
  /** The move is given up after so long. */
  readonly withinSeconds?: number
  readonly bandwidthMibPerSecond?: number
  /** So many connections at once (multifd). */
  readonly connections?: number
  /** Of pages that go over again only what has changed in them (XBZRLE). */
  readonly compresses?: true
  /**
   * The last rung: it goes on at the destination though most of its memory may be missing there, and that comes after it. From
   * then on there is no way back, and whatever breaks before all of it is there loses what it had in memory.
   */
  readonly postCopy?: true
  /** By libvirt's native TLS, or within libvirt's own connection over ssh; nothing hides it where it is left out. */
  readonly encrypted?: Encryption
}

export const ENCRYPTIONS = ['tls', 'ssh'] as const
export type Encryption = (typeof ENCRYPTIONS)[number]

export type Transfer = Omit<TransferWishes, 'pauseMs'> & {
  /**
   * The rungs: how long the guest may stand still for the last of its memory, shortest first. The next one counts once
   * `patience` is at its end.
   */
  readonly pausesMs: readonly number[]
  /** So many passes one after the other that leave as much as they carry, and at least so long. */
  readonly patience: { readonly passes: number; readonly seconds: number }
}

/** QEMU's own; a guest that gets by with it never learns that there is a ladder. */
const FIRST_PAUSE_MS = 300
/** Below what connections of clients notice. */
const USUAL_PAUSE_MS = 1000
const PATIENCE = { passes: 3, seconds: 10 } as const

/** Each pause is twice the one before it, up to the longest that is accepted. */
export function transferOf({ pauseMs = USUAL_PAUSE_MS, ...rest }: TransferWishes = {}): Transfer {
  const pausesMs: number[] = []
  for (let ms = Math.min(FIRST_PAUSE_MS, pauseMs); ms < pauseMs; ms *= 2) pausesMs.push(ms)
  return { ...rest, pausesMs: [...pausesMs, pauseMs], patience: PATIENCE }
}

/**
 * What libvirt or QEMU can't do both of, in one sentence; undefined: they go together.
 * Source: QEMU's migration/options.c and libvirt's qemu_migration.c
 */
export function clashOf({ compresses, connections, encrypted, postCopy }: TransferWishes): string | undefined {
  if (postCopy && connections !== undefined) return 'post-copy works on one connection, not on several in parallel'
  if (postCopy && encrypted === 'ssh')
    return 'what is missing of a memory comes over a connection of its own, not through ssh'
  if (compresses && connections !== undefined)
    return 'compression (XBZRLE) works on one connection, not on several in parallel'
  if (encrypted === 'ssh' && connections !== undefined)
    return 'through ssh memory has libvirt’s one connection, and no others in parallel'
  return undefined
}
