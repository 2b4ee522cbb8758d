/**
 * What a plan holds while it is carried out, blade by blade: two that name the same thing wait for each other, all others
 * go on side by side. Slots keep the limits of a blade, whoever uses them.
 */
import type { Action } from '#actions'
import type { BladeName, Fleet } from '#documents'
import type { LeaseWord } from '#hands'
import type { Plan } from './plan.ts'

const DEFAULT_MIGRATIONS = 2

/** Migrations at once out of a blade, and as many into one. */
export const migrationsAtOnce = ({ settings }: Fleet): number => settings.policies?.migrations ?? DEFAULT_MIGRATIONS

/** The words of the lease that the plan needs on one of its blades, sorted by name. */
export function leaseWords(fleet: Fleet, plan: Plan, blade: BladeName): LeaseWord[] {
  const limit = migrationsAtOnce(fleet)
  const words = plan.steps.flatMap(({ action }) => [
    ...thingsOf(action).map((name) => ({ name, limit: 1 })),
    ...slotsAt(action, blade).map((name) => ({ name, limit })),
    ...(changesLuns(action) && action.blade === blade ? [{ name: 'luns', limit: 1 }] : []),
  ])
  // Who joins the blades in service, or leaves them, must be there when a LUN comes or goes, or not at all.
  if (plan.intent.kind === 'return-blade' || plan.intent.kind === 'remove-blade') words.push({ name: 'luns', limit: 1 })
  const byName = new Map(words.map((word) => [word.name, word]))
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** What nobody else may act on meanwhile, on any blade of the plan. */
function thingsOf(action: Action): string[] {
  if (action.kind === 'publish-config') return action.changes.flatMap(({ change }) => thingsOf(change))
  if ('change' in action) return thingsOf(action.change)
  if (action.kind === 'make-key' || action.kind === 'drop-key' || action.kind === 'set-trust') return ['trust']
  if ('command' in action || action.kind === 'reboot-host') return [`blade/${action.blade}`]
  if ('vm' in action)
    return [`vm/${action.vm}`, ...('keys' in action ? action.keys.map(({ alias }) => `volume/${alias}`) : [])]
  if (action.kind === 'rename-aliases')
    return action.aliases.flatMap(({ alias, from }) => [`volume/${alias}`, `volume/${from}`])
  if ('aliases' in action) return action.aliases.map(({ alias }) => `volume/${alias}`)
  if (action.kind === 'remove-stale') return action.volumes.map((alias) => `volume/${alias}`)
  if ('luns' in action) return action.luns.map(({ volume }) => `volume/${volume}`)
  if (action.kind === 'hold-fence') return action.volumes.map(({ alias }) => `volume/${alias}`)
  if ('volume' in action) return [`volume/${action.volume}`]
  return 'alias' in action ? [`volume/${action.alias}`] : []
}

function slotsAt(action: Action, blade: BladeName): string[] {
  if (action.kind !== 'migrate-domain') return []
  if (action.blade === blade) return ['moves-out']
  return action.destination === blade ? ['moves-in'] : []
}

const LUNS = [
  'check-lun-free',
  'remove-paths',
  'scan-lun',
  'rescan-lun',
  'remove-stale',
  'flush-map',
  'rescan-paths',
  'resize-map',
  'forget-lun',
  'hold-out',
  'let-in',
  'add-aliases',
  'remove-aliases',
  'rename-aliases',
  'set-overrides',
  'set-config',
  'check-config',
  'deliver-config',
  'install-host-file',
] as const
type OnLuns = Extract<Action, { readonly kind: (typeof LUNS)[number] }>

/** One at a time changes a blade's devices and its multipath configuration: so only one scans a host at once. */
const changesLuns = (action: Action): action is OnLuns => LUNS.some((kind) => kind === action.kind)
