/** What was measured of a guest and of a link, out of a survey, and what is to be expected from it. */
import type { Transfer } from '#actions'
import type { BladeName } from '#documents'
import { excuse, type GuestMemory, type LinkSpeed, type Reading, reportOf, type Survey, silenceOf } from '#survey'
import { type Forecast, forecast, type Measured } from './forecast.ts'

/** `because`: what was not or could not be measured, and so nothing is foretold. */
export type Foreseen =
  | { readonly state: 'foretold'; readonly measured: Measured; readonly forecast: Forecast }
  | { readonly state: 'not foretold'; readonly because: string }

type Asked = {
  readonly blade: BladeName
  readonly uuid: string
  readonly link: string
  readonly transfer: Transfer
}

const MIB = 1024 * 1024

/** Where the link could not be measured, a limit that the operator has set stands in for it. */
export function foreseen(survey: Survey, { blade, uuid, link, transfer }: Asked): Foreseen {
  const report = reportOf(survey, blade)
  if (report === undefined) return unmeasured(silenceOf(survey, blade))
  const guest = of(report.guests, (one: GuestMemory) => one.uuid === uuid, 'it is not there')
  if (guest.state !== 'read') return unmeasured(`the guest’s memory was not measured: ${excuse(guest)}`)
  const { dirtyBytesPerSecond: dirty, givenBytes, residentBytes } = guest.value
  if (dirty.state !== 'read') return unmeasured(`how fast it dirties its memory was not measured: ${excuse(dirty)}`)
  if (givenBytes === undefined) return unmeasured('libvirt does not say how much memory it has')
  const speed = speedTold(report.speeds, link)
  const limit = transfer.bandwidthMibPerSecond
  if (speed.state !== 'read' && limit === undefined) return unmeasured(`the link was not measured: ${excuse(speed)}`)
  const measured = {
    // What a guest has never touched is not sent, and its emulator does not hold it either.
    memoryBytes: Math.min(givenBytes, residentBytes ?? givenBytes),
    dirtyBytesPerSecond: dirty.value,
    linkBytesPerSecond: speed.state === 'read' ? speed.value : (limit ?? 0) * MIB,
  }
  const expected = forecast(measured, transfer)
  // How much of a page changes between two passes nobody has measured.
  if (expected.end === 'never' && transfer.compresses && !transfer.postCopy)
    return unmeasured('uncompressed it would not converge, and what compression saves of it was not measured')
  return { state: 'foretold', measured, forecast: expected }
}

const unmeasured = (because: string): Foreseen => ({ state: 'not foretold', because })

function speedTold(links: Reading<readonly LinkSpeed[]>, link: string): Reading<number> {
  const found = of(links, (one: LinkSpeed) => one.link === link, 'it was not asked for')
  return found.state === 'read' ? found.value.bytesPerSecond : found
}

function of<T>(all: Reading<readonly T[]>, is: (one: T) => boolean, missing: string): Reading<T> {
  if (all.state !== 'read') return all
  const found = all.value.find(is)
  return found === undefined ? { state: 'refused', because: missing } : { state: 'read', value: found }
}
