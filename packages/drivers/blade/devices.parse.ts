/**
 * The disks of a blade, with what each said of itself. The id is worked out here from the raw bytes of the answer, by
 * the rules of @anyblade/scsi; an answer that gives none is a refusal and never a device without an id.
 */
import { type Identity, lunSize, type Reading, type ScsiDevice, type Wwid, wwid } from '@anyblade/engine'
import { identify, lunOfLinux, parseReadCapacity10, parseReadCapacity16 } from '@anyblade/scsi'
import { count, formed, hexBytes, word } from './fields.ts'
import type { Section } from './sections.ts'

const HCTL = /^(\d{1,5}):(\d{1,5}):(\d{1,5}):(\d{1,16})$/
const SD = /^(sd[a-z]{1,6}|-)$/
const SG = /^sg\d{1,6}$/
const SILENT: Reading<never> = { state: 'timed out', because: 'no answer to INQUIRY in 5 s' }

/** @throws Garbled */
export function parseDevices(san: Section): ScsiDevice[] {
  const answers = new Map(san.of('inquiry').map(cutAtTab))
  return san.rows('device').map(([place, sd, sg, state, , sysfs]) => {
    const hctl = formed(place, HCTL, 'a device’s place')
    const [host = '', channel = '', target = '', lun = ''] = hctl.split(':')
    const answer = answers.get(hctl)
    const known = knownAs(sysfs)
    return {
      hctl,
      host: Number(host),
      channel: Number(channel),
      target: Number(target),
      lun: lunOfLinux(count(lun, hctl)).lun,
      sd: formed(sd, SD, `the disk of ${hctl}`),
      sg: sg === '-' ? undefined : formed(sg, SG, `the sg of ${hctl}`),
      state: word(state, 30),
      ...(known !== undefined && { known }),
      inquiry: answer === undefined ? SILENT : readingOf(answer, hctl),
    }
  })
}

/** How sysfs writes an id, as scsi_id writes it; a vendor's own text (`t10.`) can't be compared. */
const SYSFS = [
  [/^naa\.([0-9a-f]{16,32})$/, '3'],
  [/^eui\.([0-9a-f]{16,32})$/, '2'],
] as const

function knownAs(sysfs: string | undefined): Wwid | undefined {
  for (const [form, type] of SYSFS) {
    const digits = form.exec(sysfs ?? '')?.[1]
    if (digits !== undefined) return wwid(`${type}${digits}`)
  }
  return undefined
}

function cutAtTab(text: string): [string, string] {
  const at = text.indexOf('\t')
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
}

/** What the bytes of an answer say; every path to a LUN, on every blade, answers the same ones. */
const readings = new Map<string, Reading<Identity>>()
const MOST_READINGS = 100_000

function readingOf(answer: string, hctl: string): Reading<Identity> {
  const known = readings.get(answer)
  if (known !== undefined) return known
  const reading = parseInquiryAnswer(answer.split('\t'), hctl)
  if (readings.size >= MOST_READINGS) readings.clear()
  // A copy, for a part of a text keeps all of it in memory.
  readings.set(Buffer.from(answer).toString(), reading)
  return reading
}

/** @throws Garbled where the blade's answer is not in its form; what the disk itself answered wrong is a reading */
function parseInquiryAnswer([kind, ...rest]: readonly string[], hctl: string): Reading<Identity> {
  if (kind === 'ok') return identityOf(rest.slice(0, 6).map((hex) => hexBytes(hex, `the answer of ${hctl}`)))
  const because = word(rest[0], 200)
  return kind === 'silent' ? { state: 'timed out', because } : { state: 'refused', because }
}

function identityOf([
  inquiry,
  page00,
  page80,
  page83,
  capacity16,
  capacity10,
]: readonly Uint8Array[]): Reading<Identity> {
  if (inquiry === undefined || inquiry.length < 36) return { state: 'garbled', because: 'a short answer to INQUIRY' }
  const found = identify({ inquiry, ...pages(page00, page80, page83) })
  const id = wwid(found.wwid ?? '')
  // The digit of its type alone is what scsi_id says of a disk whose names are broken; many disks would share it.
  if (id === undefined || id.length < 2)
    return { state: 'garbled', because: `no usable id: ${JSON.stringify(word(found.wwid, 60))}` }
  const capacity = capacityOf(capacity16, capacity10)
  if (capacity === undefined) return { state: 'garbled', because: 'no usable answer to READ CAPACITY' }
  if (capacity.bytes >= 2n ** 53n) return { state: 'garbled', because: `a size of ${capacity.bytes} bytes` }
  return {
    state: 'read',
    value: {
      wwid: id,
      vendor: word(found.vendor, 8),
      product: word(found.product, 16),
      revision: word(found.revision, 4),
      size: lunSize(capacity.lastBlock, capacity.blockBytes),
      blockBytes: capacity.blockBytes,
    },
  }
}

/** A page that the device does not have is absent, not empty. */
const pages = (page00?: Uint8Array, page80?: Uint8Array, page83?: Uint8Array) => ({
  ...(page00?.length && { page00 }),
  ...(page80?.length && { page80 }),
  ...(page83?.length && { page83 }),
})

function capacityOf(long: Uint8Array | undefined, short: Uint8Array | undefined) {
  if (long !== undefined && long.length > 0) return parseReadCapacity16(long)
  const capacity = short && parseReadCapacity10(short)
  return capacity === 'too-large' ? undefined : capacity
}
