/** Asks a host who it is and writes its document. */
import {
  type Blade,
  type BladeDocument,
  bladeDocument,
  EngineError,
  excuse,
  type Limits,
  NOTHING,
} from '@anyblade/engine'
import type { Context } from '../context.ts'
import type { CommonFlags } from '../flags.ts'
import { guarded } from '../guarded.ts'
import { destinationOf, newBlade, saidPorts } from '../names.ts'
import { recordAlone } from '../record.ts'
import { readFleet, withHands } from '../session.ts'
import { cancellable } from '../signals.ts'

type AddFlags = CommonFlags & {
  readonly ssh: string
  readonly port?: readonly string[]
  readonly migrationHost?: string
}

const DEADLINE_MS = 45_000

export function add(this: Context, flags: AddFlags, text: string): Promise<void> {
  return guarded(this, flags, async () => {
    const session = await readFleet(this, flags)
    const [name, ssh, said] = [newBlade(text), destinationOf(flags.ssh), saidPorts(session.fleet, flags.port)]
    const limits: Limits = { deadlineMs: DEADLINE_MS, signal: cancellable(this, 'Nothing was changed.') }
    return withHands(session, async ({ fleet, hands }) => {
      const reading = await hands.bladeReader.survey(stranger(name, ssh), NOTHING, limits)
      if (reading.state !== 'read')
        throw new EngineError('blade-unreachable', {
          attempted: `ask ${ssh} who it is`,
          found: excuse(reading),
          hint: `try ssh ${ssh} by hand`,
        })
      const blade = { name, ssh, said, migrationHost: flags.migrationHost }
      return recordAlone(this, flags, hands.recorder, fleet, bladeDocument(fleet, blade, reading.value), limits)
    })
  })
}

/** The blade before anything is known of it but how to reach it. */
const stranger = (name: Blade['name'], ssh: string): Blade => {
  const document: BladeDocument = { ssh, machine_id: '', ports: [] }
  return { ...document, name }
}
