/**
 * A document's text with some fields set: comments, order and all else of the operator's stay.
 * (yaml may normalise the blanks before a comment at the first write; meaning and comments never change.)
 */
import type { DocumentChange, Field } from '@anyblade/engine'
import { type Document, isNode, parseDocument, Scalar, stringify } from 'yaml'

/** Values as YAML text, for `--output yaml`. */
export const yamlText = (value: unknown): string => stringify(value)

const SCHEMAS: Readonly<Record<string, string>> = { blades: 'blade', arrays: 'array', volumes: 'volume', vms: 'vm' }

/** The new text of the document; `text` is undefined where there is none yet. */
export function changedText(text: string | undefined, change: DocumentChange): string {
  if ('text' in change) return change.text
  const document = parseDocument(text ?? header(change.document), { schema: 'failsafe' })
  for (const { path, value } of change.set) put(document, pathIn(path), value)
  return document.toString({ lineWidth: 0 })
}

/** A new document names its schema, so that editors check it while it is typed. */
function header(file: string): string {
  const kind = file.split('/')[0] ?? ''
  const schema = SCHEMAS[kind]
  return schema === undefined ? '{}' : `# yaml-language-server: $schema=../schemas/${schema}.json\n`
}

const pathIn = (path: readonly string[]): (string | number)[] =>
  path.map((step) => (/^\d+$/.test(step) ? Number(step) : step))

/** The remark that stands behind the old value stays behind the new one. */
function put(document: Document, path: readonly (string | number)[], value: Field['value']): void {
  const before = document.getIn(path, true)
  const node = Array.isArray(value) ? document.createNode(value) : scalar(String(value))
  if (isNode(before)) Object.assign(node, { comment: before.comment, commentBefore: before.commentBefore })
  document.setIn(path, node)
}

/** Quoted wherever another reader of YAML would take it for a number or worse. */
function scalar(text: string): Scalar {
  const node = new Scalar(text)
  if (!/^[A-Za-z][A-Za-z0-9 _./@-]*$/.test(text)) node.type = 'QUOTE_DOUBLE'
  return node
}
