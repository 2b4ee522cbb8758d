/** A plan as a thing to read before it is carried out: the proof, then the steps, then where there is no way back. */
import { differenceOf, type Finding, ladderLines, type Plan, placeOf, type Step, sentence } from '@anyblade/engine'
import { diffLines, lineDiff } from '../multipath/line-diff.ts'
import { columns } from './columns.ts'
import { proofLines } from './findings.ts'

const NO_WAY_BACK = `  ${'─'.repeat(22)} no way back from here`

export function planText(plan: Plan, findings: readonly Finding[]): string {
  const rows = columns(plan.steps.map((step) => [numberText(step).padStart(4), placeOf(step.action), stepText(step)]))
  const afterPivot = plan.steps.findIndex((step) => step.phase === 'pivot') + 1
  const lines = rows.flatMap((row, i) => (afterPivot > 0 && i === afterPivot ? [NO_WAY_BACK, row] : [row]))
  return [
    `${`${plan.title}`.padEnd(60)}basis ${plan.basis.slice(0, 7)}`,
    '',
    ...proofLines(findings),
    '',
    ...(lines.length === 0 ? ['Nothing is to be done.'] : lines),
    ...plan.steps.flatMap((step) => ladderOf(step, findings)),
    ...devicesOf(findings),
    ...plan.steps.flatMap(differenceLines),
    ...remarkLines(plan),
  ].join('\n')
}

/** What no step says and whoever carries the plan out must know. */
export const remarkLines = ({ remarks = [] }: Plan): string[] =>
  remarks.length === 0 ? [] : ['', ...remarks.map((remark) => `Note: ${remark}`)]

/** What was measured before a move, and what is done where that does not hold. */
function ladderOf({ number, action }: Step, findings: readonly Finding[]): string[] {
  if (action.kind !== 'migrate-domain') return []
  const measured = findings.find(({ claim }) => claim.kind === 'converges')?.evidence ?? []
  const rungs = ladderLines(action.transfer, action.blade).map((rung, i) => [String(i + 1), rung])
  return ['', `step ${number}: how it travels`, ...[...measured, ...columns(rungs)].map((line) => `  ${line}`)]
}

/** What lies in the drives of a guest that moves, and what becomes of it. */
function devicesOf(findings: readonly Finding[]): string[] {
  const devices = findings.find(({ claim }) => claim.kind === 'local-devices')?.evidence ?? []
  return devices.length === 0 ? [] : ['', 'what its drives hold', ...devices.map((line) => `  ${line}`)]
}

/** What a step makes of a text, beneath the steps. */
function differenceLines({ number, action }: Step): string[] {
  if (action.kind !== 'install-host-file' && action.kind !== 'set-overrides') return []
  const { name, before, after } = differenceOf(action)
  return ['', ...diffLines(`step ${number}: ${name}`, lineDiff(before, after))]
}

/** Those after the first that are carried out at once with it carry a sign. */
const numberText = ({ number, together }: Step): string =>
  together === undefined || together === number ? String(number) : `& ${number}`

function stepText({ action, unless, mayFail, awaits, phase }: Step): string {
  if (phase === 'back') return `(only where the guest stays at its source) ${sentence(action)}`
  if (unless !== undefined) return `(unless step ${unless.answerOf} answers ${unless.is}) ${sentence(action)}`
  if (awaits === true) return `(waits until it was hidden by hand) ${sentence(action)}`
  return mayFail === true ? `(goes on where it fails) ${sentence(action)}` : sentence(action)
}

/** A step as data, with its sentence for those who read only that. */
export const stepData = (step: Step) => ({
  number: step.number,
  place: placeOf(step.action),
  phase: step.phase,
  sentence: sentence(step.action),
  action: step.action,
  requires: step.requires,
  ...(step.unless && { unless: step.unless }),
  ...(step.turnsBack && { turnsBack: step.turnsBack }),
  ...(step.mayFail && { mayFail: step.mayFail }),
  ...(step.awaits && { awaits: step.awaits }),
  ...(step.together && { together: step.together }),
})
