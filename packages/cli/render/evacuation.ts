/**
 * A blade that is emptied, as it happens and at its end: what goes where, which moves are under way, what became of each,
 * and whether the blade is empty.
 */
import {
  type BladeName,
  type EvacuationEnd,
  type EvacuationEvent,
  type EvacuationTold,
  evacuationEnd,
  lastOfEach,
  type MigrationProgress,
  type Moved,
  mibText,
  type Placement,
  placementEnd,
  type RoadEnd,
  type Spare,
  secondsText,
  type Timetable,
  type VmName,
} from '@anyblade/engine'
import type { Context } from '../context.ts'
import { ExitCode } from '../exit-code.ts'
import type { CommonFlags } from '../flags.ts'
import { print } from './answer.ts'
import { table } from './columns.ts'
import { type StatusLine, statusLine } from './status-line.ts'

const EXITS: Readonly<Record<EvacuationEnd | 'planned', ExitCode>> = {
  planned: ExitCode.done,
  empty: ExitCode.done,
  refused: ExitCode.refused,
  partly: ExitCode.interrupted,
  unreachable: ExitCode.unreachable,
}

/** `atOnce`: how many moves go on at a time. `again`: the command that goes on with it. */
export type Following = { readonly atOnce: number; readonly again: string }

/** Follows it to its end and prints its account. */
export async function followEvacuation(
  context: Context,
  flags: CommonFlags & { readonly plan?: boolean },
  { atOnce, again }: Following,
  events: AsyncIterable<EvacuationEvent>,
): Promise<ExitCode> {
  const began = performance.now()
  const line = statusLine(context, flags)
  const moved: Moved[] = []
  const underWay = new Map<VmName, MigrationProgress | undefined>()
  let placement: Placement | undefined
  let timetable: Timetable | undefined
  let proof: EvacuationTold['proof']
  try {
    for await (const event of events) {
      if (event.kind === 'placed') placement = event.placement
      if (event.kind === 'timed') timetable = event.timetable
      if (event.kind === 'proof') proof = event.proof
      if (event.kind === 'moved') moved.push(event.moved)
      heard(event, underWay, line)
    }
  } finally {
    line.clear()
  }
  if (placement === undefined) throw new RangeError('an evacuation told of no placement')
  const seconds = Number(((performance.now() - began) / 1000).toFixed(3))
  if (flags.plan === true) {
    const outcome = placementEnd(placement)
    print(context, flags, {
      text: placementText(placement, timetable, atOnce),
      data: { outcome, placement, timetable: timetable ?? null, seconds },
    })
    return EXITS[outcome]
  }
  const told = { placement, moved, proof }
  const outcome = evacuationEnd(told)
  print(context, flags, {
    text: evacuationText(told, outcome, seconds, again),
    data: { outcome, placement, moved, proof: proof ?? null, seconds },
  })
  return EXITS[outcome]
}

function heard(event: EvacuationEvent, underWay: Map<VmName, MigrationProgress | undefined>, line: StatusLine): void {
  if (event.kind === 'asking') line.say('asking all blades')
  if (event.kind === 'measuring') line.say(`measuring the link from ${event.from} to ${event.to}`)
  if (event.kind === 'waiting') line.log(`waiting: ${event.because}`)
  if (event.kind === 'moved') {
    underWay.delete(event.moved.vm)
    line.log(movedLine(event.moved))
  }
  if (event.kind !== 'move') return
  const { vm, to, run, event: on } = event
  if (on.kind === 'begun') {
    underWay.set(vm, undefined)
    line.log(`${vm} to ${to}: begun, run ${run}`)
  }
  if (on.kind === 'waiting') line.log(`${vm} to ${to}: ${on.because}`)
  if (on.kind !== 'progress') return
  underWay.set(vm, on.progress)
  line.say([...underWay].map(([name, progress]) => `${name} ${progressText(progress)}`).join('   '))
}

function progressText(progress: MigrationProgress | undefined): string {
  if (progress === undefined || progress.totalBytes === 0) return '…'
  const { totalBytes, remainingBytes, bytesPerSecond } = progress
  const percent = Math.floor((100 * (totalBytes - remainingBytes)) / totalBytes)
  const left = bytesPerSecond > 0 ? `  ${Math.ceil(remainingBytes / bytesPerSecond)} s left` : ''
  return `${percent} %  ${(bytesPerSecond / 1024 ** 2).toFixed(1)} MiB/s${left}`
}

const HOW: Readonly<Record<RoadEnd, string>> = {
  done: 'moved',
  undone: 'failed and undone, it runs where it ran',
  stuck: 'interrupted',
  refused: 'may not move',
  held: 'held by another',
  unreachable: 'somebody did not answer',
  'not begun': 'not begun',
  planned: 'planned',
}

const movedLine = ({ vm, to, run, end, because }: Moved): string =>
  `${vm} to ${to}: ${HOW[end]}, run ${run}${end === 'done' || because === '' ? '' : `: ${because}`}`

const gibibytes = (bytes: number): string => `${(bytes / 1024 ** 3).toFixed(1)} GiB`

export function placementText(placement: Placement, timetable: Timetable | undefined, atOnce: number): string {
  const { blades, moves, left, strangers, remarks, silent, spare, sentOn } = placement
  const rows = [
    ...moves.map(({ vm, from, to, bytes }) => [vm, gibibytes(bytes), from, to, '']),
    ...left.flatMap(({ vm, from, bytes, because }) =>
      because.map((why, i) =>
        i === 0 ? [vm, bytes === undefined ? '–' : gibibytes(bytes), from, '–', why] : ['', '', '', '', why],
      ),
    ),
  ]
  const total = moves.reduce((sum, { bytes }) => sum + bytes, 0)
  return [
    table(['vm', 'needs', 'from', 'to', 'why not'], rows, `no VM of the fleet runs on ${blades.join(', ')}`),
    '',
    ...(moves.length === 0
      ? []
      : [`move    ${gibibytes(total)} in all, ${atOnce} at once; ${howLong(timetable)}`, ...timeLines(timetable)]),
    `after   ${spareText(spare)}`,
    ...remarks.map((remark) => `note    ${remark}`),
    ...strangerLines(strangers),
    ...silent.map((why) => `silent  ${why}`),
    ...(sentOn.length === 0
      ? []
      : [
          `sent    small broadcasts (ethertype 0x88b5) on ${sentOn.join(', ')} of each: to see where it is the same network`,
        ]),
  ].join('\n')
}

function howLong(timetable: Timetable | undefined): string {
  if (timetable === undefined || timetable.moves.length === 0) return 'how long is not foretold'
  const others = timetable.untold.length + timetable.never.length
  return `about ${secondsText(timetable.seconds)}${others === 0 ? '' : `, and ${others} of which it is not foretold`}`
}

/** What the time stands on, and who is not in it. */
function timeLines(timetable: Timetable | undefined): string[] {
  if (timetable === undefined) return []
  const { links, moves, never, untold } = timetable
  const longest = moves.toSorted((a, b) => b.pauseMs - a.pauseMs).slice(0, 1)
  return [
    ...links.map(({ from, to, bytesPerSecond }) => `link    ${mibText(bytesPerSecond)}/s from ${from} to ${to}`),
    ...longest.map(({ vm, pauseMs }) => `pause   about ${secondsText(pauseMs / 1000)} at most, of ${vm}`),
    ...never.map((vm) => `slow    ${vm} will not converge by what is allowed: its own plan says what would end it`),
    ...untold.map(({ vm, because }) => `untold  ${vm}: ${because}`),
  ]
}

function spareText(spare: Spare): string {
  switch (spare.holds) {
    case 'yes':
      return 'one more blade may be lost: its VMs find their place on the others'
    case 'no':
      return `no more blade may be lost: ${spare.because}`
    case 'not told':
      return `whether one more blade may be lost is not told: ${spare.because}`
  }
}

const strangerLines = (strangers: Placement['strangers']): string[] =>
  strangers.length === 0
    ? []
    : [`left    not of the fleet: ${strangers.map(({ domain, blade }) => `${domain} on ${blade}`).join(', ')}`]

export function evacuationText(told: EvacuationTold, end: EvacuationEnd, seconds: number, again: string): string {
  const { placement, moved, proof } = told
  const { blades, left, strangers, remarks, silent } = placement
  const ends = lastOfEach(moved)
  const rows = ends.map(({ vm, to, run, end: how, because }) => [
    vm,
    to,
    run,
    how === 'done' || because === '' ? HOW[how] : `${HOW[how]}: ${because}`,
  ])
  const stuck = ends.filter(({ end: how }) => how === 'stuck')
  return [
    ...(rows.length === 0 ? [] : [table(['vm', 'to', 'run', 'how it ended'], rows, ''), '']),
    ...left.flatMap(({ vm, because }) => because.map((why) => `left    ${vm}: ${why}`)),
    ...strangerLines(strangers),
    ...silent.map((why) => `silent  ${why}`),
    ...remarks.map((remark) => `note    ${remark}`),
    ...(proof?.flatMap(({ blade, remains }) =>
      remains.map((what) => `there   ${blades.length > 1 ? `${blade}: ` : ''}${what}`),
    ) ?? []),
    `${verdicts(told).join('; ')}   ${seconds.toFixed(1)} s`,
    ...stuck.map(({ run }) => `Next: anyblade run resume ${run}`),
    ...(end === 'partly' ? [`Next: ${again}`] : []),
  ].join('\n')
}

/** `safe to reboot` is said of each blade that is proved empty, and of no other. */
function verdicts({ placement: { blades }, moved, proof }: EvacuationTold): string[] {
  if (proof === undefined) return [`${blades.join(', ')} ${blades.length > 1 ? 'are' : 'is'} not known to be empty`]
  const broken = new Set(lastOfEach(moved).flatMap(({ from, end }) => (end === 'stuck' ? [from] : [])))
  const named = (isEmpty: boolean) =>
    proof.filter(({ blade, empty }) => (empty && !broken.has(blade)) === isEmpty).map(({ blade }) => blade)
  const [empty, others] = [named(true), named(false)]
  const are = (of: readonly BladeName[]) => `${of.join(', ')} ${of.length > 1 ? 'are' : 'is'}`
  return [
    ...(empty.length === 0 ? [] : [`${are(empty)} empty: safe to reboot`]),
    ...(others.length === 0 ? [] : [`${are(others)} not empty`]),
  ]
}
