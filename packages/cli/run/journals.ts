/** Reads the journals of all blades, each with its deadline. */
import { type BladeName, excuse, histories, type Limits, type RunHistory, type RunReport } from '@anyblade/engine'
import type { Context } from '../context.ts'
import { type Session, withHands } from '../session.ts'
import { cancellable } from '../signals.ts'

const DEADLINE_MS = 45_000

export type Journals = { readonly runs: readonly RunHistory[]; readonly silent: readonly string[] }

export async function readJournals(context: Context, session: Session): Promise<Journals> {
  const limits: Limits = { deadlineMs: DEADLINE_MS, signal: cancellable(context, 'Nothing was changed.') }
  return withHands(session, async ({ fleet, hands }) => {
    const readings = await Promise.all(
      [...fleet.blades.values()].map(
        async (blade) => [blade.name, await hands.bladeReader.runs(blade, limits)] as const,
      ),
    )
    const read = new Map<BladeName, readonly RunReport[]>()
    const silent: string[] = []
    for (const [name, reading] of readings) {
      if (reading.state === 'read') read.set(name, reading.value)
      else silent.push(`${name} gave no answer, ${excuse(reading)}`)
    }
    return { runs: histories(read), silent }
  })
}
