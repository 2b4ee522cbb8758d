/** The fleet that a command is about, and hands to reach it; all connections end with the command. */
import { resolve } from 'node:path'
import { type Connected, connect, findFleet, loadFleet } from '@anyblade/drivers'
import type { Fleet, Hands, Limits } from '@anyblade/engine'
import type { Context } from './context.ts'
import type { CommonFlags } from './flags.ts'
import { fleetAsked, lookMs } from './settings.ts'

/** `lookMs`: how long one look may take, where the operator has said so. */
export type Session = { readonly dir: string; readonly fleet: Fleet; readonly lookMs: number | undefined }
export type OpenSession = Session & Connected

/** The fleet's documents only; nobody is contacted. @throws EngineError, FleetInvalid */
export async function readFleet(context: Context, flags: CommonFlags): Promise<Session> {
  const asked = fleetAsked(context, flags)
  const dir = findFleet(asked === undefined ? context.cwd : resolve(context.cwd, asked), asked !== undefined)
  return { dir, fleet: await loadFleet(dir), lookMs: lookMs(context, flags) }
}

/** Runs `body` with hands that are let go of afterwards, whatever happens. */
export async function withHands<T>(session: Session, body: (open: OpenSession) => Promise<T>): Promise<T> {
  const connected = connect(session.dir, session.fleet)
  try {
    return await body({ ...session, ...connected, hands: bounded(connected.hands, session.lookMs) })
  } finally {
    await connected.close()
  }
}

/** Hands whose eyes are given that long; what acts keeps its own deadlines. */
function bounded(hands: Hands, lookMs: number | undefined): Hands {
  if (lookMs === undefined) return hands
  const { bladeReader, arrayReader } = hands
  const within = (limits: Limits): Limits => ({ ...limits, deadlineMs: lookMs })
  return {
    ...hands,
    bladeReader: {
      survey: (blade, question, limits) => bladeReader.survey(blade, question, within(limits)),
      guestState: (blade, uuid, limits) => bladeReader.guestState(blade, uuid, within(limits)),
      runs: (blade, which, limits) => bladeReader.runs(blade, which, within(limits)),
      journal: (blade, run, limits) => bladeReader.journal(blade, run, within(limits)),
    },
    arrayReader: { report: (array, limits) => arrayReader.report(array, within(limits)) },
  }
}
