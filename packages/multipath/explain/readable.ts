/**
 * Text of a file as a person reads it.
 * May come in: text that is one character a byte. May not: anything else.
 */
import { bytesOf } from '../syntax/document.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const NOT_ASCII = /[\x80-\xff]/

/** The text as UTF-8 where it is that, else as it stands. */
export function readable(text: string): string {
  if (!NOT_ASCII.test(text)) return text
  try {
    return utf8.decode(bytesOf(text))
  } catch {
    return text
  }
}
