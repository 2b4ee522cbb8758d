/**
 * What a line of a file is to the parser: the kinds of nodes of the tree.
 * May come in: types. May not: how they are found.
 */
import type { Keyword } from '../releases/keyword.ts'
import type { Complaint } from './check.ts'
import type { Line } from './line.ts'

/** A keyword the section knows, and what is wrong with the line, if anything. `value` is undefined when there is none. */
export type Statement = {
  readonly kind: 'statement'
  readonly line: Line
  readonly keyword: Keyword
  readonly value: ValueToken | undefined
  readonly complaint: Complaint | undefined
}
/** The line that begins a section. `path` is such as `defaults` or `multipaths/multipath`. */
export type Opening = {
  readonly kind: 'section'
  readonly line: Line
  readonly keyword: Keyword
  readonly path: string
  readonly complaint: Complaint | undefined
}
/** A section the tool enters. `close` is the line with its `}`; undefined when the file ends first. */
export type Section = Opening & { readonly children: readonly Node[]; readonly close: Close | undefined }
/** A keyword this section does not have; the tool goes on with the next line, inside the same section. */
export type Unknown = {
  readonly kind: 'unknown'
  readonly line: Line
  readonly name: string
  readonly complaint: Complaint | undefined
}
/** A line the tool skips after its message. */
export type Skipped = { readonly kind: 'skipped'; readonly line: Line; readonly complaint: Complaint }
/** A `}` that closes nothing. */
export type Stray = { readonly kind: 'stray'; readonly line: Line; readonly complaint: Complaint | undefined }
/** A blank line or a comment. */
export type Trivia = { readonly kind: 'trivia'; readonly line: Line }
/** The line that ends a section. */
export type Close = { readonly kind: 'close'; readonly line: Line; readonly complaint: Complaint | undefined }

export type Node = Statement | Section | Unknown | Skipped | Stray | Trivia

/** A value and where it stands; `text` is latin1. `quoted` is false for a bare word. */
export type ValueToken = {
  readonly text: string
  readonly start: number
  readonly end: number
  readonly quoted: boolean
}
