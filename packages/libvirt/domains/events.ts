/**
 * Asking the daemon for events; they come to `Session.onEvent`.
 * May come in: the kinds wanted. May not: an event before it was asked for.
 */
import { type DomainRef, EVENT_KINDS, type EventKind, procedures } from '#protocol'
import type { Limits, Session } from '#session'

/**
 * Registers for one kind, of one domain or of all; the number is the `callbackId` of its events.
 * @throws those of `Session.call`
 */
export function watchEvents(
  session: Session,
  kind: EventKind,
  domain: DomainRef | 'all',
  limits: Limits,
): Promise<number> {
  const values = { eventNumber: EVENT_KINDS[kind], domain: domain === 'all' ? undefined : domain }
  return session.call(procedures.registerEvent, values, limits)
}

/** An event that was already on its way may still come. @throws those of `Session.call` */
export function unwatchEvents(session: Session, callbackId: number, limits: Limits): Promise<void> {
  return session.call(procedures.deregisterEvent, callbackId, limits)
}
