/**
 * The device-mapper maps of a blade: names and members from sysfs, who holds them open and which paths the kernel has
 * failed from dmsetup. Joined by device numbers, for names can be anything.
 */
import { type Bytes, type DmMap, type MapPath, wwid } from '@anyblade/engine'
import { count, formed, textOf, word } from './fields.ts'
import { Garbled, type Section } from './sections.ts'

const NUMBER = /^\d{1,5}:\d{1,8}$/

/** @throws Garbled, also where there are maps and dmsetup does not say who holds them: not known is not zero */
export function parseMaps(san: Section, open: Section, status: Section): DmMap[] {
  const lines = san.rows('map')
  if (lines.length > 0 && open.state !== 'ok') throw new Garbled(`dmsetup info: ${word(open.because, 100)}`)
  const counts = openCounts(open)
  const states = status.state === 'ok' ? pathStates(status) : new Map<string, MapPath['dm']>()
  return lines.map((fields) => map(fields, counts, states))
}

function map(
  [dm, name, uuid, sectors, number, slaves, holders, uses]: readonly string[],
  open: ReadonlyMap<string, number>,
  states: ReadonlyMap<string, MapPath['dm']>,
): DmMap {
  const place = formed(dm, /^dm-\d{1,6}$/, 'a map’s device')
  return {
    name: word(name, 128),
    dm: place,
    wwid: uuid?.startsWith('mpath-') ? wwid(uuid.slice('mpath-'.length)) : undefined,
    size: bytesOfSectors(sectors, place),
    slaves: listed(slaves).map((slave) => {
      const [sd = '', its = ''] = slave.split('=')
      return { sd: word(sd, 32), dm: states.get(its) ?? 'unknown' }
    }),
    holders: listed(holders).map((holder) => word(textOf(holder, 256, `a holder of ${place}`))),
    uses: listed(uses).map((use) => word(textOf(use, 4096, `a use of ${place}`), 200)),
    openCount: openCount(open.get(number ?? ''), place),
  }
}

function openCount(known: number | undefined, place: string): number {
  if (known !== undefined) return known
  throw new Garbled(`${place} came while the maps were read; ask again`)
}

const listed = (text: string | undefined): string[] => (text ? text.split(',') : [])

function bytesOfSectors(sectors: string | undefined, place: string): Bytes {
  const bytes = count(sectors, `the size of ${place}`) * 512
  if (isExact(bytes)) return bytes
  throw new Garbled(`the size of ${place} is beyond 8 PiB`)
}

const isExact = (bytes: number): bytes is Bytes => Number.isSafeInteger(bytes) && bytes >= 0

/** `253:0` → how often it is open. Source: dmsetup info -c -o major,minor,open */
function openCounts({ state, lines }: Section): Map<string, number> {
  if (state !== 'ok') return new Map()
  return new Map(
    lines
      .map(([major, minor, open]) => [`${major?.trim()}:${minor?.trim()}`, open] as const)
      .filter(([number]) => NUMBER.test(number))
      .map(([number, open]) => [number, count(open?.trim(), `the open count of ${number}`)]),
  )
}

/** `8:16` → as the map has it. Source: Linux dm-mpath.c, multipath_status(): `<dev> <A|F> <fail count>` a path */
function pathStates({ lines }: Section): Map<string, MapPath['dm']> {
  const text = lines.map((fields) => fields.join('\t')).join('\n')
  return new Map(
    Array.from(text.matchAll(/ (\d{1,5}:\d{1,8}) ([AF]) \d+/g), ([, number = '', letter]) => [
      number,
      letter === 'A' ? 'active' : 'failed',
    ]),
  )
}
