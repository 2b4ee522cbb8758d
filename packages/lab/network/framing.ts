/**
 * How QEMU puts Ethernet frames on a socket (`-netdev stream`): four bytes of length, big-endian, then the frame.
 * May come in: bytes in any portions. May not: I/O.
 */

const lengthBytes = 4
/** More than any frame of ours (MTU 2500); what claims more is no QEMU. */
const mostFrameBytes = 128 * 1024

/** Frames out of a stream of bytes: give it each portion, get the frames that are whole. @throws RangeError */
export function frameReader(): (portion: Buffer) => Buffer[] {
  let rest: Buffer = Buffer.alloc(0)
  return (portion) => {
    const bytes = rest.length === 0 ? portion : Buffer.concat([rest, portion])
    const frames: Buffer[] = []
    let at = 0
    while (bytes.length - at >= lengthBytes) {
      const length = bytes.readUInt32BE(at)
      if (length > mostFrameBytes) throw new RangeError(`a frame of ${length} bytes`)
      const end = at + lengthBytes + length
      if (end > bytes.length) break
      frames.push(bytes.subarray(at + lengthBytes, end))
      at = end
    }
    rest = bytes.subarray(at)
    return frames
  }
}

/** The frame as it goes onto the socket. */
export function framed(frame: Buffer): Buffer {
  const length = Buffer.alloc(lengthBytes)
  length.writeUInt32BE(frame.length)
  return Buffer.concat([length, frame])
}
