/**
 * A change of a blade's multipath configuration where puppet owns the file: the blade's own multipath reads the candidate,
 * the file's text is committed as the data of a puppet module, and the blade's agent runs once and is read. Puppet alone
 * writes on the blade.
 * The check and the run are inverses only so that the order of undoing is the order that leaves nothing behind: the former
 * data is committed before the agent runs again.
 */
import type { Agent, BladeName } from '#documents'
import { type AliasAction, type InstallConfig, inverseOfAlias, sentenceOfAlias } from './alias-on-blade.ts'
import { type SetOverrides, sentenceOfBaseline } from './baseline-on-blade.ts'
import { inverseOfConfig, type SetConfig, sentenceOfConfig } from './config-on-blade.ts'
import { fewOf } from './few.ts'

/** What a change of a blade's multipath configuration may be, by whatever way it gets there. */
export type ConfigAction = AliasAction | SetOverrides | SetConfig

type ByAgent = { readonly blade: BladeName; readonly change: ConfigAction; readonly agent: Agent }
export type CheckConfig = ByAgent & { readonly kind: 'check-config' }
export type DeliverConfig = ByAgent & { readonly kind: 'deliver-config' }
export type PublishConfig = {
  readonly kind: 'publish-config'
  readonly changes: readonly { readonly certname: string; readonly change: ConfigAction }[]
  /** Agents of which the module has no data any more: they keep what they have. */
  readonly gone?: readonly string[]
  readonly message: string
  /** It takes back what the run has committed: the data as it was before, and what the changes make of it only where there was none. */
  readonly former?: true
}
export type DeliveryAction = CheckConfig | PublishConfig | DeliverConfig

/** The ready forms: the same files, maps and reading back as a configuration that is installed by us. */
type WithAgent = Omit<InstallConfig, 'kind'> & { readonly agent: Agent }
export type AgentAct = (WithAgent & { readonly kind: 'try-config' }) | (WithAgent & { readonly kind: 'run-agent' })

const CHANGES = [
  'add-aliases',
  'remove-aliases',
  'rename-aliases',
  'hold-out',
  'let-in',
  'set-overrides',
  'set-config',
] as const
export const isConfig = (action: { readonly kind: string }): action is ConfigAction =>
  CHANGES.some((kind) => kind === action.kind)

function inverseOfChange(change: ConfigAction): ConfigAction {
  switch (change.kind) {
    case 'set-config':
      return inverseOfConfig(change)
    case 'set-overrides':
      return { ...change, before: change.after, after: change.before }
    default:
      return inverseOfAlias(change)
  }
}

const TAKEN_BACK = 'taken back: '

export function inverseOfDelivery(action: DeliveryAction): DeliveryAction | undefined {
  switch (action.kind) {
    case 'check-config':
      return { ...action, kind: 'deliver-config', change: inverseOfChange(action.change) }
    case 'publish-config':
      return {
        ...action,
        changes: action.changes.map((one) => ({ ...one, change: inverseOfChange(one.change) })),
        message: `${TAKEN_BACK}${action.message}`,
        former: true,
      }
    case 'deliver-config':
      return undefined // the former data comes first, then the run that the check is taken back by
  }
}

export function sentenceOfDelivery(action: DeliveryAction): string {
  switch (action.kind) {
    case 'check-config':
      return `${sentenceOfChange(action.change)}: its multipath reads the candidate, its agent can run`
    case 'publish-config': {
      const { changes, gone = [] } = action
      const names = fewOf([...changes.map(({ certname }) => certname), ...gone])
      if (action.former) return `bring back the data of ${names} for puppet`
      return changes.length > 0
        ? `commit the data of ${names} for puppet`
        : `take the data of ${names} out of puppet's module`
    }
    case 'deliver-config':
      return `${sentenceOfChange(action.change)}: puppet's agent runs once, read back what is in effect`
  }
}

/** Without how we would do it ourselves. */
const sentenceOfChange = (change: ConfigAction): string =>
  (change.kind === 'set-config'
    ? sentenceOfConfig(change)
    : change.kind === 'set-overrides'
      ? sentenceOfBaseline(change)
      : sentenceOfAlias(change)
  ).replace(/: .*$/, '')
