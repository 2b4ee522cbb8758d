/** Which lines of a file became others. May come in: two texts. May not: what they mean. */

/** `line` is the number in the old text (for added lines that of the line they stand before). */
export type LineChange = {
  readonly line: number
  readonly removed: readonly string[]
  readonly added: readonly string[]
}

/** Beyond so many pairs of lines a change is shown as one block. */
const maxPairs = 4_000_000

export function lineDiff(before: string, after: string): readonly LineChange[] {
  const [a, b] = [before.split('\n'), after.split('\n')]
  let head = 0
  while (head < a.length && head < b.length && a[head] === b[head]) head++
  let tail = 0
  while (tail < Math.min(a.length, b.length) - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++
  const [removed, added] = [a.slice(head, a.length - tail), b.slice(head, b.length - tail)]
  if (removed.length === 0 && added.length === 0) return []
  if (removed.length * added.length > maxPairs) return [{ line: head + 1, removed, added }]
  return changes(removed, added, head + 1)
}

/** Source: the longest common subsequence, by the table of its lengths */
function changes(a: readonly string[], b: readonly string[], first: number): readonly LineChange[] {
  const width = b.length + 1
  const common = new Uint32Array((a.length + 1) * width)
  const at = (i: number, j: number) => common[i * width + j] ?? 0
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      common[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
  const found: { line: number; removed: string[]; added: string[] }[] = []
  let open: (typeof found)[number] | undefined
  const change = (i: number) => {
    open ??= { line: first + i, removed: [], added: [] }
    if (found.at(-1) !== open) found.push(open)
    return open
  }
  for (let [i, j] = [0, 0]; i < a.length || j < b.length; ) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      open = undefined
      i++
      j++
    } else if (j >= b.length || (i < a.length && at(i + 1, j) >= at(i, j + 1))) change(i).removed.push(a[i++] ?? '')
    else change(i).added.push(b[j++] ?? '')
  }
  return found
}

/** The changes as lines with - and +. */
export function diffLines(name: string, found: readonly LineChange[]): readonly string[] {
  return found.flatMap(({ line, removed, added }) => [
    `${name}:${line}`,
    ...removed.map((text) => `  - ${text}`),
    ...added.map((text) => `  + ${text}`),
  ])
}
