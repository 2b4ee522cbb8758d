/**
 * One thing that is wrong, as an administrator is told of it. May come in: what was seen, in words. May not: a score; what
 * weighs more stands first.
 */
import { fewOf } from '#actions'
import type { BladeName } from '#documents'

/**
 * `critical`: data is, or is about to be, written wrongly or lost. `major`: the next failure, move or reboot hurts a guest.
 * `minor`: something can't be done, or blades are not alike.
 */
export const SEVERITIES = ['critical', 'major', 'minor'] as const
export type Severity = (typeof SEVERITIES)[number]

export type Diagnosis = {
  readonly severity: Severity
  /** Which check has found it; stays the same from release to release. */
  readonly check: string
  readonly blades: readonly BladeName[]
  /** One line: what is so. */
  readonly because: string
  readonly evidence: readonly string[]
  /** What comes of it, in one sentence. */
  readonly consequence: string
  /** The command or plan that mends it, or what to do by hand. */
  readonly mend: string
}

/** What could not be told, and why. */
export type Untold = { readonly check: string; readonly because: string }

export const inOrder = (diagnoses: readonly Diagnosis[]): Diagnosis[] =>
  [...diagnoses].sort(
    (a, b) =>
      SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
      compared(a.check, b.check) ||
      compared(a.because, b.because),
  )

const compared = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** The same of several things of a blade is told once, each in the evidence. */
export function gathered(diagnoses: readonly Diagnosis[], what: string): Diagnosis[] {
  const alike = Map.groupBy(diagnoses, ({ check, severity, blades }) => [check, severity, ...blades].join(' '))
  return [...alike.values()].flatMap((of): readonly Diagnosis[] => {
    const [first, ...others] = of
    if (first === undefined || others.length === 0) return of
    return [
      {
        ...first,
        because: `${of.length} ${what} on ${fewOf(first.blades)}: ${first.because}, and others`,
        evidence: of.map(({ because }) => because),
      },
    ]
  })
}
