/**
 * An action made ready: ids that earlier steps found are filled in, and a configuration's text is made from what stands
 * on the blade now. Pure; what it needs of the world comes in as the survey.
 */
import {
  type Action,
  type AliasAction,
  type AnswerRef,
  type BladeAct,
  type BladeAction,
  type DocumentChange,
  installOf,
  type SetOverrides,
  type WwidRef,
} from '#actions'
import type { Wwid } from '#documents'
import { EngineError } from '#errors'
import type { Claim } from '#findings'
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
  if ('luns' in action) return { ...action, luns: action.luns.map((one) => known(one, journal)) }
  if (action.kind === 'rename-aliases') return action // of volumes that are there
  if ('aliases' in action) return { ...action, aliases: action.aliases.map((one) => known(one, journal)) }
  return 'wwid' in action ? known(action, journal) : action
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

const isConfig = (action: Action): action is AliasAction | SetOverrides => CONFIG.some((kind) => kind === action.kind)
const CONFIG = ['add-aliases', 'remove-aliases', 'rename-aliases', 'hold-out', 'let-in', 'set-overrides'] as const

/**
 * What a blade is really told.
 * @throws EngineError where an alias can't be written into the configuration that was seen
 */
export function ready(action: BladeAction, survey: Survey | undefined): BladeAct {
  if (action.kind === 'set-config') return installOf(action)
  if (!isConfig(action)) return action
  const report = survey && reportOf(survey, action.blade)
  if (report?.config.state === 'read') return candidate(action, report.config.value, report.tools.multipath)
  throw new EngineError('blade-unreachable', {
    attempted: `read the multipath configuration of ${action.blade}`,
    found: 'no answer',
    hint: `anyblade blade show ${action.blade}`,
  })
}

/** The survey must hold the configuration for this action, be it to do it or to take it back. */
export const needsConfig = (action: Action): boolean => isConfig(action)
