/** The door of XDR (RFC 4506): bytes to values and back, every length checked. */
export { Reader } from './reader.ts'
export { LONGEST_TEXT_BYTES, Writer } from './writer.ts'
