/**
 * One document of a fleet: its text as a tree, and the place in the text where something stands.
 * The failsafe schema keeps every scalar text: a WWID of digits only would else become a number and lose its digits.
 */
import { type Document, isNode, LineCounter, type ParsedNode, parseDocument } from 'yaml'

/** A fault of a document. `line` and `column` count from 1. */
export type Fault = { readonly file: string; readonly line: number; readonly column: number; readonly message: string }

export type Tree = {
  readonly tree: unknown
  readonly faults: readonly Fault[]
  /** The place of a path in the document, or of what is nearest above it. */
  readonly placeOf: (path: readonly (string | number)[]) => Omit<Fault, 'file' | 'message'>
}

const MAX_BYTES = 4 * 1024 * 1024

export function treeOf(file: string, bytes: Uint8Array): Tree {
  const refused = unreadable(bytes)
  if (refused !== undefined)
    return {
      tree: undefined,
      faults: [{ file, line: 1, column: 1, message: refused }],
      placeOf: () => ({ line: 1, column: 1 }),
    }
  const lines = new LineCounter()
  const text = new TextDecoder().decode(bytes)
  const document = parseDocument(text, { schema: 'failsafe', lineCounter: lines, prettyErrors: false })
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(1, line), column: Math.max(1, col) }
  }
  const faults = [...document.errors, ...document.warnings].map((error) => ({
    file,
    ...at(error.pos[0]),
    message: error.message,
  }))
  const placeOf: Tree['placeOf'] = (path) => at(offsetOf(document, path))
  if (faults.length > 0) return { tree: undefined, faults, placeOf }
  try {
    return { tree: document.toJS({ maxAliasCount: MOST_ALIASES }), faults, placeOf }
  } catch (error) {
    // An alias that leads nowhere, or aliases of aliases that would fill the memory.
    if (!(error instanceof ReferenceError)) throw error
    return { tree: undefined, faults: [{ file, line: 1, column: 1, message: error.message }], placeOf }
  }
}

const MOST_ALIASES = 100

function unreadable(bytes: Uint8Array): string | undefined {
  if (bytes.length > MAX_BYTES) return `${bytes.length} bytes; a document has at most ${MAX_BYTES}`
  if (bytes.includes(0)) return 'a NUL byte: this is no text'
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return undefined
  } catch {
    return 'this is not UTF-8'
  }
}

function offsetOf(document: Document.Parsed<ParsedNode>, path: readonly (string | number)[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true)
    if (isNode(node) && node.range) return node.range[0]
  }
  return document.contents?.range?.[0] ?? 0
}
