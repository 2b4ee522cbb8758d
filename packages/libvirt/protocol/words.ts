/**
 * Words for libvirt's numbers: states, their reasons, what happened to a domain.
 * May come in: numbers from the wire. May not: a number without a word; a newer one is `unknown-N`.
 * Source: virDomainState, virDomain…Reason, virDomainEventType and virDomainEvent…DetailType of libvirt 9.2
 */

const STATES = [
  'no-state',
  'running',
  'blocked',
  'paused',
  'shutting-down',
  'shut-off',
  'crashed',
  'pm-suspended',
] as const
export type DomainStateName = (typeof STATES)[number] | 'unknown'

const REASONS: Readonly<Partial<Record<DomainStateName, readonly string[]>>> = {
  running: [
    'unknown',
    'booted',
    'migrated',
    'restored',
    'from-snapshot',
    'unpaused',
    'migration-cancelled',
    'save-cancelled',
    'wakeup',
    'crashed',
    'postcopy',
    'postcopy-failed',
  ],
  paused: [
    'unknown',
    'user',
    'migration',
    'save',
    'dump',
    'io-error',
    'watchdog',
    'from-snapshot',
    'shutting-down',
    'snapshot',
    'crashed',
    'starting-up',
    'postcopy',
    'postcopy-failed',
    'api-error',
  ],
  'shutting-down': ['unknown', 'user'],
  'shut-off': ['unknown', 'shutdown', 'destroyed', 'crashed', 'migrated', 'saved', 'failed', 'from-snapshot', 'daemon'],
  crashed: ['unknown', 'panicked'],
}

export type DomainState = {
  readonly state: DomainStateName
  /** A word of its own for each state: `paused` by `migration`, by `io-error` … */
  readonly reason: string
}

export function domainState(state: number, reason: number): DomainState {
  const name = STATES[state] ?? 'unknown'
  return { state: name, reason: REASONS[name]?.[reason] ?? `unknown-${reason}` }
}

const CHANGES = [
  'defined',
  'undefined',
  'started',
  'suspended',
  'resumed',
  'stopped',
  'shutdown',
  'pm-suspended',
  'crashed',
] as const
export type LifecycleChange = (typeof CHANGES)[number] | 'unknown'

const DETAILS: Readonly<Record<(typeof CHANGES)[number], readonly string[]>> = {
  defined: ['added', 'updated', 'renamed', 'from-snapshot'],
  undefined: ['removed', 'renamed'],
  started: ['booted', 'migrated', 'restored', 'from-snapshot', 'wakeup'],
  suspended: [
    'paused',
    'migrated',
    'io-error',
    'watchdog',
    'restored',
    'from-snapshot',
    'api-error',
    'postcopy',
    'postcopy-failed',
  ],
  resumed: ['unpaused', 'migrated', 'from-snapshot', 'postcopy', 'postcopy-failed'],
  stopped: ['shutdown', 'destroyed', 'crashed', 'migrated', 'saved', 'failed', 'from-snapshot'],
  shutdown: ['finished', 'guest', 'host'],
  'pm-suspended': ['memory', 'disk'],
  crashed: ['panicked', 'crashloaded'],
}

/** What happened to a domain and how. `suspended` by `migrated` on the source is the switch-over. */
export function lifecycle(
  event: number,
  detail: number,
): { readonly change: LifecycleChange; readonly detail: string } {
  const change = CHANGES[event]
  if (change === undefined) return { change: 'unknown', detail: `unknown-${event}/${detail}` }
  return { change, detail: DETAILS[change][detail] ?? `unknown-${detail}` }
}
