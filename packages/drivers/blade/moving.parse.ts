/** How fast guests dirty their memory and how fast links are, out of the probe's answer. */
import type { GuestMemory, LinkSpeed, Reading } from '@anyblade/engine'
import { count, formed, word } from './fields.ts'
import { Garbled, type Section } from './sections.ts'

const KIB = 1024
const MIB = 1024 * 1024

export function parseGuests({ lines }: Section): GuestMemory[] {
  return lines
    .filter(([kind]) => kind === 'guest')
    .map(([, uuid, given, resident, dirty, because]) => ({
      uuid: formed(uuid, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'a guest’s uuid'),
      givenBytes: scaled(given, KIB, 'a guest’s memory'),
      residentBytes: scaled(resident, KIB, 'a guest’s resident memory'),
      dirtyBytesPerSecond: reading(dirty === '-' ? undefined : scaled(dirty, MIB, 'a dirty rate'), because),
    }))
}

export function parseSpeeds({ lines }: Section): LinkSpeed[] {
  return lines.flatMap(([kind, link, told]): LinkSpeed[] => {
    if (kind === 'link') return [{ link: word(link), bytesPerSecond: reading(scaled(told, 1, 'a link’s speed'), '') }]
    if (kind === 'silent') return [{ link: word(link), bytesPerSecond: reading(undefined, told) }]
    return []
  })
}

const reading = (value: number | undefined, because: string | undefined): Reading<number> =>
  value === undefined ? { state: 'refused', because: word(because, 200) } : { state: 'read', value }

/** `-`: it was not told. */
function scaled(text: string | undefined, unit: number, what: string): number | undefined {
  if (text === '-') return undefined
  const value = count(text, what) * unit
  if (value >= 0 && Number.isSafeInteger(value)) return value
  throw new Garbled(`${what} is ${word(text, 40)}`)
}
