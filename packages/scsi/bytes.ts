/**
 * Numbers and text out of the bytes of a SCSI answer.
 * May come in: bytes of any length; what lies behind their end reads as 0, as in the zeroed buffers of the real tools.
 * May not: an encoding. Text is one character a byte (0x00 to 0xff), so that no id is ever changed by being read.
 */

/** The byte at `at`, 0 behind the end. */
export function byteAt(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0
}

/** A big-endian number of `length` bytes, at most 6 of them (exact in a number). */
export function numberAt(bytes: Uint8Array, at: number, length: number): number {
  let number = 0
  for (let i = 0; i < length; i++) number = number * 256 + byteAt(bytes, at + i)
  return number
}

/** `length` bytes as text, one character a byte; bytes behind the end are NUL characters. */
export function textAt(bytes: Uint8Array, at: number, length: number): string {
  let text = ''
  for (let i = 0; i < length; i++) text += String.fromCharCode(byteAt(bytes, at + i))
  return text
}

/** `length` bytes as lower-case hex digits. */
export function hexAt(bytes: Uint8Array, at: number, length: number): string {
  let text = ''
  for (let i = 0; i < length; i++)
    text += byteAt(bytes, at + i)
      .toString(16)
      .padStart(2, '0')
  return text
}

/** The text up to its first NUL, as C sees it. */
export function cText(text: string): string {
  const end = text.indexOf('\0')
  return end < 0 ? text : text.slice(0, end)
}

/** The bytes of a text of one character a byte; characters beyond 0xff are given as UTF-8. */
export function bytesOf(text: string): Uint8Array {
  if (/[^\u0000-\u00ff]/.test(text)) return new TextEncoder().encode(text)
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}

/** Bytes from hex digits, white space between them allowed; undefined for anything else. */
export function bytesOfHex(hex: string): Uint8Array | undefined {
  const digits = hex.replace(/\s+/g, '')
  if (digits.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(digits)) return undefined
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}
