/**
 * What became of a step that was begun by somebody who is gone: pure, from a new look. Most actions are done anew, for
 * they read and compare before they change; what can't be done twice shows in the domains.
 */
import type { Action, Evidence, MigrateDomain } from '#actions'
import type { Fleet } from '#documents'
import { type Claim, type ClaimOf, type Finding, proveAll } from '#findings'
import type { Survey } from '#survey'

/** `open`: it is not done, or can be done again. `unknown`: nobody can tell, for somebody is silent. */
export type Found = { readonly event: 'done' | 'open' | 'unknown'; readonly evidence: Evidence }

/** What must be looked at to tell; nothing for what is simply done again. */
export function claimsToFind(action: Action): Claim[] {
  switch (action.kind) {
    case 'start-domain':
    case 'resume-domain':
    case 'stop-domain':
      return [{ kind: 'domain', blade: action.blade, vm: action.vm, uuid: action.uuid, wanted: WANTED[action.kind] }]
    case 'migrate-domain':
      return [stays(action), comes(action), { ...stays(action), wanted: 'present' }]
    default:
      return []
  }
}

const WANTED = { 'start-domain': 'active', 'resume-domain': 'running', 'stop-domain': 'off' } as const

const stays = ({ blade, vm, uuid }: MigrateDomain): ClaimOf<'domain'> => ({
  kind: 'domain',
  blade,
  vm,
  uuid,
  wanted: 'active',
})
const comes = ({ destination, vm, uuid }: MigrateDomain): Claim => ({
  kind: 'domain',
  blade: destination,
  vm,
  uuid,
  wanted: 'absent',
})

export function found(action: Action, fleet: Fleet, survey: Survey): Found {
  const findings = proveAll(claimsToFind(action), fleet, survey)
  const lines = findings.map((finding) => finding.because)
  if (findings.some(({ verdict }) => verdict === 'unknown')) return { event: 'unknown', evidence: { lines } }
  if (action.kind === 'migrate-domain') return moved(findings, lines)
  const isDone = findings.length > 0 && findings.every(isProved)
  return { event: isDone ? 'done' : 'open', evidence: { lines } }
}

const isProved = ({ verdict }: Finding): boolean => verdict === 'proved'

/**
 * At its source only: it may be moved, or where it has stopped there, all is taken back. Where anything of it is at the destination, the steps that settle a landing find
 * out what, and in their order: preempt, ask, and by the answer take.
 */
function moved(findings: readonly Finding[], lines: readonly string[]): Found {
  const [, isNotThere, isHere] = findings.map(isProved)
  if (isNotThere) return { event: isHere ? 'open' : 'unknown', evidence: { lines } }
  return { event: 'done', evidence: { lines, answer: 'unsettled' } }
}
