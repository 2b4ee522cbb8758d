/**
 * A plan as it is carried out where puppet delivers: each change of a blade's multipath configuration becomes a check of
 * the candidate on the blade, a commit of the data, and a run of the agent. What a batch changes is checked on all its
 * blades, committed at once, and only then do their agents run: a candidate that is no good is not even committed, and the
 * data of later batches not before the one before was looked at, for agents also run by themselves.
 */
import { type ConfigAction, isConfig } from '#actions'
import { type Agent, agentOf, type BladeName, type Fleet } from '#documents'
import { EngineError } from '#errors'
import type { Claim } from '#findings'
import { DROP_INS } from '../config/aliases.ts'
import { DROP_IN } from '../config/candidate.ts'
import type { Intent } from './intent.ts'
import { type Draft, draft, type Plan, plan, type Step } from './plan.ts'

/** What may change the multipath configuration of the blades that it asks. */
const CONFIGURES: ReadonlySet<Intent['kind']> = new Set<Intent['kind']>([
  ...(['create-volume', 'adopt-volume', 'delete-volume', 'restore-volume', 'rename-volumes'] as const),
  ...(['roll-out', 'roll-back'] as const),
  ...(['baseline-blade', 'return-blade', 'remove-blade'] as const),
])

/** That the agents of its blades can run, where they must. */
export function withAgents(fleet: Fleet, { kind }: Intent, claims: readonly Claim[]): Claim[] {
  if (!CONFIGURES.has(kind)) return [...claims]
  const asked = claims.flatMap((claim) => (claim.kind === 'answers' ? [claim.blade] : []))
  return [...claims, ...[...new Set(asked)].flatMap((blade) => ableOn(fleet, blade))]
}

const ableOn = (fleet: Fleet, blade: BladeName): Claim[] =>
  agentOf(fleet, blade) === undefined ? [] : [{ kind: 'agent', blade }]

/** @throws EngineError where it would change a file that is not ours, and so none of our module's */
export function delivered(fleet: Fleet, planned: Plan): Plan {
  const first = planned.steps.find(({ action }) => isConfig(action))
  if (first === undefined || !isConfig(first.action) || agentOf(fleet, first.action.blade) === undefined) return planned
  refuseLateReferences(planned, first.number)
  const drafts = batchesOf(planned.steps).flatMap((batch) => throughPuppet(fleet, planned, batch))
  const { steps: _, blades, version: __, ...head } = planned
  const remarks = [
    ...(head.remarks ?? []),
    `puppet delivers: the data is committed in ${fleet.settings.puppet?.module}`,
  ]
  return plan({ ...head, remarks }, drafts, blades)
}

/** What is carried out at once, as one. */
const batchesOf = (steps: readonly Step[]): Step[][] => [
  ...Map.groupBy(steps, ({ number, together }) => together ?? number).values(),
]

type Change = { readonly of: Draft; readonly change: ConfigAction; readonly agent: Agent }

function throughPuppet(fleet: Fleet, { title }: Plan, batch: readonly Step[]): (Draft | Draft[])[] {
  const changes = batch.flatMap(({ number: _, together: __, ...of }): Change[] => {
    if (!isConfig(of.action)) return []
    const agent = agentOf(fleet, of.action.blade)
    return agent === undefined ? [] : [{ of, change: ownOnly(of.action), agent }]
  })
  const [one] = changes
  if (one === undefined) return [batch.map(({ number: _, together: __, ...of }) => of)]
  const { phase } = one.of
  return [
    changes.map(({ of, change, agent }) => ({
      ...of,
      action: { kind: 'check-config', blade: change.blade, change, agent },
      requires: [...of.requires, { kind: 'agent', blade: change.blade }],
    })),
    draft(
      {
        kind: 'publish-config',
        changes: changes.map(({ change, agent }) => ({ certname: agent.certname, change })),
        message: `anyblade: ${title}`,
      },
      phase,
    ),
    changes.map(({ change, agent }) => draft({ kind: 'deliver-config', blade: change.blade, change, agent }, phase)),
  ]
}

/** An operator's own files come by modules of his own. */
function ownOnly(change: ConfigAction): ConfigAction {
  const others =
    change.kind === 'set-config' ? change.files.filter(({ path }) => path !== `${DROP_INS}/${DROP_IN}`) : []
  if (others.length === 0) return change
  throw new EngineError('intent-invalid', {
    attempted: `change ${others.map(({ path }) => path).join(', ')} on ${change.blade}`,
    found: `puppet delivers, and the module anyblade holds ${DROP_INS}/${DROP_IN} alone`,
    hint: 'bring those files back in the control repository, by the module that they are of',
  })
}

/** Steps after the first change get other numbers; nothing may speak of them by number. */
function refuseLateReferences({ steps, title }: Plan, first: number): void {
  const spoken = [...JSON.stringify(steps).matchAll(/"(?:ofStep|answerOf)":(\d+)/g)].map(([, number]) => Number(number))
  if (spoken.some((number) => number > first))
    throw new RangeError(`${title}: a step speaks of one that comes after a change of the configuration`)
}
