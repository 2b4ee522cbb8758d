/**
 * The devices a release has settings for without any file: its built-in hardware table.
 * May come in: the facts of the two halves of the table. May not: a file's devices, I/O.
 */
import { dialectOf } from '../dialect.ts'
import { literal, type Value } from '../keyword.ts'
import { inRanges } from '../release.ts'
import { TABLE_FIRST_HALF } from './table-first-half.ts'
import { TABLE_SECOND_HALF } from './table-second-half.ts'

/** Settings by keyword; `vendor`, `product` and `revision` are patterns among them. */
export type BuiltInDevice = ReadonlyMap<string, Value>

const known = new Map<string, readonly BuiltInDevice[]>()

/**
 * The built-in devices in table order (later ones win). Entries with the same three patterns keep the first.
 * Source: hwtable.c; config.c, store_hwe()
 */
export function builtInDevices(release: string): readonly BuiltInDevice[] {
  const dialect = dialectOf(release)
  const seen = known.get(dialect.release)
  if (seen !== undefined) return seen
  const devices = distinct(
    lines()
      .filter(([releases]) => inRanges(releases, dialect.number))
      .map(([, text]) => device(text)),
  )
  known.set(dialect.release, devices)
  return devices
}

let split: readonly (readonly [string, string])[] | undefined

function lines(): readonly (readonly [string, string])[] {
  split ??= [TABLE_FIRST_HALF, TABLE_SECOND_HALF].flatMap((half) =>
    half
      .split('\n')
      .filter((line) => line !== '')
      .map(halves),
  )
  return split
}

function halves(line: string): readonly [string, string] {
  const at = line.indexOf(' : ')
  return [line.slice(0, at), line.slice(at + 3)]
}

/** Written in the table, but not carried over when the tool copies it. Source: config.c, store_hwe() of every release */
const NOT_COPIED = new Set(['deferred_remove', 'max_sectors_kb'])

function device(text: string): BuiltInDevice {
  const parts = text.split(' ; ').map((part) => {
    const at = part.indexOf(' ')
    return [part.slice(0, at), literal(part.slice(at + 1))] as const
  })
  return new Map(parts.filter(([keyword]) => !NOT_COPIED.has(keyword)))
}

function distinct(devices: readonly BuiltInDevice[]): BuiltInDevice[] {
  const seen = new Set<string>()
  return devices.filter((entry) => {
    const key = JSON.stringify([entry.get('vendor'), entry.get('product'), entry.get('revision')])
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}
