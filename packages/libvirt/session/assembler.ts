/**
 * Puts frames together out of the pieces in which a stream gives them.
 * May come in: bytes cut anywhere. May not: a frame longer than libvirt's longest, which is refused by its first word.
 */
import { malformed } from '#errors'
import { LONGEST_FRAME_BYTES, SHORTEST_FRAME_BYTES } from '#protocol'

export class FrameAssembler {
  #pieces: Uint8Array[] = []
  #sizeBytes = 0

  push(piece: Uint8Array): void {
    this.#pieces.push(piece)
    this.#sizeBytes += piece.length
  }

  /** The next whole frame with its length, undefined until it is here. @throws LibvirtError `malformed` */
  next(): Uint8Array | undefined {
    const lengthBytes = this.#peekLength()
    if (lengthBytes === undefined || this.#sizeBytes < lengthBytes) return undefined
    const first = this.#joined(lengthBytes)
    this.#pieces[0] = first.subarray(lengthBytes)
    this.#sizeBytes -= lengthBytes
    return first.subarray(0, lengthBytes)
  }

  #peekLength(): number | undefined {
    if (this.#sizeBytes < 4) return undefined
    const first = this.#joined(4)
    const lengthBytes = new DataView(first.buffer, first.byteOffset, first.byteLength).getUint32(0)
    if (lengthBytes >= SHORTEST_FRAME_BYTES && lengthBytes <= LONGEST_FRAME_BYTES) return lengthBytes
    throw malformed(`a frame of ${lengthBytes} bytes`)
  }

  /** The first piece, joined with the others where it is shorter than asked: once a frame, so that it stays linear. */
  #joined(lengthBytes: number): Uint8Array {
    const first = this.#pieces[0]
    if (first !== undefined && first.length >= lengthBytes) return first
    const all = Buffer.concat(this.#pieces)
    this.#pieces = [all]
    return all
  }
}
