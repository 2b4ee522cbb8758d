/**
 * Statistics of all domains in one answer.
 * May come in: the groups wanted. May not: names for the values (they are libvirt's and grow with each release).
 */
import { type DomainRef, procedures, type TypedParameters } from '#protocol'
import type { Limits, Session } from '#session'

/** Source: virDomainStatsTypes */
const GROUPS = { state: 1, cpu: 2, balloon: 4, vcpu: 8, interface: 16, block: 32 } as const
export type StatsGroup = keyof typeof GROUPS

/** Source: VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT: a domain that is busy gives what needs no waiting for it */
const NO_WAIT = 1 << 29

export type DomainStats = { readonly domain: DomainRef; readonly parameters: TypedParameters }

/** Does not wait for a domain whose emulator hangs. @throws those of `Session.call` */
export function statsOfAll(session: Session, groups: readonly StatsGroup[], limits: Limits): Promise<DomainStats[]> {
  const stats = groups.reduce((all, group) => all | GROUPS[group], 0)
  return session.call(procedures.allDomainStats, { stats, flags: NO_WAIT }, limits)
}
