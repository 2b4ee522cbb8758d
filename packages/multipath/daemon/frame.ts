/**
 * How multipathd's socket cuts a stream into messages, and where the socket is.
 * May come in: bytes as they arrive. May not: a connection.
 * Source: multipath-tools libmpathcmd/mpath_cmd.c, send_packet() and recv_packet()
 */
import { type Release, releaseNumber } from '../releases/release.ts'

/** The host's size_t; all blades of today have eight bytes, little end first. */
export type NativeWord = { readonly bytes: 4 | 8; readonly endian: 'little' | 'big' }

const today: NativeWord = { bytes: 8, endian: 'little' }
/** MAX_REPLY_LEN of libmpathcmd. */
const maxReplyBytes = 32 * 1024 * 1024

/** A command as the daemon wants it: its length, its text, a closing NUL that counts. */
export function encodeFrame(command: string, word: NativeWord = today): Uint8Array {
  const text = new TextEncoder().encode(`${command}\0`)
  const frame = new Uint8Array(word.bytes + text.length)
  const view = new DataView(frame.buffer)
  if (word.bytes === 8) view.setBigUint64(0, BigInt(text.length), word.endian === 'little')
  else view.setUint32(0, text.length, word.endian === 'little')
  frame.set(text, word.bytes)
  return frame
}

/** `rest` is the beginning of a reply that is not whole yet; `oversized` says that the stream can't be read on. */
export type Frames = { readonly replies: readonly string[]; readonly rest: Uint8Array; readonly oversized: boolean }

/** Cuts what has arrived into whole replies, each without its closing NUL; bytes that are not UTF-8 become U+FFFD. */
export function decodeFrames(arrived: Uint8Array, word: NativeWord = today): Frames {
  const replies: string[] = []
  let at = 0
  while (arrived.length - at >= word.bytes) {
    const length = lengthAt(arrived, at, word)
    if (length === 0n || length >= BigInt(maxReplyBytes))
      return { replies, rest: arrived.subarray(at), oversized: true }
    const end = at + word.bytes + Number(length)
    if (end > arrived.length) break
    replies.push(textOf(arrived.subarray(at + word.bytes, end)))
    at = end
  }
  return { replies, rest: arrived.subarray(at), oversized: false }
}

function lengthAt(bytes: Uint8Array, at: number, { bytes: size, endian }: NativeWord): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, size)
  return size === 8 ? view.getBigUint64(0, endian === 'little') : BigInt(view.getUint32(0, endian === 'little'))
}

function textOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0)
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end))
}

/**
 * Where the daemon listens, in the order to try; a leading NUL is an abstract name, not visible from another network
 * namespace. Source: libmpathcmd/mpath_cmd.c; the path beside the abstract name came with 0.12
 */
export function socketAddresses(release: Release): readonly string[] {
  const number = releaseNumber(release)
  if (number < releaseNumber('0.5.0')) return ['/var/run/multipathd.sock']
  const abstract = '\0/org/kernel/linux/storage/multipathd'
  return number < releaseNumber('0.12.0') ? [abstract] : ['/run/multipathd.socket', abstract]
}
