/** The fleet that a command is about, and hands to reach it; all connections end with the command. */
import { resolve } from 'node:path'
import { type Connected, connect, findFleet, loadFleet } from '@anyblade/drivers'
import type { Fleet } from '@anyblade/engine'
import type { Context } from './context.ts'
import type { CommonFlags } from './flags.ts'

export type Session = { readonly dir: string; readonly fleet: Fleet }
export type OpenSession = Session & Connected

/** The fleet's documents only; nobody is contacted. @throws EngineError, FleetInvalid */
export async function readFleet(context: Context, flags: CommonFlags): Promise<Session> {
  const asked = flags.fleet ?? context.env.ANYBLADE_FLEET
  const dir = findFleet(asked === undefined ? context.cwd : resolve(context.cwd, asked), asked !== undefined)
  return { dir, fleet: await loadFleet(dir) }
}

/** Runs `body` with hands that are let go of afterwards, whatever happens. */
export async function withHands<T>(session: Session, body: (open: OpenSession) => Promise<T>): Promise<T> {
  const connected = connect(session.dir, session.fleet)
  try {
    return await body({ ...session, ...connected })
  } finally {
    await connected.close()
  }
}
