/**
 * A document's text with some fields set: comments, order and all else of the operator's stay. A value that stands on
 * one line is replaced where it stands; only where the shape changes is the text written anew, which may normalise
 * the blanks before a comment. Meaning and comments never change.
 */
import { type DocumentChange, type DocumentKind, EngineError, type Field } from '@anyblade/engine'
import { type Document, isCollection, isMap, isScalar, parse, parseDocument, Scalar, stringify } from 'yaml'
import { placeOf } from './layout.ts'
import { HEADS, REMARKS } from './remarks.ts'

/** Values as YAML text, for `--output yaml`. */
export const yamlText = (value: unknown): string => stringify(value)

type Path = readonly (string | number)[]
type Value = Extract<Field, { readonly value: unknown }>['value']

/**
 * The new text of the document; `text` is undefined where there is none yet.
 * @throws EngineError `document-invalid` where the present text is no YAML
 */
export function changedText(
  text: string | undefined,
  change: Exclude<DocumentChange, { readonly gone: true }>,
): string {
  if ('text' in change) return change.text
  const kind = placeOf(change.document)?.kind
  const head = kind === undefined ? '' : HEADS[kind]
  return change.set.reduce(
    (now, field) =>
      withField(now, change.document, kind, pathIn(field.path), 'gone' in field ? undefined : field.value),
    text ?? head,
  )
}

const pathIn = (path: readonly string[]): Path => path.map((step) => (/^\d+$/.test(step) ? Number(step) : step))

function withField(
  text: string,
  file: string,
  kind: DocumentKind | undefined,
  path: Path,
  value: Value | undefined,
): string {
  const document = parseDocument(text, { schema: 'failsafe', prettyErrors: false })
  const error = document.errors[0]
  if (error !== undefined || !(document.contents === null || isMap(document.contents)))
    throw new EngineError('document-invalid', {
      attempted: `set ${path.join('.')} in ${file}`,
      found: error?.message ?? 'a document that does not consist of fields',
      hint: 'anyblade fleet check says where',
    })
  if (value === undefined) {
    document.deleteIn(path)
    return document.toString({ lineWidth: 0 })
  }
  const key = String(path.at(-1) ?? '')
  const node = Array.isArray(value)
    ? document.createNode(value.map((item) => scalar('', String(item))))
    : scalar(key, String(value))
  return inPlace(text, document, path, node) ?? anew(document, kind, path, node)
}

/** Puts one scalar in the place of another; undefined where one of them is none, or stands on several lines. */
function inPlace(text: string, document: Document, path: Path, node: unknown): string | undefined {
  const before = document.getIn(path, true)
  if (!isScalar(node) || !isScalar(before) || !before.range) return undefined
  const [start, end] = before.range
  if (start === end || text.slice(start, end).includes('\n')) return undefined
  if (before.value === node.value) return text
  const written = `${text.slice(0, start)}${stringify(node, { lineWidth: 0 }).trimEnd()}${text.slice(end)}`
  return hasValue(written, path, node.value) ? written : undefined
}

/**
 * Whether a document says this. In a flow such as `[a, b]` a new value may need quotes that it does not need elsewhere:
 * then it reads otherwise.
 */
export function hasValue(text: string, path: Path, value: unknown): boolean {
  const document = parseDocument(text, { schema: 'failsafe' })
  return document.errors.length === 0 && document.getIn(path) === value
}

/** The remark that stands behind the old value stays behind the new one. */
function anew(document: Document, kind: DocumentKind | undefined, path: Path, node: Scalar | unknown): string {
  const before = document.getIn(path, true)
  if (isScalar(node) && isScalar(before)) {
    node.comment = before.comment ?? null
    node.commentBefore = before.commentBefore ?? null
  } else if (isScalar(node)) {
    const remark = kind === undefined ? undefined : REMARKS[kind]?.[path.join('.')]
    if (remark !== undefined && before === undefined) node.comment = ` ${remark}`
  } else if (isCollection(node) && isCollection(before)) {
    node.comment = before.comment ?? null
    node.commentBefore = before.commentBefore ?? null
  }
  document.setIn(path, node)
  return document.toString({ lineWidth: 0 })
}

/** What identifies something is quoted whatever it looks like today. */
const IDENTITIES = new Set(['wwid', 'wwpn', 'machine_id', 'uuid', 'id'])

/** Quoted wherever another reader of YAML would take it for something else than text; a plain true or false reads well. */
function scalar(key: string, text: string): Scalar {
  const node = new Scalar(text)
  const readsOtherwise = !/^(true|false)$/.test(text) && otherwise(text)
  if (IDENTITIES.has(key) || readsOtherwise) node.type = 'QUOTE_DOUBLE'
  return node
}

/** Under YAML 1.1 `no` is false and `20:00` is 1200; under 1.2 neither is. */
function otherwise(text: string): boolean {
  try {
    return (['1.1', '1.2'] as const).some((version) => parse(text, { version, logLevel: 'silent' }) !== text)
  } catch {
    return true // no YAML without quotes
  }
}
