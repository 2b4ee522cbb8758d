/**
 * A fleet's files side by side: one alias a WWID and one WWID an alias on every blade, and the same values in effect.
 * May come in: what each blade's release makes of its files. May not: I/O, one blade's own faults (lint.ts).
 * Source: lint rule MP024; a migration opens the same name on another blade
 */
import type { Effect } from '../explain/effective.ts'
import type { Explanation } from '../explain/explain.ts'
import { aliasesInEffect } from '../render/aliases.ts'
import type { Severity } from './rule.ts'

/** One blade's files as its release reads them. */
export type FleetBlade = { readonly blade: string; readonly explanation: Explanation }

/** What a blade says; undefined where it says nothing. */
export type FleetValue = { readonly blade: string; readonly value: string | undefined }

/**
 * `alias-of-two`: one name, two LUNs. `wwid-of-two`: one LUN, two names. `alias-missing`: a blade has no name for a LUN
 * that others name. `value-differs`: another value in effect. `not-loaded`: a blade's files are refused.
 */
export type FleetFinding = {
  readonly rule: 'MP024'
  readonly kind: 'alias-of-two' | 'wwid-of-two' | 'alias-missing' | 'value-differs' | 'not-loaded'
  readonly severity: Severity
  /** The alias, the WWID, or the section and keyword it is about. */
  readonly about: string
  readonly consequence: string
  readonly values: readonly FleetValue[]
}

/** Compares all blades with each other; blades that do not load are told and left out of the rest. */
export function lintFleet(blades: readonly FleetBlade[]): readonly FleetFinding[] {
  const loaded = blades.filter(({ explanation }) => explanation.loads)
  const tables = loaded.map(({ blade, explanation }) => ({ blade, aliases: aliasesInEffect(explanation) }))
  return [...refused(blades), ...aliasesOfTwo(tables), ...wwids(tables), ...valuesThatDiffer(loaded)]
}

type Table = { readonly blade: string; readonly aliases: ReadonlyMap<string, string> }

function refused(blades: readonly FleetBlade[]): readonly FleetFinding[] {
  const broken = blades.filter(({ explanation }) => !explanation.loads)
  if (broken.length === 0) return []
  const values = broken.map(({ blade, explanation }) => ({ blade, value: explanation.ending }))
  const consequence = 'these blades keep what they had, or have no maps'
  return [{ rule: 'MP024', kind: 'not-loaded', severity: 'error', about: 'multipath.conf', consequence, values }]
}

function aliasesOfTwo(tables: readonly Table[]): readonly FleetFinding[] {
  const byAlias = new Map<string, { blade: string; value: string }[]>()
  for (const { blade, aliases } of tables)
    for (const [wwid, alias] of aliases) {
      const list = byAlias.get(alias) ?? []
      list.push({ blade, value: wwid })
      byAlias.set(alias, list)
    }
  return Array.from(byAlias).flatMap(([alias, values]) => {
    if (new Set(values.map(({ value }) => value)).size < 2) return []
    const consequence = `a guest that moves with /dev/mapper/${alias} writes on another LUN: data is lost`
    return [{ rule: 'MP024', kind: 'alias-of-two', severity: 'error', about: alias, consequence, values }]
  })
}

function wwids(tables: readonly Table[]): readonly FleetFinding[] {
  const all = new Set(tables.flatMap(({ aliases }) => [...aliases.keys()]))
  return Array.from(all).flatMap((wwid): FleetFinding[] => {
    const values = tables.map(({ blade, aliases }) => ({ blade, value: aliases.get(wwid) }))
    const names = new Set(values.flatMap(({ value }) => value ?? []))
    if (names.size > 1) return [namesDiffer(wwid, values)]
    return values.some(({ value }) => value === undefined) ? [nameMissing(wwid, values)] : []
  })
}

function namesDiffer(wwid: string, values: readonly FleetValue[]): FleetFinding {
  const consequence = 'a guest that moves does not find its disk under the name it had'
  return { rule: 'MP024', kind: 'wwid-of-two', severity: 'error', about: wwid, consequence, values }
}

function nameMissing(wwid: string, values: readonly FleetValue[]): FleetFinding {
  const without = values.filter(({ value }) => value === undefined).map(({ blade }) => blade)
  const consequence = `${without.join(', ')} can not take a guest that uses it`
  return { rule: 'MP024', kind: 'alias-missing', severity: 'error', about: wwid, consequence, values }
}

/** Sections whose values say how I/O behaves, which must not change when a guest moves. */
const compared = new Set(['defaults', 'overrides', 'devices/device', 'multipaths/multipath', 'overrides/protocol'])
/** What names a section among others of its kind, and the alias, which is compared by itself. */
const names = ['vendor', 'product', 'revision', 'wwid', 'type']

function valuesThatDiffer(blades: readonly FleetBlade[]): readonly FleetFinding[] {
  const tables = blades.map(({ blade, explanation }) => ({ blade, values: valuesOf(explanation) }))
  const keys = new Set(tables.flatMap(({ values }) => [...values.keys()]))
  return Array.from(keys).flatMap((about): FleetFinding[] => {
    const values = tables.map(({ blade, values: own }) => ({ blade, value: own.get(about) }))
    if (new Set(values.map(({ value }) => value)).size < 2) return []
    const consequence = "I/O behaves otherwise after a guest has moved; a missing value is the release's own"
    return [{ rule: 'MP024', kind: 'value-differs', severity: 'warning', about, consequence, values }]
  })
}

function valuesOf({ effective }: Explanation): ReadonlyMap<string, string> {
  return new Map(
    effective
      .filter(({ section }) => compared.has(section))
      .flatMap((effect) =>
        Object.entries(effect.values)
          .filter(([keyword]) => keyword !== 'alias' && !names.includes(keyword))
          .map(([keyword, values]) => [`${sectionName(effect)} ${keyword}`, values.join(', ')] as const),
      ),
  )
}

function sectionName({ section, values }: Effect): string {
  const own = names.flatMap((name) => values[name] ?? [])
  return own.length === 0 ? section : `${section} ${own.join(':')}`
}
