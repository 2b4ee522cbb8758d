/**
 * One document's YAML, read with the failsafe schema: every scalar is text, so that a WWID of digits only stays what it
 * is. May come in: any text. May not: anchors, aliases, tags, a second document; a fleet has no use for them, and they
 * make a document mean something else than it seems to.
 */
import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isScalar,
  LineCounter,
  parseDocument,
  visit,
  type YAMLError,
} from 'yaml'
import { BEGINNING } from './fault.ts'

export type At = { readonly line: number; readonly column: number }
export type YamlFault = { readonly message: string; readonly at: At }

export type YamlDocument = {
  /** Maps, lists and text only; undefined where there are faults. */
  readonly tree: unknown
  readonly faults: readonly YamlFault[]
  /** The place of a field, of a key inside of it where one is given, or of the nearest that is there. */
  placeOf(path: readonly (string | number)[], key?: string): At
}

/** A file of another kind has a fault in every line; the first ones say enough. */
const FAULTS_MAX = 20
const OPTIONS = {
  schema: 'failsafe',
  strict: true,
  uniqueKeys: true,
  stringKeys: true,
  resolveKnownTags: false,
  prettyErrors: false,
} as const

/** Parses for reading; never throws for what a text holds. */
export function readYaml(text: string): YamlDocument {
  const lines = new LineCounter()
  const at = (offset: number | undefined): At => {
    const { line, col } = lines.linePos(offset ?? 0)
    return line === 0 ? BEGINNING : { line, column: col }
  }
  const deep = DEEP.exec(text)
  if (deep !== null) {
    const before = text.slice(0, deep.index).split('\n')
    return tooDeep({ line: before.length, column: (before.at(-1)?.length ?? 0) + 1 })
  }
  try {
    const document = parseDocument(text, { ...OPTIONS, lineCounter: lines })
    const faults = [...syntaxFaults(document, at), ...strangers(document, at)].slice(0, FAULTS_MAX)
    return {
      tree: faults.length === 0 ? document.toJS() : undefined,
      faults,
      placeOf: (path, key) => at(key === undefined ? offsetOf(document, path) : offsetOfKey(document, path, key)),
    }
  } catch (error) {
    // The parser is recursive: what is nested by the thousand exhausts the stack.
    if (!(error instanceof RangeError)) throw error
    return tooDeep(BEGINNING)
  }
}

/** Brackets that no document of a fleet has; the parser takes seconds to find them unclosed. */
const DEEP = /(?:[[{]\s*){64}/

const tooDeep = (at: At): YamlDocument => ({
  tree: undefined,
  faults: [{ message: 'is nested too deeply', at }],
  placeOf: () => BEGINNING,
})

function syntaxFaults(document: Document, at: (offset: number) => At): YamlFault[] {
  const said = [...document.errors, ...document.warnings].map((error) => ({
    message: worded(error),
    at: at(error.pos[0]),
  }))
  if (said.length > 0) return said
  if (document.contents === null) return [{ message: 'is empty', at: BEGINNING }]
  return isMap(document.contents) ? [] : [{ message: 'must consist of fields, as `name: value`', at: BEGINNING }]
}

function worded({ code, message }: YAMLError): string {
  if (code === 'TAB_AS_INDENT') return 'a tab; YAML is indented by blanks'
  if (code === 'DUPLICATE_KEY') return 'the field is given twice'
  if (code === 'MULTIPLE_DOCS') return 'a second document begins here; a file holds one'
  return /call stack|stack overflow/i.test(message) ? 'is nested too deeply' : `YAML: ${message}`
}

function strangers(document: Document, at: (offset: number | undefined) => At): YamlFault[] {
  const found: YamlFault[] = []
  visit(document, {
    Node(_key, node) {
      const what = strangenessOf(node)
      if (what !== undefined) found.push({ message: `${what}; write the value out instead`, at: at(node.range?.[0]) })
    },
  })
  return found
}

function strangenessOf(node: unknown): string | undefined {
  if (isAlias(node)) return 'an alias (*name)'
  if ((isScalar(node) || isCollection(node)) && node.anchor !== undefined) return 'an anchor (&name)'
  return undefined
}

/** A text's beginning is its own; a list's or a map's is its key, which is what an editor should jump to. */
function offsetOf(document: Document, path: readonly (string | number)[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true)
    if (isScalar(node) && node.range) return node.range[0]
    if (isCollection(node)) {
      const last = path[length - 1]
      return typeof last === 'string' ? offsetOfKey(document, path.slice(0, length - 1), last) : (node.range?.[0] ?? 0)
    }
  }
  return document.contents?.range?.[0] ?? 0
}

function offsetOfKey(document: Document, path: readonly (string | number)[], key: string): number {
  const parent = path.length === 0 ? document.contents : document.getIn(path, true)
  const pair = isMap(parent) ? parent.items.find((item) => isScalar(item.key) && item.key.value === key) : undefined
  if (pair !== undefined && isNode(pair.key)) return pair.key.range?.[0] ?? 0
  return isNode(parent) ? (parent.range?.[0] ?? 0) : 0
}
