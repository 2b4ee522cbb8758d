/**
 * A fleet's files side by side: one alias a WWID and one WWID an alias on every blade, and the same values in effect.
 * May come in: what each blade's release makes of its files. May not: I/O, one blade's own faults (lint.ts).
 * Source: lint rule MP024; a migration opens the same name on another blade
 */
import type { Place } from '../explain/configuration.ts'
import type { Effect } from '../explain/effective.ts'
import type { Explanation } from '../explain/explain.ts'
import { aliasesWithPlaces } from '../render/aliases.ts'
import type { Severity } from './rule.ts'

/** One blade's files as its release reads them. */
export type FleetBlade = { readonly blade: string; readonly explanation: Explanation }

/** What a blade says, and where; undefined where it says nothing. */
export type FleetValue = {
  readonly blade: string
  readonly value: string | undefined
  readonly place: Place | undefined
}

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
  readonly fix: string
  readonly values: readonly FleetValue[]
}

/** Compares all blades with each other; blades that do not load are told and left out of the rest. */
export function lintFleet(blades: readonly FleetBlade[]): readonly FleetFinding[] {
  const loaded = blades.filter(({ explanation }) => explanation.loads)
  const tables = loaded.map(({ blade, explanation }) => ({ blade, aliases: aliasesOf(explanation) }))
  return [...refused(blades), ...aliasesOfTwo(tables), ...wwids(tables), ...valuesThatDiffer(loaded)]
}

type Table = { readonly blade: string; readonly aliases: ReturnType<typeof aliasesWithPlaces> }

function aliasesOf({ configuration }: Explanation): Table['aliases'] {
  return configuration === undefined ? new Map() : aliasesWithPlaces(configuration)
}

function refused(blades: readonly FleetBlade[]): readonly FleetFinding[] {
  const broken = blades.filter(({ explanation }) => !explanation.loads)
  if (broken.length === 0) return []
  return [
    {
      rule: 'MP024',
      kind: 'not-loaded',
      severity: 'error',
      about: 'multipath.conf',
      consequence: 'these blades keep what they had, or have no maps',
      fix: 'mend what check says of each, then compare again',
      values: broken.map(({ blade, explanation }) => ({ blade, value: explanation.ending, place: undefined })),
    },
  ]
}

function aliasesOfTwo(tables: readonly Table[]): readonly FleetFinding[] {
  const byAlias = new Map<string, FleetValue[]>()
  for (const { blade, aliases } of tables)
    for (const [wwid, { alias, place }] of aliases) {
      const list = byAlias.get(alias) ?? []
      list.push({ blade, value: wwid, place })
      byAlias.set(alias, list)
    }
  return Array.from(byAlias).flatMap(([alias, values]): readonly FleetFinding[] => {
    if (new Set(values.map(({ value }) => value)).size < 2) return []
    return [
      {
        rule: 'MP024',
        kind: 'alias-of-two',
        severity: 'error',
        about: alias,
        consequence: `a guest that moves with /dev/mapper/${alias} writes on another LUN: data is lost`,
        fix: 'give each LUN one alias, the same on every blade',
        values,
      },
    ]
  })
}

function wwids(tables: readonly Table[]): readonly FleetFinding[] {
  const all = new Set(tables.flatMap(({ aliases }) => [...aliases.keys()]))
  return Array.from(all).flatMap((wwid): FleetFinding[] => {
    const values = tables.map(({ blade, aliases }) => {
      const said = aliases.get(wwid)
      return { blade, value: said?.alias, place: said?.place }
    })
    const names = new Set(values.flatMap(({ value }) => value ?? []))
    if (names.size > 1) return [namesDiffer(wwid, values)]
    return values.some(({ value }) => value === undefined) ? [nameMissing(wwid, values)] : []
  })
}

function namesDiffer(wwid: string, values: readonly FleetValue[]): FleetFinding {
  const consequence = 'a guest that moves does not find its disk under the name it had'
  const fix = 'choose one of the names and give it on every blade'
  return { rule: 'MP024', kind: 'wwid-of-two', severity: 'error', about: wwid, consequence, fix, values }
}

function nameMissing(wwid: string, values: readonly FleetValue[]): FleetFinding {
  const without = values.filter(({ value }) => value === undefined).map(({ blade }) => blade)
  const name = values.find(({ value }) => value !== undefined)?.value
  const consequence = `${without.join(', ')} can not take a guest that uses it`
  const fix = `anyblade multipath alias add ${wwid} ${name} there`
  return { rule: 'MP024', kind: 'alias-missing', severity: 'error', about: wwid, consequence, fix, values }
}

/** Sections whose values say how I/O behaves, which must not change when a guest moves. */
const compared = new Set(['defaults', 'overrides', 'devices/device', 'multipaths/multipath', 'overrides/protocol'])
/** Which LUNs get maps at all. Local disks have other names on other blades, so a difference is only told. */
const lists = /^blacklist/
/** What names a section among others of its kind, and the alias, which is compared by itself. */
const names = ['vendor', 'product', 'revision', 'wwid', 'type']

type Values = ReadonlyMap<string, { readonly texts: readonly string[]; readonly place: Place | undefined }>

function valuesThatDiffer(blades: readonly FleetBlade[]): readonly FleetFinding[] {
  const tables = blades.map(({ blade, explanation }) => ({ blade, values: valuesOf(explanation) }))
  const keys = new Set(tables.flatMap(({ values }) => [...values.keys()]))
  return Array.from(keys).flatMap((about): FleetFinding[] => {
    const values = tables.map(({ blade, values: own }) => {
      const said = own.get(about)
      return { blade, value: said?.texts.join(', '), place: said?.place }
    })
    if (new Set(values.map(({ value }) => value)).size < 2) return []
    return [lists.test(about) ? listDiffers(about, values) : valueDiffers(about, values)]
  })
}

function valueDiffers(about: string, values: readonly FleetValue[]): FleetFinding {
  const consequence = "I/O behaves otherwise after a guest has moved; a missing value is the release's own"
  const fix = 'set the same value on every blade'
  return { rule: 'MP024', kind: 'value-differs', severity: 'warning', about, consequence, fix, values }
}

function listDiffers(about: string, values: readonly FleetValue[]): FleetFinding {
  const consequence = 'a LUN may have a map on one blade and none on another; for local disks that is as it should be'
  const fix = 'see that no pattern fits a LUN of the fleet'
  return { rule: 'MP024', kind: 'value-differs', severity: 'info', about, consequence, fix, values }
}

function valuesOf({ effective }: Explanation): Values {
  const found = new Map<string, { texts: readonly string[]; place: Place | undefined }>()
  for (const effect of effective) {
    const isList = lists.test(effect.section)
    if (!isList && !compared.has(effect.section)) continue
    for (const [keyword, texts] of settingsOf(effect)) {
      const key = isList ? `${effect.section} ${keyword}` : `${sectionName(effect)} ${keyword}`
      const before = isList ? (found.get(key)?.texts ?? []) : []
      found.set(key, { texts: [...before, ...texts], place: effect.places[keyword] })
    }
  }
  return new Map(Array.from(found, ([key, said]) => (lists.test(key) ? [key, inOrder(said)] : [key, said])))
}

/** Patterns count alike in any order. */
function inOrder<Said extends { readonly texts: readonly string[] }>(said: Said): Said {
  return { ...said, texts: said.texts.toSorted() }
}

/** A device of a blacklist is one pattern of two parts. */
function settingsOf({ section, values }: Effect): readonly (readonly [string, readonly string[]])[] {
  if (section.startsWith('blacklist') && section.includes('/'))
    return [['vendor and product', [names.flatMap((name) => values[name] ?? []).join(':')]]]
  const isName = (keyword: string) => keyword === 'alias' || (!lists.test(section) && names.includes(keyword))
  return Object.entries(values).filter(([keyword]) => !isName(keyword))
}

function sectionName({ section, values }: Effect): string {
  const own = names.flatMap((name) => values[name] ?? [])
  return own.length === 0 ? section : `${section} ${own.join(':')}`
}
