/**
 * What separates the releases in how they read a file, one named rule each.
 * May come in: a release. May not: keywords (`keyword.ts`), the text of any file.
 */
import { type Release, releaseNumber, releaseOf } from './release.ts'

/** The rules of one release. Each says since (or until) which upstream release it holds. */
export type Dialect = {
  readonly release: Release
  /** True from this release number on (`at(8_004)`: 0.8.4 and later). */
  readonly number: number
  /** Lines come by fgets in pieces of 1023 bytes; before 0.6.0 by fgetc, ended by CR too, a last open line is lost. */
  readonly readsByFgets: boolean
  /** Each line is checked before it is used (extra data, missing values); since 0.6.0. */
  readonly checksLines: boolean
  /** A handler that gets no value is killed by SIGSEGV; 0.4.9. */
  readonly diesWithoutValue: boolean
  /** `""` inside a string is one `"`, and blanks at the start of a string are kept; since 0.7.6. */
  readonly doublesQuotes: boolean
  /** `!` or `#` as the first character of a string starts a comment; until 0.8.4. */
  readonly commentsInStrings: boolean
  /** How a quotation mark looks in a message: a marker that prints as nothing since 0.7.6. */
  readonly quoteShown: string
  /** Messages up to this level reach the terminal: 2 since 0.7.2, only 0 before. */
  readonly shownLevel: number
  /** Where drop-ins are read from, and which names count; undefined where there are none (before 0.6.0). */
  readonly dropIns: 'none' | 'contains .conf' | 'ends in .conf'
  /** A leading `!` in a blacklist pattern inverts it; since 0.8.5. */
  readonly invertsPatterns: boolean
  /** The dump shows compiled-in values too; before 0.6.0 only what differs from them. */
  readonly showsDefaults: boolean
}

const known = new Map<string, Dialect>()

/** The rules of `release`. Source: parser.c, debug.c, config.c, blacklist.c of each release. @throws MultipathError */
export function dialectOf(release: string): Dialect {
  const seen = known.get(release)
  if (seen !== undefined) return seen
  const dialect = rules(releaseOf(release))
  known.set(release, dialect)
  return dialect
}

function rules(release: Release): Dialect {
  const number = releaseNumber(release)
  return {
    release,
    number,
    readsByFgets: number >= 6_000,
    checksLines: number >= 6_000,
    diesWithoutValue: number < 5_000,
    doublesQuotes: number >= 7_006,
    commentsInStrings: number < 8_005,
    quoteShown: number >= 7_006 ? '' : '"',
    shownLevel: number >= 7_002 ? 2 : 0,
    dropIns: number >= 8_004 ? 'ends in .conf' : number >= 6_000 ? 'contains .conf' : 'none',
    invertsPatterns: number >= 8_005,
    showsDefaults: number >= 6_000,
  }
}
