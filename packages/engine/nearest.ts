/** What somebody may have meant by a name that there is none of. May come in: text as typed, the names that there are. */

/** Longer ones are nobody's slip of the finger, and would take long to compare. */
const LONGEST = 64

/**
 * The names that are a slip or two away from `typed`, the nearest first: at most a third of its letters wrong, and at
 * most three names.
 */
export function nearest(typed: string, names: Iterable<string>): string[] {
  if (typed === '' || typed.length > LONGEST) return []
  const most = Math.max(1, Math.floor(typed.length / 3))
  return [...names]
    .map((name) => ({ name, slips: name.length > LONGEST ? Infinity : slipsBetween(typed, name) }))
    .filter(({ slips }) => slips <= most)
    .sort((a, b) => a.slips - b.slips)
    .slice(0, 3)
    .map(({ name }) => name)
}

/** Letters left out, put in, taken for others or turned round. Source: optimal string alignment distance */
function slipsBetween(a: string, b: string): number {
  let [before, last]: [number[], number[]] = [[], Array.from({ length: b.length + 1 }, (_, j) => j)]
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const isSame = a[i - 1] === b[j - 1]
      const isTurned = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      row.push(
        Math.min(
          (last[j] ?? 0) + 1,
          (row[j - 1] ?? 0) + 1,
          (last[j - 1] ?? 0) + (isSame ? 0 : 1),
          isTurned ? (before[j - 2] ?? 0) + 1 : Infinity,
        ),
      )
    }
    ;[before, last] = [last, row]
  }
  return last[b.length] ?? 0
}
