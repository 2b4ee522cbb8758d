/**
 * Pieces of a file exchanged, and the way back. Everything between them stays as it is, byte for byte.
 * May come in: bytes and places. May not: what the bytes mean.
 */
import { bytesOf, latin1 } from '../syntax/document.ts'

/** `text` (latin1, one character a byte) takes the place of the bytes from `start` up to `end`. */
export type Splice = { readonly start: number; readonly end: number; readonly text: string }

/** The bytes with all splices done. They must not overlap; their order does not matter. */
export function spliced(bytes: Uint8Array, splices: readonly Splice[]): Uint8Array {
  const sorted = inOrder(splices)
  const grown = sorted.reduce((sum, splice) => sum + splice.text.length - (splice.end - splice.start), 0)
  const result = new Uint8Array(bytes.length + grown)
  let from = 0
  let to = 0
  for (const { start, end, text } of sorted) {
    result.set(bytes.subarray(from, start), to)
    to += start - from
    result.set(bytesOf(text), to)
    to += text.length
    from = end
  }
  result.set(bytes.subarray(from), to)
  return result
}

/** The splices that turn the result back into `bytes`. */
export function inverse(bytes: Uint8Array, splices: readonly Splice[]): Splice[] {
  let moved = 0
  return inOrder(splices).map(({ start, end, text }) => {
    const at = start + moved
    moved += text.length - (end - start)
    return { start: at, end: at + text.length, text: latin1(bytes.subarray(start, end)) }
  })
}

function inOrder(splices: readonly Splice[]): Splice[] {
  const sorted = splices.toSorted((a, b) => a.start - b.start || a.end - b.end)
  for (const [at, splice] of sorted.entries()) {
    const before = sorted[at - 1]
    if (before !== undefined && before.end > splice.start) throw new RangeError('splices overlap')
  }
  return sorted
}
