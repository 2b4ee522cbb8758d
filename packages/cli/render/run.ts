/** A run as its journal tells it. */
import type { RunHistory } from '@anyblade/engine'
import { columns } from './columns.ts'

const UNITS = [
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'min'],
  [1, 's'],
] as const

/** `4 min`: the largest unit that fits. */
export function ageText(seconds: number): string {
  const [size, unit] = UNITS.find(([length]) => seconds >= length) ?? [1, 's']
  return `${Math.floor(seconds / size)} ${unit}`
}

export function runText(run: RunHistory): string {
  const rows = run.steps.flatMap((step) => [
    [String(step.number).padStart(4), step.event ?? '–', step.place, step.sentence],
    ...step.evidence.map((line) => ['', '', '', `  ${line}`]),
  ])
  return [
    `${run.run}   ${run.title}`,
    `${stateText(run)}, begun ${ageText(run.ageSeconds)} ago; journal on ${run.blades.join(', ')}`,
    ...(run.holder === undefined ? [] : [holderText(run.holder)]),
    '',
    ...columns(rows),
    ...nextText(run),
  ].join('\n')
}

/** What to type to go on, where somebody has to. */
export function nextText({ run, state }: RunHistory): string[] {
  if (state === 'stuck' || state === 'killed') return [`Next: anyblade run resume ${run}`]
  return state === 'running' ? [`To end it: anyblade run abort ${run}`] : []
}

const holderText = ({ operator, blade, sinceSeconds, leftSeconds }: NonNullable<RunHistory['holder']>): string =>
  `held by ${operator} since ${sinceSeconds} s, ` +
  (leftSeconds > 0 ? `for ${leftSeconds} s unless it is renewed` : 'until its act has ended') +
  ` (by the clock of ${blade})`

function stateText({ state }: RunHistory): string {
  switch (state) {
    case 'running':
      return 'still running'
    case 'done':
      return 'done'
    case 'undone':
      return 'failed and undone'
    case 'stuck':
      return 'interrupted: neither done nor undone'
    case 'killed':
      return 'killed: whoever began it is gone, and it has no end'
    case 'not begun':
      return 'not begun: nothing of it was done'
    case 'unreadable':
      return 'its plan can’t be read'
  }
}
