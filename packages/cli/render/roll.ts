/**
 * A roll, as it happens and at its end: which blade is at what, where it stands, what is done and what is not begun, and
 * the command that goes on. What the operator's own command has printed is in the journal of its run.
 */
import type {
  BladeName,
  EvacuationEvent,
  Finding,
  Placement,
  RoadEvent,
  RollEvent,
  RollWish,
  Timetable,
} from '@anyblade/engine'
import type { Context } from '../context.ts'
import { ExitCode } from '../exit-code.ts'
import type { CommonFlags } from '../flags.ts'
import { print } from './answer.ts'
import { placementText } from './evacuation.ts'
import { type StatusLine, statusLine } from './status-line.ts'

type StoppedAt = Extract<RollEvent, { readonly kind: 'stopped' }>
type Begun = Extract<RollEvent, { readonly kind: 'begun' }>

export type RollTold = {
  readonly begun: Begun
  readonly over: readonly BladeName[]
  /** One where it is carried out; of each blade where it is only planned. */
  readonly stopped: readonly StoppedAt[]
  readonly away: readonly { readonly vm: string; readonly because: string }[]
  readonly placed: readonly { readonly blade: BladeName; readonly placement: Placement }[]
  readonly timed: readonly { readonly blade: BladeName; readonly timetable: Timetable }[]
  readonly judged: readonly { readonly blade: BladeName; readonly open: readonly Finding[] }[]
}

/** Follows it to its end and prints its account. */
export async function followRoll(
  context: Context,
  flags: CommonFlags & { readonly plan?: boolean },
  { wish, atOnce }: { readonly wish: RollWish; readonly atOnce: number },
  events: AsyncIterable<RollEvent>,
): Promise<ExitCode> {
  const line = statusLine(context, flags)
  let told: RollTold | undefined
  try {
    for await (const event of events) {
      told = event.kind === 'begun' ? { begun: event, ...NOTHING_YET } : told && withEvent(told, event)
      heard(event, line)
    }
  } finally {
    line.clear()
  }
  if (told === undefined) throw new RangeError('a roll told of no beginning')
  const isPlan = flags.plan === true
  const { begun, over, stopped, away } = told
  print(context, flags, {
    text: isPlan ? rollPlanText(told, wish, atOnce) : rollText(told),
    data: {
      ...{ roll: begun.roll ?? null, isNew: begun.isNew, done: begun.done, ahead: begun.ahead, over, stopped, away },
      ...(isPlan && { placed: told.placed, timed: told.timed, judged: told.judged }),
    },
  })
  return rollExit(told, isPlan)
}

const NOTHING_YET = { over: [], stopped: [], away: [], placed: [], timed: [], judged: [] } as const

function withEvent(told: RollTold, event: RollEvent): RollTold {
  switch (event.kind) {
    case 'over':
      return { ...told, over: [...told.over, event.blade] }
    case 'stopped':
      return { ...told, stopped: [...told.stopped, event] }
    case 'away':
      return { ...told, away: [...told.away, event] }
    case 'placed':
      return { ...told, placed: [...told.placed, event] }
    case 'timed':
      return { ...told, timed: [...told.timed, event] }
    case 'judged':
      return { ...told, judged: [...told.judged, event] }
    default:
      return told
  }
}

function heard(event: RollEvent, line: StatusLine): void {
  if (event.kind === 'begun')
    line.log(
      `${event.isNew ? 'roll' : 'goes on: roll'} ${event.roll ?? '(planned)'}   ahead ${event.ahead.join(', ') || 'none'}${
        event.done.length === 0 ? '' : `   done before ${event.done.join(', ')}`
      }`,
    )
  if (event.kind === 'blade') line.log(`${event.blade}:`)
  if (event.kind === 'evacuation') evacuationHeard(event.event, line)
  if (event.kind === 'waiting') line.log(`  waiting: ${event.because}`)
  if (event.kind === 'away') line.log(`  ${event.vm} stays where it is: ${event.because}`)
  if (event.kind === 'over') line.log(`  ${event.blade} is done`)
  if (event.kind === 'run') runHeard(event, line)
}

function evacuationHeard(event: EvacuationEvent, line: StatusLine): void {
  if (event.kind === 'moved')
    line.log(`  ${event.moved.vm} to ${event.moved.to}: ${event.moved.end}, run ${event.moved.run}`)
  if (event.kind === 'waiting') line.log(`  waiting: ${event.because}`)
  if (event.kind === 'proof')
    for (const { blade, empty } of event.proof) line.log(`  ${blade} is ${empty ? '' : 'not '}empty`)
}

const WHAT = {
  placement: 'where its VMs could go',
  open: 'whether it is whole',
  evacuation: 'moving its VMs away',
  work: 'the command',
  reboot: 'the reboot',
  close: 'whether it is as whole as before',
  home: 'bringing its VMs home',
} as const

function runHeard({ doing, run, event }: Extract<RollEvent, { readonly kind: 'run' }>, line: StatusLine): void {
  const road: RoadEvent = event
  if (road.kind === 'begun') line.say(`${WHAT[doing]}, run ${run}`)
  if (road.kind === 'waiting') line.log(`  ${road.because}`)
  if (road.kind !== 'step' || road.event === 'proved' || road.event === 'started') return
  const [first] = road.evidence.lines
  line.log(`  ${road.event.padEnd(8)} ${road.step.action.kind}, run ${run}${first === undefined ? '' : `: ${first}`}`)
}

const where = ({ blade, doing, run, because }: StoppedAt): string =>
  `stopped ${blade}, ${WHAT[doing]}${run === undefined ? '' : `, run ${run}`}: ${because}`

export function rollText(told: RollTold): string {
  const { begun, over, stopped, away } = told
  const [last] = stopped
  const untouched = begun.ahead.filter((blade) => !over.includes(blade) && blade !== last?.blade)
  return [
    ...(begun.done.length === 0 ? [] : [`before  ${begun.done.join(', ')}`]),
    ...(over.length === 0 ? [] : [`done    ${over.join(', ')}`]),
    ...(last === undefined ? [] : [where(last)]),
    ...(untouched.length === 0 ? [] : [`not begun ${untouched.join(', ')}`]),
    ...away.map(({ vm, because }) => `away    ${vm}: ${because}`),
    ...(begun.ahead.length === 0 ? [`all done by the roll ${begun.roll ?? ''}; --again begins anew`] : []),
    ...(last?.run === undefined ? [] : [`Next: anyblade run show ${last.run}`]),
    ...(last === undefined && untouched.length === 0
      ? []
      : [`Next: the same command goes on${last === undefined ? '' : `; --skip ${last.blade} leaves that blade out`}`]),
  ].join('\n')
}

/** Each blade as things stand now: those before it will have moved VMs until it is its turn, and all is judged again then. */
export function rollPlanText(told: RollTold, { command, reboot, home }: RollWish, atOnce: number): string {
  const { begun, placed, timed, judged, stopped } = told
  const steps = [
    'empty',
    `run: ${command}`,
    ...(reboot ? ['reboot'] : []),
    'prove it whole',
    ...(home ? ['VMs home'] : []),
  ]
  return [
    `each blade: ${steps.join(' → ')}`,
    ...(begun.done.length === 0 ? [] : [`done before, by the roll ${begun.roll ?? ''}: ${begun.done.join(', ')}`]),
    ...placed.flatMap(({ blade, placement }) => [
      '',
      `${blade}, as things stand now`,
      placementText(placement, timed.find((one) => one.blade === blade)?.timetable, atOnce),
      ...judged.filter((one) => one.blade === blade).flatMap(({ open }) => open.map((one) => `open    ${one.because}`)),
    ]),
    ...(stopped.length === 0 ? [] : ['', ...stopped.map(where)]),
  ].join('\n')
}

export function rollExit({ over, stopped, away }: RollTold, isPlan: boolean): ExitCode {
  const [first] = stopped
  if (first === undefined) return away.length > 0 ? ExitCode.refused : ExitCode.done
  const isBegun = !isPlan && (over.length > 0 || first.doing !== 'placement')
  if (first.how === 'stuck' || first.how === 'called off' || (isBegun && first.doing !== 'open'))
    return ExitCode.interrupted
  if (over.length > 0) return ExitCode.interrupted
  return first.how === 'unreachable' ? ExitCode.unreachable : ExitCode.refused
}
