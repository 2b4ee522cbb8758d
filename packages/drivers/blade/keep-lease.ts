/** A lease kept up while its run goes on, and waited for where a run is taken up again. */
import type { Barred, Held, LeaseAsk, Leased } from '@anyblade/engine'

/** Renewed so many times while it lasts. */
const RENEWALS = 4
const ASK_AGAIN_MS = 3000
/** A holder that has more left than it should by now has renewed: it is there. */
const TOLERANCE_SECONDS = 5

/** Renews until it is stopped; who was barred hears of it once. `renew` says why there is no more renewing. */
export function keepUp(ask: LeaseAsk, renew: () => Promise<Barred | undefined>): { stop(): void } {
  let told = false
  let asking = false
  const turn = async () => {
    if (asking) return
    asking = true
    const barred = await renew()
    asking = false
    if (barred?.by === 'epoch') clearInterval(timer)
    if (barred === undefined || told) return
    told = true
    ask.ended(barred)
  }
  const timer = setInterval(() => void turn(), (ask.seconds * 1000) / RENEWALS)
  timer.unref()
  return {
    stop: () => {
      told = true
      clearInterval(timer)
    },
  }
}

/** Asks until the lease is free, as long as nobody renews it; `until` by performance.now(). */
export async function waitFor(
  lease: () => Promise<Leased>,
  { wait }: LeaseAsk,
  until: number,
  signal: AbortSignal,
): Promise<Leased> {
  const leased = await lease()
  if (leased.state !== 'held' || wait === undefined) return leased
  wait(leased.by)
  return again(lease, leased.by, { since: performance.now(), until, signal })
}

type Waiting = { readonly since: number; readonly until: number; readonly signal: AbortSignal }

async function again(lease: () => Promise<Leased>, first: Held, waiting: Waiting): Promise<Leased> {
  for (;;) {
    await pause(ASK_AGAIN_MS, waiting.signal)
    const leased = await lease()
    if (leased.state !== 'held' || waiting.signal.aborted || performance.now() > waiting.until) return leased
    const expected = first.leftSeconds - (performance.now() - waiting.since) / 1000
    if (leased.by.leftSeconds > Math.max(0, expected) + TOLERANCE_SECONDS) return leased
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
    function done(): void {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    if (signal.aborted) done()
  })
}
