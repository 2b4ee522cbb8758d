/** Where VMs are, by the word of every blade. */
import {
  type BladeName,
  domainsOf,
  type Fleet,
  look,
  NOTHING,
  type PausedBy,
  type Survey,
  type Vm,
} from '@anyblade/engine'
import type { Context } from '../context.ts'
import { type Session, withHands } from '../session.ts'
import { cancellable } from '../signals.ts'

export type Place = { readonly blade: BladeName; readonly state: string; readonly pausedBy?: PausedBy }

/** `signal`: of who goes on from there. */
export async function askDomains(
  context: Context,
  session: Session,
  signal: AbortSignal = cancellable(context, 'Nothing was changed.'),
): Promise<Survey> {
  const asked = { ...NOTHING, domains: true }
  const question = { blades: new Map([...session.fleet.blades.keys()].map((blade) => [blade, asked])), arrays: [] }
  return withHands(session, ({ fleet, hands }) => look(fleet, question, hands, signal))
}

/** Every blade that has it, running or not; a blade that gave no answer counts as a place where it may be. */
export function placesOf(fleet: Fleet, survey: Survey, vm: Vm): Place[] {
  return [...fleet.blades.keys()].flatMap((blade) => {
    const domains = domainsOf(survey, blade)
    if (domains === undefined) return [{ blade, state: 'no answer' }]
    return domains
      .filter((domain) => domain.uuid === vm.uuid)
      .map(({ state, pausedBy }) => ({ blade, state, ...(pausedBy === undefined ? {} : { pausedBy }) }))
  })
}

/** What it does there, and who has stopped it. */
export const stateText = ({ state, pausedBy }: Place): string =>
  pausedBy === 'io-error' || pausedBy === 'operator' ? `${state} by ${STOPPED_BY[pausedBy]}` : state

const STOPPED_BY = { 'io-error': 'an I/O error', operator: 'an operator' } as const
