/**
 * Reads XDR values (RFC 4506) out of one message.
 * May come in: bytes from the other side, whatever they are. May not: a length that is believed before it is checked.
 */
import { malformed } from '#errors'
import { LONGEST_TEXT_BYTES } from './writer.ts'

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const lenient = new TextDecoder('utf-8', { ignoreBOM: true })

/** All methods move on by what they read and throw LibvirtError `malformed` where the bytes do not have it. */
export class Reader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get leftBytes(): number {
    return this.#bytes.length - this.#at
  }

  int32(): number {
    return this.#view.getInt32(this.#take(4))
  }

  uint32(): number {
    return this.#view.getUint32(this.#take(4))
  }

  int64(): bigint {
    return this.#view.getBigInt64(this.#take(8))
  }

  uint64(): bigint {
    return this.#view.getBigUint64(this.#take(8))
  }

  float64(): number {
    return this.#view.getFloat64(this.#take(8))
  }

  /** XDR's bool and the mark before an optional value: 0 or 1, nothing else. */
  bool(): boolean {
    const value = this.uint32()
    if (value > 1) throw malformed(`${value} where 0 or 1 must be`)
    return value === 1
  }

  /** A fixed number of bytes, a copy. */
  fixed(lengthBytes: number): Uint8Array {
    const at = this.#take(lengthBytes + ((4 - (lengthBytes % 4)) % 4))
    return this.#bytes.slice(at, at + lengthBytes)
  }

  /** Bytes with their length before them, at most `mostBytes`. */
  opaque(mostBytes: number): Uint8Array {
    const lengthBytes = this.uint32()
    if (lengthBytes > mostBytes) throw malformed(`${lengthBytes} bytes where at most ${mostBytes} may be`)
    return this.fixed(lengthBytes)
  }

  /** A name or a document: must be UTF-8, for it will be compared or sent back. */
  text(): string {
    const bytes = this.opaque(LONGEST_TEXT_BYTES)
    try {
      return strict.decode(bytes)
    } catch (cause) {
      if (cause instanceof TypeError) throw malformed('a text that is not UTF-8')
      throw cause
    }
  }

  /** A text for people, in the daemon's locale: what is not UTF-8 becomes U+FFFD. */
  message(): string {
    return lenient.decode(this.opaque(LONGEST_TEXT_BYTES))
  }

  optional<Value>(read: (reader: Reader) => Value): Value | undefined {
    return this.bool() ? read(this) : undefined
  }

  /** At most `mostCount` values; no element has less than 4 bytes, so a count beyond the message is refused at once. */
  array<Value>(mostCount: number, read: (reader: Reader) => Value): Value[] {
    const count = this.uint32()
    if (count > mostCount || count * 4 > this.leftBytes)
      throw malformed(`${count} elements, where at most ${mostCount} may be and ${this.leftBytes} bytes are left`)
    return Array.from({ length: count }, () => read(this))
  }

  /** The message must end here. */
  end(): void {
    if (this.leftBytes > 0) throw malformed(`${this.leftBytes} bytes too many`)
  }

  #take(lengthBytes: number): number {
    if (lengthBytes > this.leftBytes) throw malformed(`a message that ends ${lengthBytes - this.leftBytes} bytes early`)
    const at = this.#at
    this.#at += lengthBytes
    return at
  }
}
