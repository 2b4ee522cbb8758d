/** Text in columns: aligned, two blanks between, nothing trailing. */

/** Pads each cell to its column's width; a row shorter than the others ends where it ends. */
export function columns(rows: readonly (readonly string[])[], gap = '  '): string[] {
  const widths: number[] = []
  for (const row of rows) for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length)
  return rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join(gap)
      .trimEnd(),
  )
}

/** A table with a head in capitals, or a word for its emptiness. */
export function table(head: readonly string[], rows: readonly (readonly string[])[], none: string): string {
  return rows.length === 0 ? none : columns([head.map((title) => title.toUpperCase()), ...rows], '   ').join('\n')
}
