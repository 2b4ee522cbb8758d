/**
 * The frame around every message: its length, then six words, then the body.
 * May come in: one whole frame. May not: a body's meaning.
 * Source: libvirt's docs, "RPC protocol and APIs": virNetMessageHeader; the length counts itself.
 */
import { malformed } from '#errors'
import { Reader, Writer } from '#xdr'

export const PROGRAM = { remote: 0x20008086, keepalive: 0x6b656570 } as const

/** Length and header without a body. */
export const SHORTEST_FRAME_BYTES = 28
/** Source: VIR_NET_MESSAGE_MAX (32 MiB) and the length word */
export const LONGEST_FRAME_BYTES = 32 * 1024 * 1024 + 4

const TYPES = ['call', 'reply', 'message', 'stream', 'call-with-fds', 'reply-with-fds', 'stream-hole'] as const
/** `message` is one that nobody asked for: an event, a ping. */
export type MessageType = (typeof TYPES)[number]

const STATUSES = ['ok', 'error', 'continue'] as const

export type Frame = {
  readonly program: number
  readonly procedure: number
  readonly type: MessageType
  readonly serial: number
  readonly status: (typeof STATUSES)[number]
  readonly body: Uint8Array
}

const VERSION = 1

/** The bytes of a frame, length first. */
export function encodeFrame(frame: Frame): Uint8Array {
  const writer = new Writer()
  writer.uint32(SHORTEST_FRAME_BYTES + frame.body.length)
  writer.uint32(frame.program)
  writer.uint32(VERSION)
  writer.int32(frame.procedure)
  writer.uint32(TYPES.indexOf(frame.type))
  writer.uint32(frame.serial)
  writer.uint32(STATUSES.indexOf(frame.status))
  writer.fixed(frame.body)
  return writer.bytes()
}

/** `bytes` is one frame with its length. @throws LibvirtError `malformed` */
export function decodeFrame(bytes: Uint8Array): Frame {
  const reader = new Reader(bytes)
  reader.uint32()
  const program = reader.uint32()
  const version = reader.uint32()
  if (version !== VERSION) throw malformed(`version ${version} of the protocol`)
  const procedure = reader.int32()
  const type = word(TYPES, reader.uint32(), 'type')
  const serial = reader.uint32()
  const status = word(STATUSES, reader.uint32(), 'status')
  return { program, procedure, type, serial, status, body: bytes.subarray(SHORTEST_FRAME_BYTES) }
}

function word<Word>(words: readonly Word[], number: number, what: string): Word {
  const found = words[number]
  if (found === undefined) throw malformed(`a message of ${what} ${number}`)
  return found
}
