/**
 * Reservations as each path told them, and multipathd's part in them. The bytes are read here by the rules of
 * @anyblade/scsi; an answer that was cut off is garbled, and never a shorter list of keys.
 */
import type { PathReservation, Reading, RegisteringDaemon, ScsiDevice, Supported } from '@anyblade/engine'
import {
  type Answer,
  parseKey,
  parsePrkeys,
  parseReadFullStatus,
  parseReadKeys,
  parseReadReservation,
  parseReportCapabilities,
  relativeTargetPort,
} from '@anyblade/scsi'
import { formed, hexBytes, textOf, word } from './fields.ts'
import { Garbled, type Section } from './sections.ts'

const MIB = 1024 * 1024
const SILENT: Reading<never> = { state: 'timed out', because: 'no answer to PERSISTENT RESERVE IN in 5 s' }
const WITHOUT_PYTHON: Reading<never> = { state: 'refused', because: 'without python3 reservations are not read' }

/** `disks`: the members of the maps asked about. @throws Garbled */
export function parseReservations(
  san: Section,
  devices: readonly ScsiDevice[],
  disks: ReadonlySet<string>,
  hasPython: boolean,
): PathReservation[] {
  if (disks.size === 0) return []
  const rows = (kind: string) => new Map(san.rows(kind).map(([hctl = '', ...fields]) => [hctl, fields]))
  const [answers, inquiries] = [rows('reservation'), rows('inquiry')]
  return devices
    .filter((device) => disks.has(device.sd))
    .map(({ hctl, sd }) => {
      const fields = answers.get(hctl)
      const told = <T>(at: number, parse: (bytes: Uint8Array) => Answer<T>): Reading<Supported<T>> =>
        fields === undefined ? unasked(hasPython) : answered(fields.slice(2 * at, 2 * at + 2), parse, hctl)
      return {
        hctl,
        sd,
        targetPort: targetPortOf(inquiries.get(hctl), hctl),
        keys: told(0, parseReadKeys),
        reservation: told(1, parseReadReservation),
        capabilities: told(2, parseReportCapabilities),
        fullStatus: told(3, parseReadFullStatus),
      }
    })
}

const unasked = (hasPython: boolean): Reading<never> => (hasPython ? SILENT : WITHOUT_PYTHON)

/** Standard INQUIRY, then the pages 00, 80 and 83. */
function targetPortOf(inquiry: readonly string[] | undefined, hctl: string): number | undefined {
  if (inquiry?.[0] !== 'ok') return undefined
  return relativeTargetPort(hexBytes(inquiry[4], `page 83 of ${hctl}`))
}

function answered<T>(
  [kind, said]: readonly string[],
  parse: (bytes: Uint8Array) => Answer<T>,
  hctl: string,
): Reading<Supported<T>> {
  switch (kind) {
    case 'ok':
      return parsed(parse(longBytes(said, `a reservation of ${hctl}`)))
    case 'unsupported':
      return { state: 'read', value: 'not supported' }
    case 'conflict':
      return { state: 'refused', because: `reservation conflict (${word(said, 100)})` }
    case 'silent':
      return { state: 'timed out', because: word(said, 200) }
    default:
      return { state: 'refused', because: word(said, 200) }
  }
}

/** A list of keys may be as long as its command's length field says. @throws Garbled */
function longBytes(hex: string | undefined, what: string): Uint8Array {
  return new Uint8Array(Buffer.from(formed(hex, /^(?:[0-9a-f]{2}){0,65535}$/, what), 'hex'))
}

function parsed<T>(answer: Answer<T>): Reading<T> {
  if (answer.ok) return { state: 'read', value: answer.value }
  return { state: 'garbled', because: `an answer that is ${answer.fault}: ${answer.found}` }
}

/** @throws Garbled */
export function parseDaemon(section: Section): RegisteringDaemon {
  return {
    configured: new Map(section.rows('configured').map(([wwid, value]) => [word(wwid), configuredKey(value)])),
    maps: new Map(
      section
        .rows('map')
        .map(([dm, key, status]) => [
          formed(dm, /^dm-\d{1,6}$/, 'a map’s device'),
          { key: parseKey(key ?? ''), registers: registers(status) },
        ]),
    ),
    prkeys: parsePrkeys(textOf(section.rows('prkeys')[0]?.[0], MIB, 'the prkeys file')).lines.map((line) => ({
      ...line,
      wwid: word(line.wwid),
    })),
  }
}

function configuredKey(value: string | undefined) {
  if (value === 'file') return value
  const key = parseKey(value ?? '')?.key
  if (key !== undefined) return key
  throw new Garbled(`reservation_key in effect is ${JSON.stringify(word(value, 40))}`)
}

/** A number before 0.9.5, a word since. Source: multipath-tools multipathd/cli_handlers.c, cli_getprstatus() */
function registers(status: string | undefined): boolean | 'unknown' {
  if (status === '1' || status === 'set') return true
  return status === '0' || status === 'unset' ? false : 'unknown'
}
