/**
 * A plan out of a journal: JSON of another machine, checked through and through before anything of it is carried out.
 */
import { z } from 'zod'
import type { Plan } from '../plan.ts'
import { actions } from './actions.ts'
import { claims } from './claims.ts'
import { blade, oneOf } from './fields.ts'
import { intents } from './intents.ts'

const number = z.int().positive()
const step = z.object({
  number,
  action: oneOf(actions),
  requires: z.array(oneOf(claims)).max(10_000),
  phase: z.enum(['undoable', 'pivot', 'forward', 'back']),
  unless: z.object({ answerOf: number, is: z.string().max(20) }).exactOptional(),
  turnsBack: z.array(z.string().max(20)).max(10).exactOptional(),
  mayFail: z.literal(true).exactOptional(),
  awaits: z.literal(true).exactOptional(),
  together: number.exactOptional(),
})

const planSchema: z.ZodType<Plan> = z.object({
  version: z.literal(1),
  title: z.string().max(1000),
  intent: oneOf(intents),
  basis: z.string().max(100),
  steps: z
    .array(step)
    .max(10_000)
    .refine((steps) => steps.every(({ number }, i) => number === i + 1), 'its steps are not numbered from 1 on')
    .refine(areBesideOneAnother, 'steps that are to be carried out together do not follow one another'),
  blades: z.array(blade).min(1).max(1000),
  keeper: blade.exactOptional(),
  doubtful: z.array(blade).max(1000).exactOptional(),
  remarks: z.array(z.string().max(1000)).max(1000).exactOptional(),
})

/** Those of one number begin with it and have no other between them, and no pivot is among them. */
function areBesideOneAnother(steps: readonly Pick<Plan['steps'][number], 'number' | 'together' | 'phase'>[]): boolean {
  return steps.every(({ number, together, phase }, i) => {
    if (together === undefined) return true
    return phase !== 'pivot' && (together === number || steps[i - 1]?.together === together)
  })
}

/** @returns the plan, or in one line what is wrong with the text */
export function parsePlan(text: string): Plan | string {
  const json = parsed(text)
  if (typeof json === 'string') return json
  const { data, error } = planSchema.safeParse(json)
  if (data !== undefined) return data
  const [issue] = error.issues
  return `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'no plan'}`
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
