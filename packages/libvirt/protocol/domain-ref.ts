/**
 * How a domain is named in calls, answers and events.
 * May come in: what libvirt sent, or a reference it gave before. May not: a name alone (look it up first).
 */
import { LibvirtError } from '#errors'
import type { Reader, Writer } from '#xdr'

export type DomainRef = {
  readonly name: string
  /** Lower case, with hyphens. */
  readonly uuid: string
  /** The number of the running domain, -1 where it does not run. It changes with each start. */
  readonly id: number
}

export function readDomainRef(reader: Reader): DomainRef {
  return { name: reader.text(), uuid: uuidText(reader.fixed(16)), id: reader.int32() }
}

export function writeDomainRef(writer: Writer, domain: DomainRef): void {
  writer.text(domain.name)
  writeUuid(writer, domain.uuid)
  writer.int32(domain.id)
}

/** @throws LibvirtError `value-invalid` */
export function writeUuid(writer: Writer, uuid: string): void {
  if (!isUuidText(uuid)) {
    const hint = 'give 32 hex digits, hyphens or not'
    throw new LibvirtError('value-invalid', { attempted: 'name a domain by its uuid', found: uuid.slice(0, 80), hint })
  }
  writer.fixed(Buffer.from(uuid.replaceAll('-', ''), 'hex'))
}

export function isUuidText(text: string): boolean {
  return /^[0-9a-fA-F]{8}(-?)[0-9a-fA-F]{4}\1[0-9a-fA-F]{4}\1[0-9a-fA-F]{4}\1[0-9a-fA-F]{12}$/.test(text)
}

function uuidText(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
