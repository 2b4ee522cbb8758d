/**
 * Single values out of a blade's answer: each checked for its form and its length, control characters taken out.
 * May come in: any text. May not: a value that was not there.
 */
import { type Wwpn, wwpn } from '@anyblade/engine'
import { Garbled } from './sections.ts'
import { cleaned } from './ssh-command.ts'

/** A field for people and comparisons, without control characters. */
export const word = (text: string | undefined, length = 128): string => cleaned(text ?? '', length)

/** A whole number; `what` names the place for the message. @throws Garbled */
export function count(text: string | undefined, what: string): number {
  const value = /^-?\d{1,16}$/.test(text ?? '') ? Number(text) : Number.NaN
  if (Number.isSafeInteger(value)) return value
  throw new Garbled(`${what} is no number: ${JSON.stringify(word(text, 40))}`)
}

/** Text of a fixed form. @throws Garbled */
export function formed(text: string | undefined, form: RegExp, what: string): string {
  if (text !== undefined && form.test(text)) return text
  throw new Garbled(`${what} is ${JSON.stringify(word(text, 40))}`)
}

/** Bytes in base64, at most `maxBytes` of them. @throws Garbled */
export function bytesOf(text: string | undefined, maxBytes: number, what: string): Uint8Array {
  const isBase64 = text !== undefined && text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text)
  if (!isBase64) throw new Garbled(`${what} is not base64`)
  if (text.length > (maxBytes / 3) * 4 + 4) throw new Garbled(`${what} is longer than ${maxBytes} bytes`)
  return new Uint8Array(Buffer.from(text, 'base64'))
}

/** Text in base64; line feeds and tabs stay, other control characters go, bytes that are no UTF-8 become U+FFFD. */
export function textOf(text: string | undefined, maxBytes: number, what: string): string {
  const decoded = new TextDecoder().decode(bytesOf(text, maxBytes, what))
  return decoded.replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '')
}

/** Bytes in hex. @throws Garbled */
export function hexBytes(text: string | undefined, what: string): Uint8Array {
  return new Uint8Array(Buffer.from(formed(text, /^(?:[0-9a-f]{2}){0,4096}$/, what), 'hex'))
}

/** The port's name, or undefined where the field holds none (`0x0` and all f: the kernel's word for nothing). */
export function portOf(text: string | undefined): Wwpn | undefined {
  const name = wwpn(text ?? '')
  return name === undefined || /^(0+|f+)$/.test(name) ? undefined : name
}
