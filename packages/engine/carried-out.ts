/**
 * One run of a schedule, such as an evacuation or a roll: begun, or gone on with where somebody has begun it, and followed to
 * its end. The schedule goes on whatever that is: a run that can't be begun is an end like another one.
 */
import type { Fleet, RunId } from '#documents'
import { EngineError } from '#errors'
import type { Intent, Plan } from '#plans'
import { type RoadEnd, type RoadEvent, resume, type Walk, walk } from './road.ts'

export type Scheduled = Pick<Walk, 'hands' | 'signal' | 'lookMs'> & {
  /** The documents as they stand when it begins. */
  readonly fleet: () => Promise<Fleet>
  readonly operator: string
  readonly run: RunId
  /** What to do, where nobody has begun it yet. */
  readonly intent: Intent
  readonly isBegun: boolean
}

/** `plan`: where it came to one. */
export type CarriedOut = { readonly end: RoadEnd; readonly because: string; readonly plan: Plan | undefined }

export async function carriedOut(job: Scheduled, tell: (event: RoadEvent) => void): Promise<CarriedOut> {
  let [end, because]: [RoadEnd, string] = ['not begun', '']
  let plan: Plan | undefined
  try {
    for await (const event of await road(job)) {
      tell(event)
      if (event.kind === 'planned') plan = event.plan
      if (event.kind === 'judged')
        because = event.findings.flatMap((one) => (one.verdict === 'proved' ? [] : [one.because])).join('; ')
      if (event.kind === 'ended') because = event.because
      if (event.kind === 'end') end = event.end
    }
    return { end, because, plan }
  } catch (error) {
    // Nothing of it was begun: the documents or the run are not any more what they were.
    if (!(error instanceof EngineError)) throw error
    return { end: 'not begun', because: error.message, plan }
  }
}

async function road({ fleet, hands, signal, lookMs, operator, run, intent, isBegun }: Scheduled) {
  const now = await fleet()
  return isBegun
    ? resume({ fleet: now, hands, signal, run, operator, wish: 'on' })
    : walk({ fleet: now, intent, hands, signal, lookMs, to: { run, operator } })
}
