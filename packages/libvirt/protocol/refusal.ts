/**
 * libvirt's error as it travels in a reply.
 * May come in: the body of a reply whose status is error. May not: the fields that no caller uses, beyond reading them.
 */
import type { Refusal } from '#errors'
import type { Reader } from '#xdr'
import { readDomainRef } from './domain-ref.ts'

/** @throws LibvirtError `malformed` */
export function readRefusal(reader: Reader): Refusal {
  const number = reader.int32()
  const origin = reader.int32()
  const message = reader.optional((r) => r.message()) ?? 'no message'
  reader.int32() // level
  reader.optional(readDomainRef)
  for (let i = 0; i < 3; i++) reader.optional((r) => r.message())
  reader.int32()
  reader.int32()
  reader.optional((r) => [r.text(), r.fixed(16)]) // a network
  reader.end()
  return { number, origin, message }
}
