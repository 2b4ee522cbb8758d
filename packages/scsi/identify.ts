/**
 * All the names of one logical unit, worked out from what it answered.
 * May come in: INQUIRY data and the pages it did not refuse. May not: udev's database, a path, a host.
 */
import { cText } from './bytes.ts'
import { type Inquiry, parseInquiry } from './inquiry.ts'
import { vpd80, vpd83 } from './libmultipath.ts'
import { type Pages, type ScsiId, scsiId, targetPort, unitSerialBesidePage83 } from './scsi-id.ts'
import { formatSerial, replaceCharacters, replaceWhitespace } from './udev-text.ts'
import { wwidOfProperty } from './wwid.ts'

/** What a probe sends of one path; a page that the device refused is absent. */
export type Answers = Pages & { readonly inquiry: Uint8Array }

/** Texts are of one character a byte; what a tool would not give is absent. */
export type Identity = {
  /** Without the padding. */
  readonly vendor: string
  readonly product: string
  readonly revision: string
  readonly inquiry: Inquiry
  /** What multipath takes by default: udev's ID_SERIAL, or its own reading of page 0x83 where there is none. */
  readonly wwid?: string
  /** Where `wwid` comes from. A host that falls back to page 0x83 may name the same LUN otherwise. */
  readonly wwidFrom: 'id-serial' | 'page-83' | 'nothing'
  /** Today's scsi_id without and with --replace-whitespace; the latter is ID_SERIAL. */
  readonly scsiIdRaw?: string
  readonly idSerial?: string
  readonly idSerialShort?: string
  readonly idWwn?: string
  readonly idWwnWithExtension?: string
  readonly idScsiSerial?: string
  readonly idTargetPort?: string
  /** What scsi_id -u of RHEL 4 and 5 said, the callout of old configurations. */
  readonly legacyScsiId?: string
  readonly multipathVpd83?: string
  readonly multipathVpd80?: string
  /** Vendor or product hold a NUL: scsi_id gave up behind the id's first character, which many LUNs then share. */
  readonly namesBroken?: true
}

/** Works out every name of a logical unit; it never fails, for what is not there is absent. */
export function identify(answers: Answers): Identity {
  const inquiry = parseInquiry(answers.inquiry)
  return {
    vendor: cText(inquiry.vendor).trimEnd(),
    product: cText(inquiry.product).trimEnd(),
    revision: cText(inquiry.revision).trimEnd(),
    inquiry,
    ...wwidOf(inquiry, answers),
    ...namesBy(scsiId(inquiry, answers)),
    ...given('idScsiSerial', unitSerialBesidePage83(inquiry, answers)),
    ...given('idTargetPort', targetPort(inquiry, answers)),
    ...given('multipathVpd80', vpd80(answers.page80)),
  }
}

function wwidOf(inquiry: Inquiry, answers: Answers): Pick<Identity, 'wwid' | 'wwidFrom' | 'multipathVpd83'> {
  const id = scsiId(inquiry, answers)
  const own = vpd83(answers.page83)
  const byPage83 = own.ok ? { multipathVpd83: own.id } : {}
  if (id !== undefined) return { wwid: wwidOfProperty(idSerialOf(id)), wwidFrom: 'id-serial', ...byPage83 }
  return own.ok ? { wwid: wwidOfProperty(own.id), wwidFrom: 'page-83', ...byPage83 } : { wwidFrom: 'nothing' }
}

function namesBy(id: ScsiId | undefined): Partial<Identity> {
  if (id === undefined) return {}
  const wwn = id.wwn === undefined ? undefined : `0x${id.wwn}`
  return {
    scsiIdRaw: id.serial,
    idSerial: idSerialOf(id),
    idSerialShort: replaceCharacters(replaceWhitespace(id.serialShort)),
    ...given('idWwn', wwn),
    ...given('idWwnWithExtension', wwn && wwn + (id.wwnExtension ?? '')),
    legacyScsiId: formatSerial(id.serial),
    ...(id.namesBroken && { namesBroken: true }),
  }
}

function given<Key extends keyof Identity>(key: Key, value: Identity[Key]): Partial<Pick<Identity, Key>> {
  const one: Partial<Pick<Identity, Key>> = {}
  if (value !== undefined) one[key] = value
  return one
}

/** ID_SERIAL, which is also what `scsi_id --replace-whitespace` prints. */
export function idSerialOf(id: ScsiId): string {
  return replaceCharacters(replaceWhitespace(id.serial))
}
