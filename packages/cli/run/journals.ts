/** Reads the journals of all blades, each with its deadline. */
import {
  type Blade,
  type BladeName,
  type BladeReader,
  excuse,
  histories,
  type Limits,
  type Reading,
  type RunHistory,
  type RunId,
  type RunReport,
  type Which,
} from '@anyblade/engine'
import type { Context } from '../context.ts'
import { type Session, withHands } from '../session.ts'
import { cancellable } from '../signals.ts'

const DEADLINE_MS = 45_000

export type Journals = { readonly runs: readonly RunHistory[]; readonly silent: readonly string[] }

/** Those runs, or one and no other, however old. */
export type Wanted = Which | { readonly run: RunId }

export async function readJournals(context: Context, session: Session, of: Wanted): Promise<Journals> {
  const limits: Limits = { deadlineMs: DEADLINE_MS, signal: cancellable(context, 'Nothing was changed.') }
  return withHands(session, async ({ fleet, hands }) => {
    const readings = await Promise.all(
      [...fleet.blades.values()].map(
        async (blade) => [blade.name, await reportsOf(hands.bladeReader, blade, limits, of)] as const,
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

async function reportsOf(
  reader: BladeReader,
  blade: Blade,
  limits: Limits,
  of: Wanted,
): Promise<Reading<readonly RunReport[]>> {
  if (typeof of === 'string') return reader.runs(blade, of, limits)
  const reading = await reader.journal(blade, of.run, limits)
  return reading.state === 'read' ? { ...reading, value: reading.value === undefined ? [] : [reading.value] } : reading
}
