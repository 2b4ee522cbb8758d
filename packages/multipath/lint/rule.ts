/**
 * What a rule is: its number and weight, where it applies, and a search that gives places with their consequences.
 * May come in: a subject. May not: I/O, another rule's findings.
 */
import { inRanges } from '../releases/release.ts'
import type { Line } from '../syntax/document.ts'
import type { TextEdit } from './edit.ts'
import { type Said, type Subject, type SubjectFile, saidOf } from './subject.ts'

/** `error`: the file, a map or the data is in danger. `warning`: it is not what was meant. `info`: good to know. */
export type Severity = 'error' | 'warning' | 'info'

/** What a rule found at one place. `column` counts from 1, in bytes; `consequence` says what comes of it. */
export type Hit = {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly consequence: string
  /** What to do, where the rule's own advice is too general. */
  readonly fix?: string
  /** The cure as changes of that file, where it can't be another one. */
  readonly edits?: readonly TextEdit[]
  /** A cure of a `structure` rule after which the other lines mean what they meant: it need not come alone. */
  readonly local?: true
  /** Where less is known than the rule's weight supposes. */
  readonly severity?: Severity
}

/** `releases`: where it applies, a comma list of `FIRST-LAST` or `FIRST-`. `structure` rules are cured before others. */
export type Rule = {
  readonly id: string
  readonly severity: Severity
  readonly releases: string
  readonly title: string
  readonly rationale: string
  readonly fix: string
  readonly structure?: true
  readonly find: (subject: Subject) => readonly Hit[]
}

/** One line of an answer: a hit with all that its rule says. */
export type LintFinding = Hit & {
  readonly rule: string
  readonly severity: Severity
  readonly title: string
  readonly rationale: string
  readonly fix: string
  readonly edits: readonly TextEdit[]
}

/** Whether a rule speaks of this release. */
export function applies(rule: Rule, number: number): boolean {
  return inRanges(rule.releases, number)
}

/** Every release there is. */
export const always = '0.0.0-'

type HitRest = Omit<Hit, 'file' | 'line' | 'column'>

/** A hit at a line; the column is that of `offset` in it, or of its first token. */
export function hitAt(file: SubjectFile, line: Line, rest: HitRest, offset?: number): Hit {
  const column = 1 + (offset ?? line.tokens[0]?.start ?? 0)
  return { file: file.path, line: line.number, column, ...rest }
}

/** A hit at the value of a keyword. */
export function hitAtValue(said: Said, rest: HitRest): Hit {
  return hitAt(said.file, said.statement.line, rest, said.statement.value?.start)
}

/** A hit at the start of the main file, for what is missing in it. */
export function hitAtTop(subject: Subject, rest: HitRest): readonly Hit[] {
  const [file] = subject.files
  return file === undefined ? [] : [{ file: file.path, line: 1, column: 1, ...rest }]
}

/** Replaces a keyword's value, quotes included. */
export function replaceValue(said: Said, text: string): readonly TextEdit[] {
  const { value, line } = said.statement
  if (value === undefined) return []
  return [{ start: line.start + value.start, end: line.start + value.end, text }]
}

/** A value between quotes; a quote inside is doubled. */
export function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`
}

/** A rule on single keywords: `wrong` gives the consequence of a bad one, or undefined. */
export function settingRule(
  rule: Omit<Rule, 'find'> & {
    readonly fields: readonly string[]
    readonly wrong: (said: Said, subject: Subject) => string | undefined
    readonly cure?: (said: Said, subject: Subject) => readonly TextEdit[]
  },
): Rule {
  const { fields, wrong, cure, ...rest } = rule
  const find = (subject: Subject) =>
    fields
      .flatMap((field) => saidOf(subject, field))
      .flatMap((said) => {
        const consequence = wrong(said, subject)
        if (consequence === undefined) return []
        return [hitAtValue(said, { consequence, ...(cure !== undefined && { edits: cure(said, subject) }) })]
      })
  return { ...rest, find }
}
