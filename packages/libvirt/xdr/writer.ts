/**
 * Writes XDR values (RFC 4506).
 * May come in: values of ours. May not go out: one that would not fit its type, or that libvirt's limits refuse.
 */
import { LibvirtError } from '#errors'

/** Source: REMOTE_STRING_MAX of libvirt's remote protocol */
export const LONGEST_TEXT_BYTES = 4 * 1024 * 1024

const encoder = new TextEncoder()

/** All methods throw LibvirtError `value-invalid` for a value that does not fit. */
export class Writer {
  #bytes = new Uint8Array(256)
  #view = new DataView(this.#bytes.buffer)
  #length = 0

  /** What was written, a copy. */
  bytes(): Uint8Array {
    return this.#bytes.slice(0, this.#length)
  }

  int32(value: number): void {
    check(Number.isInteger(value) && value >= -(2 ** 31) && value < 2 ** 31, value, 'a signed number of 32 bits')
    const at = this.#room(4)
    this.#view.setInt32(at, value)
  }

  uint32(value: number): void {
    check(Number.isInteger(value) && value >= 0 && value < 2 ** 32, value, 'an unsigned number of 32 bits')
    const at = this.#room(4)
    this.#view.setUint32(at, value)
  }

  int64(value: bigint): void {
    check(BigInt.asIntN(64, value) === value, value, 'a signed number of 64 bits')
    const at = this.#room(8)
    this.#view.setBigInt64(at, value)
  }

  uint64(value: bigint): void {
    check(BigInt.asUintN(64, value) === value, value, 'an unsigned number of 64 bits')
    const at = this.#room(8)
    this.#view.setBigUint64(at, value)
  }

  float64(value: number): void {
    const at = this.#room(8)
    this.#view.setFloat64(at, value)
  }

  bool(value: boolean): void {
    this.uint32(value ? 1 : 0)
  }

  /** Bytes without a length, padded to four. */
  fixed(bytes: Uint8Array): void {
    const at = this.#room(bytes.length + ((4 - (bytes.length % 4)) % 4))
    this.#bytes.set(bytes, at)
  }

  opaque(bytes: Uint8Array): void {
    this.uint32(bytes.length)
    this.fixed(bytes)
  }

  text(value: string): void {
    check(value.isWellFormed() && !value.includes('\0'), value.slice(0, 80), 'a text without NUL and half characters')
    const bytes = encoder.encode(value)
    check(bytes.length <= LONGEST_TEXT_BYTES, `${bytes.length} bytes`, `a text of at most ${LONGEST_TEXT_BYTES} bytes`)
    this.opaque(bytes)
  }

  optional<Value>(value: Value | undefined, write: (writer: Writer, value: Value) => void): void {
    this.bool(value !== undefined)
    if (value !== undefined) write(this, value)
  }

  array<Value>(values: readonly Value[], write: (writer: Writer, value: Value) => void): void {
    this.uint32(values.length)
    for (const value of values) write(this, value)
  }

  /** The offset of fresh zero bytes. */
  #room(lengthBytes: number): number {
    const at = this.#length
    this.#length += lengthBytes
    if (this.#length > this.#bytes.length) this.#grow()
    return at
  }

  #grow(): void {
    const grown = new Uint8Array(Math.max(this.#length, this.#bytes.length * 2))
    grown.set(this.#bytes)
    this.#bytes = grown
    this.#view = new DataView(grown.buffer)
  }
}

function check(holds: boolean, value: unknown, wanted: string): void {
  if (holds) return
  const explanation = { attempted: 'write a call to libvirt', found: String(value), hint: `give ${wanted}` }
  throw new LibvirtError('value-invalid', explanation)
}
