/**
 * The baseline of a blade, once and for all guests: each change a step of its own with what stood there before, read back
 * from what is in effect, and recorded with the blade's rendered configuration. Done twice it is done.
 */
import type { Fleet } from '#documents'
import type { Claim } from '#findings'
import { reportOf, type Survey, valueRead } from '#survey'
import { lacksOf } from '../config/baseline/baseline.ts'
import type { Intent } from './intent.ts'
import { bladeIn } from './missing.ts'
import { draft, type Plan, plan } from './plan.ts'

type BaselineBlade = Extract<Intent, { readonly kind: 'baseline-blade' }>

export function claimsOfBaselineBlade(fleet: Fleet, { blade }: BaselineBlade): Claim[] {
  const { name } = bladeIn(fleet, blade)
  return [
    { kind: 'answers', blade: name },
    { kind: 'baseline-known', blade: name },
  ]
}

export function planBaselineBlade(fleet: Fleet, survey: Survey, intent: BaselineBlade): Plan {
  const { blade } = intent
  const lacks = lacksSeen(fleet, survey, intent)
  const mending = lacks.flatMap(({ mend }) => (mend === undefined ? [] : [mend]))
  const byHand = new Set(lacks.flatMap(({ part, mend }) => (mend === undefined ? [part] : [])))
  const parts = [...new Set(lacks.map(({ part }) => part))].filter((part) => !byHand.has(part))
  const record = draft(
    { kind: 'record-documents', changes: [], rendered: [blade], message: `blade ${blade}: baseline` },
    'undoable',
    [{ kind: 'baseline', blade, parts }],
  )
  const steps = mending.map((action) => draft(action, 'undoable', [{ kind: 'answers', blade }]))
  return plan(
    { title: `baseline of ${blade}`, intent, basis: fleet.commit },
    steps.length === 0 ? [] : [...steps, record],
    [blade],
  )
}

function lacksSeen(fleet: Fleet, survey: Survey, { blade }: BaselineBlade) {
  const report = reportOf(survey, blade)
  const [setup, config] = [valueRead(report?.baseline), valueRead(report?.config)]
  const domains = valueRead(report?.domains)
  if (report === undefined || setup === undefined || config === undefined || domains === undefined) return []
  return lacksOf(fleet, blade, { report, setup, config, domains })
}
