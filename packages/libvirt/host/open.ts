/**
 * Opens and closes libvirt's connection within a session.
 * May come in: a session fresh from its stream. May not: a password (use polkit, the socket's rights, or ssh).
 */
import { LibvirtError } from '#errors'
import { procedures } from '#protocol'
import type { KeepaliveOptions, Limits, Session } from '#session'

/** Source: remote_auth_type */
const AUTH = { none: 0, polkit: 2 } as const
/** Source: VIR_DRV_FEATURE_PROGRAM_KEEPALIVE; asking for it tells the daemon that we answer pings */
const FEATURE_KEEPALIVE = 10
/** Source: VIR_CONNECT_RO */
const READ_ONLY = 1

export type OpenOptions = {
  /** qemu:///system, test:///default … */
  readonly uri: string
  readonly access: 'read-write' | 'read-only'
  /** Undefined: neither side watches over the other. */
  readonly keepalive?: KeepaliveOptions
}

/** As libvirt's own client: 5 s and 5 times. */
export const USUAL_KEEPALIVE: KeepaliveOptions = { intervalMs: 5000, count: 5 }

/**
 * Authenticates and opens. The deadline is for each of its calls.
 * @throws LibvirtError `authentication-unsupported` where the daemon wants SASL; those of `Session.call`
 */
export async function open(session: Session, options: OpenOptions, limits: Limits): Promise<void> {
  await authenticate(session, limits)
  const flags = options.access === 'read-only' ? READ_ONLY : 0
  await session.call(procedures.open, { uri: options.uri, flags }, limits)
  if (options.keepalive === undefined) return
  const isKnown = await session.call(procedures.supportsFeature, FEATURE_KEEPALIVE, limits)
  if (isKnown) session.watchOver(options.keepalive)
}

async function authenticate(session: Session, limits: Limits): Promise<void> {
  const types = await session.call(procedures.authList, undefined, limits)
  if (types.length === 0 || types.includes(AUTH.none)) return
  if (!types.includes(AUTH.polkit))
    throw new LibvirtError('authentication-unsupported', {
      attempted: 'authenticate to libvirt',
      found: `a daemon that wants authentication of type ${types.join(', ')}`,
      hint: 'use an account that may use the unix socket (group libvirt), or polkit',
    })
  await session.call(procedures.authPolkit, undefined, limits)
}

/** Says farewell and ends the session. @throws those of `Session.call`; the session is over in any case */
export async function close(session: Session, limits: Limits): Promise<void> {
  try {
    await session.call(procedures.close, undefined, limits)
  } finally {
    session.close()
  }
}
