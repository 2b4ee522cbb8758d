/**
 * What a walk on the road tells, as it happens: steps and progress on stderr while it runs, the account on stdout at
 * its end. A terminal gets one line that moves; anything else a line an event.
 */
import {
  type Finding,
  fenceReport,
  type Plan,
  placeOf,
  type RoadEnd,
  type RoadEvent,
  sentence,
  type Wish,
} from '@anyblade/engine'
import type { Context } from '../context.ts'
import { ExitCode } from '../exit-code.ts'
import type { CommonFlags } from '../flags.ts'
import { print } from './answer.ts'
import { columns } from './columns.ts'
import { refusal } from './findings.ts'
import { planText, stepData } from './plan.ts'
import { progressText } from './progress.ts'
import { type StatusLine, statusLine } from './status-line.ts'

type StepTold = {
  readonly number: number
  readonly place: string
  readonly event: string
  readonly evidence: readonly string[]
}

type Told = {
  readonly findings: readonly Finding[]
  readonly plan: Plan | undefined
  readonly run: string | undefined
  readonly steps: readonly StepTold[]
  readonly because: string
}

const EXITS: Readonly<Record<RoadEnd, ExitCode>> = {
  planned: ExitCode.done,
  done: ExitCode.done,
  refused: ExitCode.refused,
  unreachable: ExitCode.unreachable,
  undone: ExitCode.failed,
  stuck: ExitCode.interrupted,
  'not begun': ExitCode.failed,
  held: ExitCode.refused,
}

/**
 * Follows the walk to its end and prints its account. `title` says what was asked, for a refusal; `wish`: where it was
 * to be taken back, that is no failure.
 */
export async function follow(
  context: Context,
  flags: CommonFlags,
  title: string,
  events: AsyncIterable<RoadEvent>,
  wish: Wish = 'on',
): Promise<ExitCode> {
  const { exit, text, data: told } = await followed(context, flags, title, events, wish)
  print(context, flags, { text, data: told })
  return exit
}

/** How a walk ended, for people, for programs and for the shell; and what was judged on it. */
export type Account = {
  readonly text: string
  readonly data: Readonly<Record<string, unknown>>
  readonly exit: ExitCode
  readonly findings: readonly Finding[]
}

/** The same, for who prints the accounts of several walks at once. */
export async function followed(
  context: Context,
  flags: CommonFlags,
  title: string,
  events: AsyncIterable<RoadEvent>,
  wish: Wish = 'on',
): Promise<Account> {
  const began = performance.now()
  const line = statusLine(context, flags)
  let told: Told = { findings: [], plan: undefined, run: undefined, steps: [], because: '' }
  let end: RoadEnd = 'not begun'
  try {
    for await (const event of events) {
      if (event.kind === 'end') end = event.end
      else told = heard(told, event, line)
    }
  } finally {
    line.clear()
  }
  const seconds = (performance.now() - began) / 1000
  const exit = wish === 'back' && end === 'undone' ? ExitCode.done : EXITS[end]
  return { text: account(title, told, end, seconds), data: data(told, end, seconds), exit, findings: told.findings }
}

function heard(told: Told, event: Exclude<RoadEvent, { kind: 'end' }>, line: StatusLine): Told {
  switch (event.kind) {
    case 'asking':
      line.say(`asking ${[...event.blades, ...event.arrays].join(', ')}`)
      return told
    case 'judged':
      return { ...told, findings: event.findings }
    case 'planned':
      return { ...told, plan: event.plan }
    case 'waiting':
      line.log(event.because)
      return told
    case 'begun':
      for (const remark of event.plan.remarks ?? []) line.log(`Note: ${remark}`)
      return { ...told, run: event.run }
    case 'progress':
      line.tick(progressText(event.step.number, event.progress))
      return told
    case 'step':
      return stepHeard(told, event, line)
    case 'ended':
      return { ...told, because: event.because }
  }
}

/** What is said before it has an end, or never came to be needed. */
const QUIET: ReadonlySet<string> = new Set(['proved', 'started', 'undo started', 'skipped'])

function stepHeard(told: Told, event: Extract<RoadEvent, { kind: 'step' }>, line: StatusLine): Told {
  const { step, evidence } = event
  const [place, of] = [placeOf(step.action), told.plan?.steps.length ?? 0]
  const what = `${step.number} of ${of}  ${place}: ${sentence(step.action)}`
  if (event.event === 'started') line.say(what)
  if (event.event === 'undo started') line.say(`undoing ${what}`)
  if (QUIET.has(event.event)) return told
  line.log(`${event.event.padEnd(8)} ${what}`)
  return {
    ...told,
    steps: [...told.steps, { number: step.number, place, event: event.event, evidence: evidence.lines }],
  }
}

function account(title: string, told: Told, end: RoadEnd, seconds: number): string {
  const isJudged = told.plan === undefined
  if (isJudged && (end === 'refused' || end === 'unreachable')) return refusal(title, told.findings, end)
  if (end === 'planned') return told.plan === undefined ? title : planText(told.plan, told.findings)
  const rows = told.steps.flatMap(({ place, evidence }) => evidence.map((text, i) => [i === 0 ? place : '', text]))
  return [...columns(rows), ...fenceLines(told), ending(title, told, end, seconds)].join('\n')
}

/** Which rung a fence reached for each volume, and what it does not cover. */
function fenceLines(told: Told): string[] {
  const report = rungsReached(told)
  if (report === undefined) return []
  const rows = [
    ...report.cutOff.map((vm) => ['rung', vm, 'cut off where it ran']),
    ...report.volumes.map(({ volume, rungs }) => ['rung', volume, rungs.join(', ') || 'none']),
    ...(report.isPowerOff ? [['rung', 'power', 'off']] : []),
    ...report.notCovered.map((what) => ['not covered', what]),
  ]
  return ['', ...columns(rows)]
}

const rungsReached = ({ plan, steps }: Told) =>
  plan && fenceReport(plan, new Set(steps.filter(({ event }) => event === 'done').map(({ number }) => number)))

/** Nothing has failed: somebody is to do by hand what the next step requires. */
const isWaiting = ({ plan, steps }: Told): boolean =>
  plan?.steps.some(
    ({ number, awaits }) => awaits === true && steps.findLast((one) => one.number === number)?.event === 'refused',
  ) === true

function ending(title: string, told: Told, end: RoadEnd, seconds: number): string {
  const { run, because } = told
  const at = `run ${run ?? '-'}`
  switch (end) {
    case 'done':
      return `done in ${seconds.toFixed(1)} s   ${at}`
    case 'undone':
      return because === ''
        ? `undone: ${title}; nothing is left of it   ${at}`
        : `failed and undone: ${title}; nothing is left of it   ${at}\n  because  ${because}`
    case 'stuck':
      return [
        `${isWaiting(told) ? 'waits for what is to be done by hand' : 'interrupted'}: ${title}   ${at}`,
        `  because  ${because}`,
        `Next: anyblade run resume ${run ?? ''}`,
      ].join('\n')
    default:
      return `not begun: ${title}; nothing was changed\n  because  ${because}`
  }
}

function data(told: Told, end: RoadEnd, seconds: number) {
  const { findings, plan, run, steps, because } = told
  const fence = rungsReached(told)
  return {
    outcome: end,
    because,
    run: run ?? null,
    seconds: Number(seconds.toFixed(3)),
    findings,
    plan:
      plan === undefined
        ? null
        : {
            title: plan.title,
            basis: plan.basis,
            blades: plan.blades,
            remarks: plan.remarks ?? [],
            steps: plan.steps.map(stepData),
          },
    steps,
    ...(fence && end !== 'planned' && { fence }),
  }
}
