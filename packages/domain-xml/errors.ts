/**
 * What goes wrong with a domain's XML, said so that it can be mended: a code for programs, the place, and what to do.
 * May come in: nothing. May not: I/O, or a guess at what the author of the text meant beyond the hint.
 */

export type DomainXmlErrorCode =
  // The text is not XML that libvirt would read.
  | 'text-too-long'
  | 'too-deep'
  | 'character-not-allowed'
  | 'doctype-refused'
  | 'markup-unclosed'
  | 'tag-malformed'
  | 'attribute-malformed'
  | 'attribute-duplicate'
  | 'entity-unknown'
  | 'element-unclosed'
  | 'end-tag-mismatched'
  | 'text-outside-root'
  | 'root-missing'
  | 'root-duplicate'
  // The text is XML, but not what it should be.
  | 'root-unexpected'
  | 'value-missing'
  | 'value-invalid'
  // An edit names something that is not in the domain.
  | 'disk-not-found'

export type Explanation = { readonly attempted: string; readonly found: string; readonly hint: string }

/** A place in a text: line and column from 1, the column in UTF-16 units. */
export type Place = { readonly line: number; readonly column: number }

/** Where the fault is, and the other end of it: for an unclosed element the tag that came instead of its end. */
export type Where = { readonly place?: Place; readonly related?: Place }

export class DomainXmlError extends Error {
  override readonly name = 'DomainXmlError'
  readonly code: DomainXmlErrorCode
  readonly explanation: Explanation
  /** Where to mend; undefined for a value that came from no text (`buildDomain`, the new value of an edit). */
  readonly line: number | undefined
  readonly column: number | undefined
  /** `element-unclosed`: where its end was missed. `end-tag-mismatched`: the tag still open. Duplicates: the first. */
  readonly related: Place | undefined

  constructor(code: DomainXmlErrorCode, explanation: Explanation, where: Where = {}) {
    const { place, related } = where
    const at = place === undefined ? '' : ` at line ${place.line}, column ${place.column}`
    super(`${explanation.attempted}${at}: found ${explanation.found}`)
    this.code = code
    this.explanation = explanation
    this.line = place?.line
    this.column = place?.column
    this.related = related
  }
}
