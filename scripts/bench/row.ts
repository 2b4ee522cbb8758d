/** A line of the bench: ours beside a peer's, as the ratio of medians, with the spread of both. */
export type Row = { readonly name: string; readonly detail: string; readonly ratio: number | undefined }

export function row(name: string, unit: string, ours: readonly number[], theirs: readonly number[], peer: string): Row {
  const [mine, other] = [median(ours), median(theirs)]
  const spread = (values: readonly number[]) => `${shown(Math.min(...values))}–${shown(Math.max(...values))}`
  const detail = `${shown(mine)} ${unit} (${spread(ours)}) against ${shown(other)} ${unit} (${spread(theirs)}) of ${peer}, ${ours.length} in turn`
  return { name, detail, ratio: mine / other }
}

const shown = (value: number): string => (value < 100 ? value.toFixed(1) : value.toFixed(0))

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
