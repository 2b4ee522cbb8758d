/** Asks an array for its ports and writes its document. */
import { arrayDocument, EngineError, excuse, type Limits, type StorageArray } from '@anyblade/engine'
import type { Context } from '../context.ts'
import type { CommonFlags } from '../flags.ts'
import { guarded } from '../guarded.ts'
import { destinationOf, newArray, poolOf, saidPorts } from '../names.ts'
import { recordAlone } from '../record.ts'
import { readFleet, withHands } from '../session.ts'
import { cancellable } from '../signals.ts'

type AddFlags = CommonFlags & {
  readonly driver: 'lio'
  readonly ssh: string
  readonly pool: string
  readonly port?: readonly string[]
}

const DEADLINE_MS = 45_000

export function add(this: Context, flags: AddFlags, text: string): Promise<void> {
  return guarded(this, flags, async () => {
    const session = await readFleet(this, flags)
    const [ssh, pool, said] = [destinationOf(flags.ssh), poolOf(flags.pool), saidPorts(session.fleet, flags.port)]
    const array: StorageArray = { name: newArray(text), driver: flags.driver, ssh, pool, ports: [] }
    const limits: Limits = { deadlineMs: DEADLINE_MS, signal: cancellable(this, 'Nothing was changed.') }
    return withHands(session, async ({ fleet, hands }) => {
      const reading = await hands.arrayReader.report(array, limits)
      if (reading.state !== 'read')
        throw new EngineError('array-unreachable', {
          attempted: `ask ${ssh} for its ports`,
          found: excuse(reading),
          hint: `try ssh ${ssh} by hand`,
        })
      const document = arrayDocument(fleet, { ...array, said }, reading.value)
      return recordAlone(this, flags, hands.recorder, fleet, document, limits)
    })
  })
}
