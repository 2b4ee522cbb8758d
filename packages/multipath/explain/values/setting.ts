/**
 * One setting on its way in: what is given to the function of its kind, and what that may answer.
 * May come in: types. May not: rules.
 */
import type { Dialect } from '../../releases/dialect.ts'
import type { Keyword, Value } from '../../releases/keyword.ts'
import type { Host } from '../host.ts'

/** A statement's value under way to its field. Texts are latin1. */
export type Setting = {
  readonly keyword: Keyword
  /** The value, undefined when the line has none. */
  readonly text: string | undefined
  /** The second token of the line as it is; some old numbers are read from it, quotation marks and all. */
  readonly slot: string | undefined
  /** What the field held before. */
  readonly old: Value | undefined
  readonly dialect: Dialect
  readonly host: Host
  readonly file: string
  readonly line: number
  /** Says a message at a level: 0 and 1 are errors and warnings, 2 notes. */
  readonly say: (level: 0 | 1 | 2, message: string) => void
  /** True the first time it is asked about `topic`; for messages that come once a run. */
  readonly once: (topic: string) => boolean
  /** True for drop-ins: the main file is done. */
  readonly afterMain: boolean
}

/** `failed`: the handler reports an error, which a main file does not survive. `died`: SIGSEGV. */
export type Outcome =
  | { readonly kind: 'set'; readonly value: Value | undefined }
  | { readonly kind: 'kept' }
  | { readonly kind: 'failed' }
  | { readonly kind: 'died' }

export const KEPT: Outcome = { kind: 'kept' }
export const FAILED: Outcome = { kind: 'failed' }
export const DIED: Outcome = { kind: 'died' }

export function set(value: Value | undefined): Outcome {
  return { kind: 'set', value }
}

/** "FILE line N, WHAT", the head of most messages. */
export function sayAt(setting: Setting, what: string, level: 1 | 2 = 1): void {
  setting.say(level, `${setting.file} line ${setting.line}, ${what}`)
}

/** Since 0.8.8 a wrong value is named and the old one stays; before, `fallen` is stored without a word. */
export function invalid(setting: Setting, text: string, fallen: Outcome, since = 8_008): Outcome {
  if (setting.dialect.number < since) return fallen
  sayAt(setting, `invalid value for ${setting.keyword.field}: "${text}"`)
  return KEPT
}
