/**
 * The last step of a run: what is now true goes into the fleet's documents, under version control.
 * Fields are set singly, so that comments and order of an operator's document survive.
 */
import type { BladeName, Wwid } from '#documents'
import type { WwidRef } from './evidence.ts'

/** A document's field set to a value, or taken out (`gone`); a WWID may still be a step's to find. */
export type Field =
  | { readonly path: readonly string[]; readonly value: string | readonly string[] | WwidRef }
  | { readonly path: readonly string[]; readonly gone: true }
export type DocumentChange =
  | { readonly document: string; readonly set: readonly Field[] }
  /** Another document's text, with fields set; that one goes, unless another takes its place. Its WWID tells which it is. */
  | { readonly document: string; readonly from: string; readonly wwid: Wwid; readonly set: readonly Field[] }
  /** A file of text beside a document: a domain's XML, a configuration as it is deployed. */
  | { readonly document: string; readonly text: string }
  /** With what is rendered for it, where it is a blade's. */
  | { readonly document: string; readonly gone: true }

export type RecordDocuments = {
  readonly kind: 'record-documents'
  readonly changes: readonly DocumentChange[]
  /** Blades whose deployed multipath configuration is kept under rendered/ as it was read back. */
  readonly rendered: readonly BladeName[]
  readonly message: string
}

export const sentenceOfRecord = (action: RecordDocuments): string => `commit "${action.message}"`
