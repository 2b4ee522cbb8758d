/**
 * Live migration, peer to peer: one call to the source, which talks to the destination itself.
 * May come in: flags by name. May not: `unsafe`, which libvirt asks for where the guest's data would be at risk.
 */
import { type DomainRef, procedures, type TypedParameters, type TypedValue } from '#protocol'
import type { Limits, Session } from '#session'

/** Source: virDomainMigrateFlags */
export const MIGRATE_FLAGS = {
  live: 1,
  tunnelled: 4,
  'persist-destination': 8,
  'undefine-source': 16,
  /** Lands paused, whatever the guest was. Not with post-copy: libvirt kills the destination when it fails. */
  paused: 32,
  'change-protection': 256,
  'abort-on-error': 4096,
  'auto-converge': 8192,
  /** Allows a later switch to post-copy; does not switch. */
  postcopy: 32768,
  tls: 65536,
  parallel: 131072,
  'postcopy-resume': 524288,
} as const
export type MigrateFlag = keyof typeof MIGRATE_FLAGS

const PEER_TO_PEER = 2

export type Migration = {
  /** How the SOURCE reaches the destination's libvirt: qemu+ssh://blade2/system … */
  readonly destinationUri: string
  readonly flags: readonly MigrateFlag[]
  /** Where the memory goes, tcp://host; undefined lets the destination say its own name. */
  readonly migrateUri?: string
  /** The running domain's XML as it is to be there; what the guest sees must not change. */
  readonly destinationXml?: string
  /** The definition to be left there. */
  readonly persistentXml?: string
  readonly bandwidthMibPerSecond?: bigint
  readonly listenAddress?: string
  readonly parallelConnectionCount?: number
}

/**
 * Migrates; resolves when it is done. Progress: `jobOf` on the source or events, in another call of the session.
 * @throws LibvirtRefused `operationAborted` after `abortJob`, `migrateUnsafe` …: the domain is where it was
 * @throws LibvirtLost: outcome unknown. The daemons go on without us: look at both sides before anything else
 */
export function migrate(session: Session, domain: DomainRef, migration: Migration, limits: Limits): Promise<void> {
  const flags = migration.flags.reduce((all, flag) => all | MIGRATE_FLAGS[flag], PEER_TO_PEER)
  const { destinationUri } = migration
  const parameters = parametersOf(migration)
  return session.call(procedures.migrate, { domain, destinationUri, parameters, flags }, limits)
}

/** Names as in VIR_MIGRATE_PARAM_… */
function parametersOf(migration: Migration): TypedParameters {
  const text = (value: string | undefined): TypedValue | undefined =>
    value === undefined ? undefined : { type: 'string', value }
  const { bandwidthMibPerSecond: bandwidth, parallelConnectionCount: connections } = migration
  const all: readonly (readonly [string, TypedValue | undefined])[] = [
    ['migrate_uri', text(migration.migrateUri)],
    ['destination_xml', text(migration.destinationXml)],
    ['persistent_xml', text(migration.persistentXml)],
    ['listen_address', text(migration.listenAddress)],
    ['bandwidth', bandwidth === undefined ? undefined : { type: 'ullong', value: bandwidth }],
    ['parallel.connections', connections === undefined ? undefined : { type: 'int', value: connections }],
  ]
  return new Map(all.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
}

/** Switches a running migration with the flag `postcopy` over: from then on there is no way back. */
export function startPostCopy(session: Session, domain: DomainRef, limits: Limits): Promise<void> {
  return session.call(procedures.startPostCopy, { domain, flags: 0 }, limits)
}
