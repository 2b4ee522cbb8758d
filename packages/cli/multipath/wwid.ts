/**
 * `anyblade multipath wwid`: which ids the tools make of a LUN's answers.
 * May come in: JSON with the pages in hex. May not: a device; nothing is asked of the host.
 */
import { type Answers, bytesOfHex, type Identity, identify, inquiryOf } from '@anyblade/scsi'
import type { Context } from '../context.ts'
import { ExitCode } from '../exit-code.ts'
import { CommandRefusal, ending } from './ending.ts'
import { readInput, standardInput } from './file.ts'
import { parseJson } from './json.ts'

/** Prints one object for one LUN, a list for a list; ids that a tool would not give are null. */
export async function wwid(this: Context, flags: { pages?: string }): Promise<void> {
  await ending(this, async () => {
    const file = flags.pages ?? standardInput
    const json = parseJson(file, await readInput(this, file))
    const ids = Array.isArray(json) ? json.map((lun, index) => idsOf(`${file}[${index}]`, lun)) : idsOf(file, json)
    this.process.stdout.write(`${JSON.stringify(ids, undefined, 2)}\n`)
    return ExitCode.done
  })
}

function idsOf(place: string, lun: unknown): Record<string, string | null> {
  const identity = identify(answersOf(place, lun))
  return {
    scsi_id: identity.idSerial ?? null,
    scsi_id_raw: identity.scsiIdRaw ?? null,
    legacy_scsi_id: identity.legacyScsiId ?? null,
    id_serial: identity.idSerial ?? null,
    id_serial_short: identity.idSerialShort ?? null,
    id_wwn: identity.idWwn ?? null,
    id_wwn_with_extension: identity.idWwnWithExtension ?? null,
    id_scsi_serial: identity.idScsiSerial ?? null,
    id_target_port: identity.idTargetPort ?? null,
    ...multipathIds(identity),
  }
}

function multipathIds(identity: Identity): Record<string, string | null> {
  return {
    multipath: identity.wwid ?? null,
    multipath_from: identity.wwidFrom,
    multipath_vpd83: identity.multipathVpd83 ?? null,
    multipath_vpd80: identity.multipathVpd80 ?? null,
  }
}

function answersOf(place: string, lun: unknown): Answers {
  if (typeof lun !== 'object' || lun === null) throw new CommandRefusal(`${place}: an object with the pages is wanted`)
  const fields = new Map<string, unknown>(Object.entries(lun))
  const page00 = hexOf(place, fields, 'page00_hex')
  const page80 = hexOf(place, fields, 'page80_hex')
  const page83 = hexOf(place, fields, 'page83_hex')
  return {
    inquiry: hexOf(place, fields, 'inquiry_hex') ?? inquiryOfNames(place, fields.get('inquiry')),
    ...(page00 && { page00 }),
    ...(page80 && { page80 }),
    ...(page83 && { page83 }),
  }
}

function hexOf(place: string, fields: ReadonlyMap<string, unknown>, field: string): Uint8Array | undefined {
  const hex = fields.get(field)
  if (hex === undefined || hex === null) return undefined
  const bytes = typeof hex === 'string' ? bytesOfHex(hex) : undefined
  if (bytes === undefined)
    throw new CommandRefusal(`${place}: ${field} must be text of hex digits, two a byte, or null`)
  return bytes
}

function inquiryOfNames(place: string, names: unknown): Uint8Array {
  const fields = new Map<string, unknown>(typeof names === 'object' && names !== null ? Object.entries(names) : [])
  const text = (field: string): string => {
    const value = fields.get(field)
    if (typeof value === 'string') return value
    throw new CommandRefusal(`${place}: inquiry.${field} must be text, or inquiry_hex be given`)
  }
  return inquiryOf(text('vendor'), text('product'), fields.has('rev') ? text('rev') : '')
}
