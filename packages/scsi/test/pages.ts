/** Vital product data built byte by byte, for the tests of this room. */
import { type Answers, inquiryOf } from '../index.ts'

const ascii = (text: string): number[] => Array.from(text, (character) => character.charCodeAt(0))

export type Descriptor = {
  readonly type: number
  readonly codeSet?: number
  /** 0 the logical unit, 1 the port. */
  readonly association?: number
  readonly id: string | readonly number[]
}

/** `length` overrides the length that the page tells of itself. */
export function page83(descriptors: readonly Descriptor[], length?: number): Uint8Array {
  const body = descriptors.flatMap(({ type, codeSet, association = 0, id }) => {
    const bytes = typeof id === 'string' ? ascii(id) : id
    return [codeSet ?? (typeof id === 'string' ? 2 : 1), (association << 4) | type, 0, bytes.length, ...bytes]
  })
  const told = length ?? body.length
  return Uint8Array.from([0, 0x83, told >> 8, told & 0xff, ...body])
}

export function page80(serial: string): Uint8Array {
  return Uint8Array.from([0, 0x80, 0, serial.length, ...ascii(serial)])
}

export function page00(...pages: readonly number[]): Uint8Array {
  return Uint8Array.from([0, 0, 0, pages.length, ...pages])
}

/** Sixteen bytes of an NAA id of kind `naa`. */
export function naa(kind: number, length = 16): number[] {
  return [kind << 4, ...Array.from({ length: length - 1 }, (_, i) => i + 1)]
}

/** A disk of ACME that lists all its pages. */
export function disk(descriptors: readonly Descriptor[], serial = 'SER 1'): Answers {
  return {
    inquiry: inquiryOf('ACME', 'MODEL X', '0001'),
    page00: page00(0, 0x80, 0x83),
    page80: page80(serial),
    page83: page83(descriptors),
  }
}
