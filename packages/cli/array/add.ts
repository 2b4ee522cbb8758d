/** Asks an array for its ports, or takes them as they were typed, and writes its document. */
import { arrayDocument, EngineError, excuse, type Hands, type Limits, type NewArray, type Wwpn } from '@anyblade/engine'
import type { Context } from '../context.ts'
import type { CommonFlags } from '../flags.ts'
import { guarded } from '../guarded.ts'
import { destinationOf, newArray, poolOf, saidPorts } from '../names.ts'
import { recordAlone } from '../record.ts'
import { readFleet, withHands } from '../session.ts'
import { cancellable } from '../signals.ts'

type AddFlags = CommonFlags & {
  readonly driver: 'lio' | 'manual'
  readonly ssh?: string
  readonly pool?: string
  readonly port?: readonly string[]
}

const DEADLINE_MS = 45_000

export function add(this: Context, flags: AddFlags, text: string): Promise<void> {
  return guarded(this, flags, async () => {
    const session = await readFleet(this, flags)
    const array: NewArray = {
      name: newArray(text),
      said: saidPorts(session.fleet, flags.port),
      ...reachedBy(flags, text),
    }
    const limits: Limits = { deadlineMs: DEADLINE_MS, signal: cancellable(this, 'Nothing was changed.') }
    return withHands(session, async ({ fleet, hands }) => {
      const document = arrayDocument(fleet, array, await portsOf(array, hands, limits))
      return recordAlone(this, flags, hands.recorder, fleet, document, limits)
    })
  })
}

function reachedBy({ driver, ssh, pool }: AddFlags, name: string) {
  if (driver === 'lio' && ssh !== undefined && pool !== undefined)
    return { driver, ssh: destinationOf(ssh), pool: poolOf(pool) } as const
  if (driver === 'manual' && ssh === undefined && pool === undefined) return { driver } as const
  throw new EngineError('intent-invalid', {
    attempted: `add the array ${name} by the driver ${driver}`,
    found: driver === 'lio' ? 'no --ssh, or no --pool' : '--ssh or --pool',
    hint:
      driver === 'lio'
        ? 'say how it is reached, and what volumes are carved from: --ssh root@san1 --pool VG/LV'
        : 'nobody speaks to a manual array: only its ports are said',
  })
}

/** As it says itself; one that can't be asked has those that were typed. */
async function portsOf(array: NewArray, { arrayReader }: Pick<Hands, 'arrayReader'>, limits: Limits): Promise<Wwpn[]> {
  if (array.driver === 'manual') return [...array.said.keys()]
  const reading = await arrayReader.report({ ...array, ports: [] }, limits)
  if (reading.state === 'read') return reading.value.ports.map(({ wwpn }) => wwpn)
  throw new EngineError('array-unreachable', {
    attempted: `ask ${array.ssh} for its ports`,
    found: excuse(reading),
    hint: `try ssh ${array.ssh} by hand`,
  })
}
