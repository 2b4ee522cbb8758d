/**
 * The syntax tree of a multipath.conf: every byte in it, and the sections as the tool of one release finds them.
 * May come in: bytes. May not: the meaning of a value, I/O.
 */
import { type Dialect, dialectOf } from '../releases/dialect.ts'
import { NEWEST_RELEASE, type Release } from '../releases/release.ts'
import type { Line } from './line.ts'
import type { Close, Node, Opening, Section } from './node.ts'
import { type Visitor, walk } from './walk.ts'

export type { Line } from './line.ts'
export type * from './node.ts'

export type Document = {
  readonly release: Release
  readonly dialect: Dialect
  readonly bytes: Uint8Array
  /** The bytes as latin1 text, one character a byte. */
  readonly text: string
  readonly lines: readonly Line[]
  readonly nodes: readonly Node[]
}

/**
 * Parses any bytes as `release` (the newest if none is named) would. Nothing is lost: `print(parse(bytes))` is `bytes`.
 * Linear in the length of the file; sections nest two deep at most, because the tool follows only sections it knows.
 * @throws MultipathError `release-unknown`
 */
export function parse(bytes: Uint8Array, release: string = NEWEST_RELEASE): Document {
  const dialect = dialectOf(release)
  const text = latin1(bytes)
  const tree = new Tree()
  walk(text, dialect, tree)
  return { release: dialect.release, dialect, bytes, text, lines: tree.lines, nodes: tree.nodes }
}

/** Like `parse`, for text that already is one character a byte. */
export function parseText(text: string, release: string = NEWEST_RELEASE): Document {
  return parse(bytesOf(text), release)
}

/** The bytes of a document, as they came in. */
export function print(document: Document): Uint8Array {
  return bytesOf(document.lines.map((line) => document.text.slice(line.start, line.end)).join(''))
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })
const NOT_ASCII = /[^\0-\x7f]/

/** One character for each byte. */
export function latin1(bytes: Uint8Array): string {
  const plain = utf8.decode(bytes)
  if (plain.length === bytes.length && !NOT_ASCII.test(plain)) return plain
  const parts: string[] = []
  for (let at = 0; at < bytes.length; at += 8192) parts.push(String.fromCharCode(...bytes.subarray(at, at + 8192)))
  return parts.join('')
}

/** One byte for each character; the way back from `latin1`. */
export function bytesOf(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length)
  for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at)
  return bytes
}

type Growing = Opening & { readonly children: Node[]; close: Close | undefined }

/** Keeps what a walk comes by. */
class Tree implements Visitor {
  readonly lines: Line[] = []
  readonly nodes: Node[] = []
  readonly #open: Growing[] = []

  node(node: Exclude<Node, Section>): void {
    this.lines.push(node.line)
    this.#siblings().push(node)
  }

  open(opening: Opening): void {
    const section: Growing = { ...opening, children: [], close: undefined }
    this.lines.push(opening.line)
    this.#siblings().push(section)
    this.#open.push(section)
  }

  close(close: Close | undefined): void {
    const section = this.#open.pop()
    if (section === undefined || close === undefined) return
    this.lines.push(close.line)
    section.close = close
  }

  #siblings(): Node[] {
    return this.#open.at(-1)?.children ?? this.nodes
  }
}
