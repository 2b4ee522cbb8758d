/** Answers to PERSISTENT RESERVE IN built byte by byte, for the tests of this room. */
import { bytesOfHex } from '../index.ts'

const hex = (number: number, bytes: number): string => number.toString(16).padStart(2 * bytes, '0')

/** `generation` and the list behind its length; `length` is told in place of the true one. */
export function listAnswer(generation: number, list: string, length = list.length / 2): Uint8Array {
  return bytesOfHex(hex(generation, 4) + hex(length, 4) + list) ?? new Uint8Array()
}

/** FC, format 0. */
export const fcId = (wwpn: string): string => `00${'00'.repeat(7)}${wwpn}${'00'.repeat(8)}`

/** iSCSI: the name alone is format 0, with `,i,0x` and a session format 1; filled up to a multiple of 4. */
export function iscsiId(text: string): string {
  const bytes = Buffer.from(`${text}\0`)
  const padded = Math.ceil(bytes.length / 4) * 4
  return (
    hex(text.includes(',i,') ? 0x45 : 0x05, 1) +
    hex(0, 1) +
    hex(padded, 2) +
    bytes.toString('hex').padEnd(2 * padded, '0')
  )
}

type Written = {
  readonly key: string
  readonly id: string
  readonly port?: number
  readonly flags?: number
  readonly scopeType?: number
}

export const registrant = ({ key, id, port = 1, flags = 0, scopeType = 0 }: Written): string =>
  key + '00'.repeat(4) + hex(flags, 1) + hex(scopeType, 1) + '00'.repeat(4) + hex(port, 2) + hex(id.length / 2, 4) + id
