/**
 * How long a move will take, how long the guest will stand still, or that it will not come to an end: from what was measured
 * before it. Pre-copy goes over the memory in passes, each of what was dirtied during the one before.
 * May come in: measured numbers and the chosen transfer. May not: a clock, a guess at what was not measured.
 */
import type { Transfer } from '#actions'

export type Measured = {
  /** What has to travel at least once. */
  readonly memoryBytes: number
  /** Of that what is written anew within a second. */
  readonly dirtyBytesPerSecond: number
  readonly linkBytesPerSecond: number
}

export type Forecast =
  /** `slowedPercent`: so far the guest has to be slowed for that; 0: not at all. */
  | { readonly end: 'converges'; readonly seconds: number; readonly pauseMs: number; readonly slowedPercent: number }
  /** What would end it: so long a pause, or so much slowing; undefined: no slowing is enough. */
  | { readonly end: 'never'; readonly pauseMs: number; readonly slowedPercent: number | undefined }

/** From the suspension to the first instruction at the destination, beside the memory itself (facts: 0.3 to 0.4 s). */
const HAND_OVER_MS = 400
/** Of what was measured so much is counted on: a guest and a link are not the same in every second. */
const COUNTED_ON = 0.8
const PASSES_AT_MOST = 200
/** Source: QEMU's cpu-throttle-initial, cpu-throttle-increment, max-cpu-throttle; a step after two passes that leave too much */
const [FIRST_SLOWING, NEXT_SLOWING, MOST_SLOWING, PASSES_A_STEP] = [20, 10, 99, 2]
const MIB = 1024 * 1024

/** The speed that the transfer really has. */
export const speedOf = (linkBytesPerSecond: number, { bandwidthMibPerSecond }: Transfer): number =>
  Math.max(1, Math.min(linkBytesPerSecond, (bandwidthMibPerSecond ?? Number.POSITIVE_INFINITY) * MIB))

export function forecast(measured: Measured, transfer: Transfer): Forecast {
  const longest = transfer.pausesMs.at(-1) ?? 0
  for (const pauseMs of transfer.pausesMs) {
    const ended = passes(measured, transfer, pauseMs, false)
    if (ended !== undefined && isInTime(ended.seconds, transfer)) return ended
  }
  const slowed = passes(measured, transfer, longest, true)
  if (transfer.slows === true && slowed !== undefined && isInTime(slowed.seconds, transfer)) return slowed
  const speed = speedOf(measured.linkBytesPerSecond, transfer)
  return {
    end: 'never',
    pauseMs: Math.ceil((1000 * measured.memoryBytes) / speed),
    slowedPercent: slowed !== undefined && isInTime(slowed.seconds, transfer) ? slowed.slowedPercent : undefined,
  }
}

const isInTime = (seconds: number, { withinSeconds = Number.POSITIVE_INFINITY }: Transfer): boolean =>
  seconds <= withinSeconds

type Ended = Extract<Forecast, { readonly end: 'converges' }>

/** Undefined: what is left gets no less, or too slowly. */
function passes(measured: Measured, transfer: Transfer, pauseMs: number, slows: boolean): Ended | undefined {
  const speed = speedOf(measured.linkBytesPerSecond, transfer)
  let [left, seconds, slowedPercent, lost] = [measured.memoryBytes, 0, 0, 0]
  for (let pass = 1; pass <= PASSES_AT_MOST; pass += 1) {
    const takes = left / speed
    if (1000 * takes <= pauseMs)
      return {
        end: 'converges',
        seconds: seconds + takes,
        pauseMs: Math.round(1000 * takes) + HAND_OVER_MS,
        slowedPercent,
      }
    seconds += takes
    const dirty = measured.dirtyBytesPerSecond * (1 - slowedPercent / 100)
    const next = Math.min(measured.memoryBytes, dirty * takes)
    if (next > left * COUNTED_ON) {
      if (!slows) return undefined
      lost += 1
      if (lost % PASSES_A_STEP === 0) {
        if (slowedPercent === MOST_SLOWING) return undefined
        slowedPercent = Math.min(MOST_SLOWING, slowedPercent === 0 ? FIRST_SLOWING : slowedPercent + NEXT_SLOWING)
      }
    }
    left = next
  }
  return undefined
}
