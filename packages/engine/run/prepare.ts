/**
 * An action made ready: ids that earlier steps found are filled in, and a configuration's text is made from what stands
 * on the blade now. Pure; what it needs of the world comes in as the survey.
 */
import {
  type Action,
  type AgentAct,
  type AnswerRef,
  type BladeAct,
  type BladeAction,
  type ConfigAction,
  type DocumentChange,
  type InstallConfig,
  installOf,
  isConfig,
  type PublishConfig,
  type RestoreState,
  type TrustChange,
  type WwidRef,
} from '#actions'
import type { BladeName, Wwid } from '#documents'
import { EngineError } from '#errors'
import type { Claim } from '#findings'
import type { Published } from '#hands'
import { reportOf, type Survey } from '#survey'
import { candidate } from '../config/candidate.ts'
import { type Journal, lastOf } from './journal.ts'

/** @throws EngineError `answer-garbled` where the step that should have found the id has none in its evidence */
export function wwidFrom(journal: Journal, ref: WwidRef): Wwid {
  if (typeof ref === 'string') return ref
  const found = journal.find((entry) => entry.step === ref.ofStep && entry.evidence.wwid !== undefined)?.evidence.wwid
  if (found !== undefined) return found
  throw new EngineError('answer-garbled', {
    attempted: `take the WWID from what step ${ref.ofStep} found`,
    found: 'its evidence has none',
    hint: 'look at the step with anyblade run show',
  })
}

/** @throws EngineError `answer-garbled` where that step has not answered */
function answerFrom(journal: Journal, ref: AnswerRef): string {
  const found = typeof ref === 'string' ? ref : lastOf(journal, ref.answerOf)?.evidence.answer
  if (found !== undefined) return found
  throw new EngineError('answer-garbled', {
    attempted: `take the answer of step ${typeof ref === 'string' ? ref : ref.answerOf}`,
    found: 'its evidence has none',
    hint: 'look at the step with anyblade run show',
  })
}

/** The claim with its ids filled in. */
export function resolveClaim(claim: Claim, journal: Journal): Claim {
  switch (claim.kind) {
    case 'visible':
    case 'withdrawn':
    case 'alias-held':
    case 'alike':
    case 'identity':
    case 'redundancy':
    case 'reservation':
    case 'reassertable':
    case 'kept':
    case 'unreserved':
    case 'key-file':
    case 'unheld':
    case 'no-host-disk':
    case 'idle':
    case 'whole':
    case 'alias-ours':
      return { ...claim, volume: { ...claim.volume, wwid: wwidFrom(journal, claim.volume.wwid) } }
    case 'alias-free':
      return claim.wwid === undefined ? claim : { ...claim, wwid: wwidFrom(journal, claim.wwid) }
    default:
      return claim // names no id that a step could find
  }
}

/** The action with its ids filled in. */
export function resolve(action: Action, journal: Journal): Action {
  if (action.kind === 'record-documents')
    return { ...action, changes: action.changes.map((change) => filled(change, journal)) }
  if (action.kind === 'ask-source') return { ...action, landing: answerFrom(journal, action.landing) }
  if (action.kind === 'take-landing') return { ...action, source: answerFrom(journal, action.source) }
  if (action.kind === 'set-trust') return { ...action, changes: action.changes.map((one) => trusted(one, journal)) }
  if (action.kind === 'publish-config')
    return {
      ...action,
      changes: action.changes.map((one) => ({ ...one, change: resolveChange(one.change, journal) })),
    }
  if (isConfig(action)) return resolveChange(action, journal)
  if ('change' in action) return { ...action, change: resolveChange(action.change, journal) }
  if ('luns' in action) return { ...action, luns: action.luns.map((one) => known(one, journal)) }
  return 'wwid' in action ? known(action, journal) : action
}

function trusted({ before, after, ...rest }: TrustChange, journal: Journal): TrustChange {
  const whole = (line: TrustChange['after'][number]): string =>
    typeof line === 'string' ? line : `${line.head}${keyFrom(journal, line.keyOf)}${line.tail}`
  return { ...rest, before: before.map(whole), after: after.map(whole) }
}

/** @throws EngineError `answer-garbled` where the step that should have made the key has none in its evidence */
function keyFrom(journal: Journal, step: number): string {
  const found = journal.find((entry) => entry.step === step && entry.evidence.key !== undefined)?.evidence.key
  if (found !== undefined) return found
  throw new EngineError('answer-garbled', {
    attempted: `take the key that step ${step} has made`,
    found: 'its evidence has none',
    hint: 'look at the step with anyblade run show',
  })
}

function resolveChange(change: ConfigAction, journal: Journal): ConfigAction {
  if (change.kind === 'rename-aliases') return change // of volumes that are there
  if ('aliases' in change) return { ...change, aliases: change.aliases.map((one) => known(one, journal)) }
  return change
}

const known = <Named extends { readonly wwid: WwidRef }>(one: Named, journal: Journal): Named => ({
  ...one,
  wwid: wwidFrom(journal, one.wwid),
})

function filled(change: DocumentChange, journal: Journal): DocumentChange {
  if (!('set' in change)) return change
  const set = change.set.map((field) =>
    'value' in field && isRef(field.value) ? { ...field, value: wwidFrom(journal, field.value) } : field,
  )
  return { ...change, set }
}

const isRef = (value: string | readonly string[] | WwidRef): value is { readonly ofStep: number } =>
  typeof value === 'object' && 'ofStep' in value

/**
 * What a blade is really told.
 * @throws EngineError where an alias can't be written into the configuration that was seen
 */
export function ready(action: Exclude<BladeAction, RestoreState>, survey: Survey | undefined): BladeAct {
  if (isConfig(action)) return installed(action, survey)
  if (!('change' in action)) return action
  const { agent, change } = action
  return { ...installed(change, survey), kind: action.kind === 'check-config' ? 'try-config' : 'run-agent', agent }
}

/** What an agent must come to is what the data says by now, be it to do a change or to take it back. */
export function asHeld(act: AgentAct, held: Published | undefined): AgentAct {
  if (held === undefined) return act
  const after = held.content === undefined ? undefined : new TextEncoder().encode(held.content)
  return { ...act, files: act.files.map((file) => ({ ...file, after })) }
}

/** The texts that puppet's data shall hold. @throws EngineError as `ready`, or where one is none that YAML can hold */
export const published = ({ changes, gone = [] }: PublishConfig, survey: Survey): Published[] => [
  ...changes.map(({ certname, change }) => {
    const after = installed(change, survey).files[0]?.after
    return { certname, content: after && textOf(after, change.blade) }
  }),
  ...gone.map((certname) => ({ certname, content: undefined, gone: true as const })),
]

function textOf(bytes: Uint8Array, blade: BladeName): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new EngineError('answer-garbled', {
      attempted: `write the configuration of ${blade} into puppet's data`,
      found: 'bytes that are no UTF-8',
      hint: 'put them right in the file that is to come back',
    })
  }
}

function installed(change: ConfigAction, survey: Survey | undefined): InstallConfig {
  if (change.kind === 'set-config') return installOf(change)
  const report = survey && reportOf(survey, change.blade)
  if (report?.config.state === 'read') return candidate(change, report.config.value, report.tools.multipath)
  throw new EngineError('blade-unreachable', {
    attempted: `read the multipath configuration of ${change.blade}`,
    found: 'no answer',
    hint: `anyblade blade show ${change.blade}`,
  })
}

/** The blades whose configuration the survey must hold for this action, be it to do it or to take it back. */
export function configOf(action: Action): BladeName[] {
  const changes = isConfig(action)
    ? [action]
    : action.kind === 'publish-config'
      ? action.changes.map(({ change }) => change)
      : 'change' in action
        ? [action.change]
        : []
  return changes.flatMap((change) => (change.kind === 'set-config' ? [] : [change.blade]))
}
