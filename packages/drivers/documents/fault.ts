/**
 * What is wrong with a fleet's documents, each with its place, as compilers and editors write it.
 * May come in: text out of files, which may be anything: it is made printable here.
 */

/** `line` and `column` count from 1, the column in UTF-16 units; `file` from the fleet's directory. */
export type Fault = {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly message: string
}

const LENGTH_MAX = 300

const printable = (text: string): string =>
  text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ').slice(0, LENGTH_MAX)

export const fault = (
  file: string,
  message: string,
  at: { readonly line: number; readonly column: number },
): Fault => ({
  file: printable(file),
  line: at.line,
  column: at.column,
  message: printable(message),
})

/** For what concerns a file as a whole. */
export const BEGINNING = { line: 1, column: 1 } as const

/** All faults of a fleet's documents, sorted by their place. */
export class FleetInvalid extends Error {
  override readonly name = 'FleetInvalid'
  readonly problems: readonly Fault[]
  /** `file:line:column: message`, each. */
  readonly lines: readonly string[]

  constructor(faults: readonly Fault[]) {
    const sorted = [...faults].sort(byPlace)
    const lines = sorted.map((f) => `${f.file}:${f.line}:${f.column}: ${f.message}`)
    super(lines.join('\n'))
    this.problems = sorted
    this.lines = lines
  }
}

const byPlace = (a: Fault, b: Fault): number =>
  a.file === b.file ? a.line - b.line || a.column - b.column : a.file < b.file ? -1 : 1
