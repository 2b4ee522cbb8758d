/**
 * The promises, asked of the world as it is now: the same judges as over a simulated history, on the moments that one
 * look and the journals can show. Each says what of it such a look shows, and nothing that was not seen counts as kept.
 */
import type { Fleet } from '#documents'
import { type Plan, parsePlan } from '#plans'
import { type Facts, type Guest, type Happening, judge, type PromiseName } from '#promises'
import type { RunHistory } from '#run'
import type { Survey } from '#survey'
import { type JournalReadings, type Seen, seenIn, type Untold } from './seen.ts'

/** How long somebody took to answer, and how long he might. */
export type Answered = Extract<Happening, { readonly kind: 'answered' }>

export type Audited = {
  readonly promise: PromiseName
  /**
   * `untold`: nothing speaks against it, and not all that it is about was seen. `interrupted`: what speaks against it is
   * what a run has left that somebody has yet to bring to its end.
   */
  readonly verdict: 'kept' | 'broken' | 'interrupted' | 'untold'
  /** What is so and should not be; empty unless broken or interrupted. */
  readonly because: readonly string[]
  /** What of the promise this look could show. */
  readonly shows: string
  /** Who did not say what this needs. */
  readonly untold: readonly string[]
}

type Asked = {
  readonly promise: PromiseName
  readonly shows: (seen: Seen) => string
  /** What it would need to know; the others' silence is nothing to it. */
  readonly needs: readonly (keyof Untold)[]
  /** What no look can tell, however complete; then it is never more than not broken. */
  readonly beyond?: string
}

const running = ({ facts }: Seen): readonly Guest[] => facts.guests.filter(({ state }) => state === 'running')
const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`

const ASKED: readonly Asked[] = [
  {
    promise: 'one writer',
    shows: (seen) =>
      `${count(running(seen).length, 'running guest')}, and whether the array takes writes from where each is`,
    needs: ['domains', 'disks', 'writable'],
  },
  {
    promise: 'no memory older than its disk',
    shows: () => 'nothing of it: a guest does not tell what its memory knows of its disk',
    needs: [],
    beyond: 'it is about how a guest was continued; only one that is watched shows it',
  },
  {
    promise: 'never the wrong LUN',
    shows: (seen) =>
      `where the disks of ${count(running(seen).length, 'running guest')} lead now, by an INQUIRY through every path`,
    needs: ['domains', 'disks'],
  },
  {
    promise: 'nothing goes while it is used',
    shows: (seen) => `what is left of ${count(takenBack(seen).length, 'volume')} whose creation was taken back`,
    needs: ['maps', 'arrays', 'journals'],
  },
  {
    promise: 'one alias, one WWID',
    shows: ({ facts }) => `maps and aliases of ${count(facts.blades.length, 'blade')}`,
    needs: ['maps'],
  },
  {
    promise: 'nothing is half done',
    shows: ({ runs }) => `${count(runs.length, 'run')} in the journals, and where each documented VM is`,
    needs: ['domains', 'journals'],
  },
  {
    promise: 'nothing else is touched',
    shows: () => 'nothing of it: a look shows what is, not who has changed it',
    needs: [],
    beyond: 'it is about every change; each act’s journal names what it was told to change',
  },
  {
    promise: 'nothing hangs',
    shows: () => 'the answers to this look, each against its deadline',
    needs: [],
  },
]

/** Judges; `answered`: every question of this look that was answered or given up. */
export function audit(
  fleet: Fleet,
  survey: Survey,
  journals: JournalReadings,
  answered: readonly Answered[],
): Audited[] {
  const seen = seenIn(fleet, survey, journals)
  // A run that broke off has broken no promise: anybody can bring it to its end.
  const facts = { ...seen.facts, runs: [] }
  const broken = [...happenings(seen), ...answered].flatMap((happening) =>
    judge({ atMs: 0, happening, facts }, undefined),
  )
  return ASKED.map((asked) => {
    const of = broken.filter(({ promise }) => promise === asked.promise).map(({ because }) => because)
    return judged(asked, seen, [...new Set(of)])
  })
}

function judged({ promise, shows, needs, beyond }: Asked, seen: Seen, broken: readonly string[]): Audited {
  const untold = [...new Set(needs.flatMap((need) => seen.untold[need])), ...(beyond === undefined ? [] : [beyond])]
  const left = promise === 'nothing is half done' ? interrupted(seen).map(toldOf) : []
  const because = [...broken, ...left]
  const verdict = broken.length > 0 ? 'broken' : left.length > 0 ? 'interrupted' : untold.length > 0 ? 'untold' : 'kept'
  return { promise, verdict, because, shows: shows(seen), untold }
}

const interrupted = ({ runs }: Seen): readonly RunHistory[] =>
  runs.filter(({ state }) => state === 'killed' || state === 'stuck')

const toldOf = ({ run, title }: RunHistory): string =>
  `${run} (${title}) was interrupted: anyblade run resume ${run}, or run undo ${run}`

/** What the look and the journals show to have happened. */
function happenings(seen: Seen): Happening[] {
  const { facts, runs } = seen
  const isAtRest = !runs.some(({ state }) => state === 'running')
  return [
    { kind: 'seen', what: 'an audit' },
    // A guest that runs was set going, by whomever; what its disks are now is what counts.
    ...running(seen).map((guest) => ({ kind: 'set going' as const, guest })),
    ...takenBack(seen).map((creates) => ({
      kind: 'ended' as const,
      run: '',
      outcome: 'undone' as const,
      creates: [creates],
    })),
    ...(isAtRest ? [{ kind: 'at rest' as const, shouldRun: moving(facts, underWay(seen)) }] : []),
  ]
}

/**
 * Documented VMs of which a copy is active: one that is off everywhere may be meant to be. Of one that an interrupted run
 * is about only the doubled is told: whatever else there is of it, is that run's to settle.
 */
const moving = ({ fleet, guests }: Facts, between: ReadonlySet<string>): string[] =>
  [...fleet.vms.values()].flatMap(({ name, uuid }) => {
    const active = guests.filter(
      (guest) => guest.uuid === uuid && guest.state !== 'shut off' && guest.state !== 'crashed',
    )
    const running = active.filter(({ state }) => state === 'running').length
    const isOnePaused = active.length === 1 && running === 0
    return active.length === 0 || isOnePaused || (between.has(name) && running < 2) ? [] : [name]
  })

/** VMs that interrupted runs are about. */
const underWay = (seen: Seen): ReadonlySet<string> =>
  new Set(
    interrupted(seen).flatMap(({ run }) => {
      const intent = planOf(seen, run)?.intent
      return intent !== undefined && 'vm' in intent ? [intent.vm] : []
    }),
  )

/** Volumes whose creation was taken back, and that nobody has made anew since. */
function takenBack(seen: Seen): string[] {
  return seen.runs.flatMap(({ run, state }) => {
    const intent = state === 'undone' ? planOf(seen, run)?.intent : undefined
    if (intent?.kind !== 'create-volume') return []
    return intent.volumes.flatMap(({ volume }) => (seen.facts.fleet.volumes.has(volume) ? [] : [String(volume)]))
  })
}

/** What a run was to do; undefined where its journal has no plan that can be read. */
function planOf({ plans }: Seen, run: string): Plan | undefined {
  const plan = parsePlan(plans.get(run) ?? '')
  return typeof plan === 'string' ? undefined : plan
}
