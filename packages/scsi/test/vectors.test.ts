import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import {
  bytesOfHex,
  identify,
  idSerialOf,
  inquiryOf,
  type Pages,
  parseInquiry,
  type ScsiId,
  scsiIdByPage80,
  scsiIdByPreSpc3Page83,
} from '../index.ts'

/** A line of the measured vectors: names of fields as the file has them, null where a tool gave nothing. */
type Vector = Readonly<Record<string, unknown>> & { readonly name: string; readonly inquiry: unknown }

const file = new URL('../../../../shared/multipath/wwid-vectors.jsonl', import.meta.url)
const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []
const vectors = lines.map((line): Vector => JSON.parse(line))

test('measured WWIDs', { skip: vectors.length > 0 ? false : 'left out: no wwid-vectors.jsonl beside' }, async (t) => {
  for (const vector of vectors) await t.test(vector.name, () => check(vector))
})

function pagesOf(vector: Vector): Pages {
  const page = (key: string) => {
    const hex = vector[`${key}_hex`]
    const bytes = typeof hex === 'string' ? bytesOfHex(hex) : undefined
    return bytes === undefined ? {} : { [key]: bytes }
  }
  return { ...page('page00'), ...page('page80'), ...page('page83') }
}

function inquiryBytes(vector: Vector): Uint8Array {
  const { vendor, product, rev } = Object(vector.inquiry)
  return inquiryOf(String(vendor), String(product), String(rev))
}

function check(vector: Vector): void {
  const pages = pagesOf(vector)
  const inquiry = inquiryBytes(vector)
  const identity = identify({ inquiry, ...pages })
  const u = (id: ScsiId | undefined) => (id === undefined ? null : idSerialOf(id))
  const parsed = parseInquiry(inquiry)
  const found: Readonly<Record<string, string | null>> = {
    expected_scsi_id: identity.idSerial ?? null,
    expected_id_serial_short: identity.idSerialShort ?? null,
    expected_id_wwn: identity.idWwn ?? null,
    expected_id_wwn_with_extension: identity.idWwnWithExtension ?? null,
    expected_id_scsi_serial: identity.idScsiSerial ?? null,
    expected_id_target_port: identity.idTargetPort ?? null,
    scsi_id_u: identity.idSerial ?? null,
    scsi_id_raw: identity.scsiIdRaw ?? null,
    scsi_id_pre_spc3: u(scsiIdByPreSpc3Page83(parsed, pages)),
    scsi_id_page80: u(scsiIdByPage80(parsed, pages)),
    expected_multipath: identity.wwid ?? null,
    expected_multipath_vpd83: identity.multipathVpd83 ?? null,
    multipath_vpd80: identity.multipathVpd80 ?? null,
    ...('legacy_scsi_id_u' in vector ? { legacy_scsi_id_u: identity.legacyScsiId ?? null } : {}),
  }
  const wanted = Object.fromEntries(Object.keys(found).map((key) => [key, vector[key]]))
  assert.deepEqual(found, wanted)
}
