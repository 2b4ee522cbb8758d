/** Text in columns: aligned, two blanks between, nothing trailing. */
import { EngineError, nearest } from '@anyblade/engine'
import type { ListFlags } from '../flags.ts'

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

/** A table with a head in capitals, or a word for its emptiness; without a head both are left out. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  none: string,
  { columns: wanted, headers = true }: Pick<ListFlags, 'columns' | 'headers'> = {},
): string {
  const places = wanted?.map((name) => placeOf(head, name)) ?? [...head.keys()]
  const chosen = (row: readonly string[]) => places.map((place) => row[place] ?? '')
  const titles = headers ? [chosen(head).map((title) => title.toUpperCase())] : []
  return rows.length === 0 ? (headers ? none : '') : columns([...titles, ...rows.map(chosen)], '   ').join('\n')
}

/** A title of two words is typed as one. @throws EngineError `intent-invalid` */
function placeOf(head: readonly string[], name: string): number {
  const names = head.map((title) => title.replaceAll(' ', '-'))
  const place = names.indexOf(name.trim().toLowerCase().replaceAll(' ', '-'))
  if (place >= 0) return place
  const [meant] = nearest(name, names)
  throw new EngineError('intent-invalid', {
    attempted: 'choose the columns of the table',
    found: `"${name}"; it has ${names.join(', ')}`,
    hint: meant === undefined ? `--columns ${names.slice(0, 2).join(',')}` : `did you mean ${meant}?`,
  })
}
