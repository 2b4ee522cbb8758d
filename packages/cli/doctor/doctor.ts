/** Asks everything, twice at most; examines, prints. */
import { resolve } from 'node:path'
import { findFleet } from '@anyblade/drivers'
import {
  type BladeName,
  doctorQuestion,
  EngineError,
  examine,
  furtherQuestion,
  look,
  plainFleet,
} from '@anyblade/engine'
import type { Context } from '../context.ts'
import { ExitCode } from '../exit-code.ts'
import type { CommonFlags } from '../flags.ts'
import { guarded } from '../guarded.ts'
import { destinationOf, newBlade, parseBlade } from '../names.ts'
import { print } from '../render/answer.ts'
import { doctorData, doctorText } from '../render/doctor.ts'
import { doctorPage } from '../render/doctor-page.ts'
import { readFleet, type Session, withHands } from '../session.ts'
import { fleetAsked, lookMs } from '../settings.ts'
import { cancellable } from '../signals.ts'
import { writePage } from '../write-page.ts'

export type DoctorFlags = CommonFlags & {
  readonly blades?: readonly string[]
  readonly sshConfig?: string
  readonly html?: string
  readonly probeNetwork?: boolean
  readonly probeLogins?: boolean
}

export function doctor(this: Context, flags: DoctorFlags): Promise<void> {
  return guarded(this, flags, async () => {
    const session = await sessionOf(this, flags)
    const names = chosen(session, flags)
    const signal = cancellable(this, 'Nothing was changed.')
    const began = performance.now()
    const found = await withHands(session, async ({ fleet, hands }) => {
      const survey = await look(fleet, doctorQuestion(names), hands, signal)
      const further = furtherQuestion(fleet, survey, {
        withFrames: flags.probeNetwork === true,
        withLogins: flags.probeLogins === true,
      })
      return examine(fleet, survey, await look(fleet, further, hands, signal))
    })
    const seconds = (performance.now() - began) / 1000
    if (flags.html !== undefined) writePage(this, flags.html, doctorPage(found, seconds))
    print(this, flags, { text: doctorText(found, seconds), data: doctorData(found, seconds) })
    if (found.silent.length > 0) return ExitCode.unreachable
    return found.diagnoses.length === 0 ? ExitCode.done : ExitCode.refused
  })
}

/** The fleet that the operator stands in or names; without one the hosts that he names. */
async function sessionOf(context: Context, flags: DoctorFlags): Promise<Session> {
  const asked = fleetAsked(context, flags)
  if (asked !== undefined || isInFleet(context.cwd)) return readFleet(context, flags)
  if (flags.blades === undefined)
    throw new EngineError('fleet-missing', {
      attempted: 'choose which hosts to look at',
      found: `no fleet in ${context.cwd} or above it, and no --blades`,
      hint: 'name hosts as for ssh: anyblade doctor --blades root@kvm1,root@kvm2',
    })
  const hosts = new Map(flags.blades.map((host) => [nameOf(host), destinationOf(host, '--blades')]))
  const sshConfig = flags.sshConfig === undefined ? undefined : resolve(context.cwd, flags.sshConfig)
  return { dir: context.cwd, fleet: plainFleet(hosts, sshConfig), lookMs: lookMs(context, flags) }
}

function isInFleet(dir: string): boolean {
  try {
    findFleet(dir, false)
    return true
  } catch (error) {
    if (error instanceof EngineError && error.code === 'fleet-missing') return false
    throw error
  }
}

/** The host of a destination, without who logs in there. */
const nameOf = (destination: string): BladeName => newBlade(destination.replace(/^[^@]*@/, ''))

const chosen = ({ fleet }: Session, { blades }: DoctorFlags): BladeName[] =>
  blades === undefined || fleet.commit === '' ? [...fleet.blades.keys()] : blades.map((name) => parseBlade(fleet, name))
