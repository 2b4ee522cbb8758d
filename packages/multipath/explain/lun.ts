/**
 * One LUN under a configuration: the value of every keyword that concerns it, and where each comes from.
 * May come in: an explanation that loaded, what INQUIRY and the WWID say. May not: I/O, what the daemon detects by itself.
 * Source: facts on multipath, rule 19; config.c, find_hwe(), find_mpe(); propsel.c
 */
import { type Dialect, dialectOf } from '../releases/dialect.ts'
import { type Keyword, keywordsOf, type Value } from '../releases/keyword.ts'
import { latin1 } from '../syntax/document.ts'
import type { Configuration, Device, Held, Place, Values } from './configuration.ts'
import { isUnset, textOf } from './configuration.ts'
import { bare } from './effective.ts'
import type { Explanation } from './explain.ts'
import { compilePattern, withoutInversion } from './pattern.ts'
import { readable } from './readable.ts'
import { matcher } from './tables.ts'
import { show } from './values/show.ts'

/** A LUN as its paths show it. Texts are trimmed as the tool has them. */
export type Lun = {
  readonly vendor?: string
  readonly product?: string
  readonly revision?: string
  readonly wwid?: string
  /** Such as `scsi:fcp`. */
  readonly protocol?: string
}

/** `section` names where the value stands; `device` is the entry's vendor and product when a device entry gives it. */
export type Origin = {
  readonly section:
    | 'multipaths'
    | 'overrides/protocol'
    | 'overrides'
    | 'devices'
    | 'built-in devices'
    | 'defaults'
    | 'compiled-in'
  readonly place: Place | undefined
  readonly device?: string
}

/** `value` is printed as the tool does, without quotation marks. */
export type LunValue = { readonly keyword: string; readonly value: string; readonly origin: Origin }

/** A rule that keeps the LUN from multipath, or would if no exception did. */
export type Blacklisted = { readonly rule: string; readonly place: Place | undefined; readonly exception: boolean }

export type LunExplanation = { readonly values: readonly LunValue[]; readonly blacklisted: readonly Blacklisted[] }

const NOT_SETTINGS = new Set(['vendor', 'product', 'revision', 'product_blacklist', 'wwid'])
/** The keywords a protocol section may give. */
const OF_PROTOCOL = new Set(['fast_io_fail_tmo', 'dev_loss_tmo', 'eh_deadline'])

/** Every keyword that has a value for the LUN. Undefined when the configuration did not load. */
export function explainLun(explanation: Explanation, lun: Lun): LunExplanation | undefined {
  const { configuration } = explanation
  if (configuration === undefined) return undefined
  const dialect = dialectOf(explanation.release)
  const sources = sourcesFor(configuration, lun, dialect)
  const values = fields(dialect).flatMap(({ field, keywords }) => {
    const found = sources.flatMap((source) => held(source, field, keywords))[0] ?? compiledIn(field, keywords)
    return found === undefined ? [] : [shown(found, dialect)]
  })
  return { values, blacklisted: blacklistedBy(configuration, lun, dialect) }
}

type Source = {
  readonly path: string
  readonly section: Origin['section']
  readonly values: Values
  readonly device?: string
}
type Found = { readonly keyword: Keyword; readonly value: Value; readonly origin: Origin }
type Field = { readonly field: string; readonly keywords: ReadonlyMap<string, Keyword> }

/** The sections that concern the LUN, strongest first. */
function sourcesFor(configuration: Configuration, lun: Lun, dialect: Dialect): Source[] {
  const sources: Source[] = []
  const mine = configuration.multipaths.find(({ values }) => textOf(values, 'wwid') === encoded(lun.wwid))
  if (lun.wwid !== undefined && mine !== undefined)
    sources.push({ path: 'multipaths/multipath', section: 'multipaths', values: mine.values })
  const protocol = configuration.protocols.find(({ values }) => textOf(values, 'type') === lun.protocol)
  if (lun.protocol !== undefined && protocol !== undefined)
    sources.push({ path: 'overrides/protocol', section: 'overrides/protocol', values: protocol.values })
  if (configuration.overrides !== undefined)
    sources.push({ path: 'overrides', section: 'overrides', values: configuration.overrides })
  for (const device of devicesFor(configuration, lun, dialect)) {
    const name = readable(`${textOf(device.values, 'vendor') ?? ''}:${textOf(device.values, 'product') ?? ''}`)
    sources.push({
      path: 'devices/device',
      section: device.builtIn ? 'built-in devices' : 'devices',
      values: device.values,
      device: name,
    })
  }
  sources.push({ path: 'defaults', section: 'defaults', values: configuration.defaults })
  return sources
}

/** Since 0.7.8 all matching entries count, last first; before only one does: the last, in 0.4.9 the first. */
function devicesFor(configuration: Configuration, lun: Lun, dialect: Dialect): Device[] {
  const texts: Values = new Map()
  for (const name of ['vendor', 'product', 'revision'] as const) {
    const text = encoded(lun[name])
    if (text !== undefined) texts.set(name, { value: text, place: undefined })
  }
  const found = configuration.devices.filter((device) => matcher(device.values, dialect)(texts))
  if (dialect.number < 5_000) return found.slice(0, 1)
  return dialect.number < 7_008 ? found.slice(-1) : found.reverse()
}

function fields(dialect: Dialect): Field[] {
  const byField = new Map<string, Map<string, Keyword>>()
  for (const path of ['devices/device', 'multipaths/multipath', 'overrides', 'overrides/protocol', 'defaults']) {
    for (const keyword of keywordsOf(dialect.release).get(path)?.inOrder ?? []) {
      if (!keyword.shown || NOT_SETTINGS.has(keyword.name) || keyword.name === 'type' || keyword.name !== keyword.field)
        continue
      const known = byField.get(keyword.field)
      if (known !== undefined) known.set(path, keyword)
      else if (path !== 'defaults' || ['mode', 'uid', 'gid'].includes(keyword.field))
        byField.set(keyword.field, new Map([[path, keyword]]))
    }
  }
  return [...byField].map(([field, keywords]) => ({ field, keywords }))
}

function held(source: Source, field: string, keywords: ReadonlyMap<string, Keyword>): Found[] {
  const keyword = keywords.get(source.path)
  const setting: Held | undefined = source.values.get(field)
  if (
    keyword === undefined ||
    setting === undefined ||
    (isUnset(setting) && !['mode', 'owner', 'group'].includes(keyword.kind))
  )
    return []
  if (source.section === 'overrides/protocol' && !OF_PROTOCOL.has(field)) return []
  const fromFile = setting.place !== undefined
  const section = source.section === 'devices' && !fromFile ? 'built-in devices' : source.section
  const origin = { section, place: setting.place, ...(source.device === undefined ? {} : { device: source.device }) }
  return [{ keyword, value: setting.value, origin }]
}

function compiledIn(field: string, keywords: ReadonlyMap<string, Keyword>): Found | undefined {
  const keyword = keywords.get('defaults')
  const value = field === 'hardware_handler' ? '0' : (keyword?.initial ?? keyword?.fallback)
  const any = keyword ?? keywords.values().next().value
  return value === undefined || any === undefined
    ? undefined
    : { keyword: any, value, origin: { section: 'compiled-in', place: undefined } }
}

function shown(found: Found, dialect: Dialect): LunValue {
  return {
    keyword: found.keyword.name,
    value: readable(bare(show(found.keyword, found.value, dialect))),
    origin: found.origin,
  }
}

function encoded(text: string | undefined): string | undefined {
  return text === undefined ? undefined : latin1(new TextEncoder().encode(text))
}

/** Rules on device, WWID and protocol that match the LUN, exceptions first as they win. Source: blacklist.c */
function blacklistedBy(configuration: Configuration, lun: Lun, dialect: Dialect): Blacklisted[] {
  return ([true, false] as const).flatMap((exception) => {
    const rules = exception ? configuration.exceptions : configuration.blacklist
    const simple = (['wwid', 'protocol'] as const).flatMap((name) =>
      rules[name]
        .filter((rule) => applies(rule.pattern, encoded(lun[name]), dialect))
        .map(({ pattern, place }) => ({ rule: `${name} ${readable(pattern)}`, place, exception })),
    )
    const devices = rules.device
      .filter(({ vendor, product }) => (vendor ?? product) !== undefined)
      .filter(({ vendor, product }) =>
        [[vendor, lun.vendor] as const, [product, lun.product] as const].every(
          ([rule, text]) => rule === undefined || applies(rule.pattern, encoded(text), dialect),
        ),
      )
      .map(({ vendor, product }) => ({
        rule: `device ${readable(`${vendor?.pattern ?? ''}:${product?.pattern ?? ''}`)}`,
        place: (vendor ?? product)?.place,
        exception,
      }))
    return [...simple, ...devices]
  })
}

function applies(pattern: string, text: string | undefined, dialect: Dialect): boolean {
  if (text === undefined) return false
  const { pattern: regex, inverted } = withoutInversion(pattern, dialect)
  return compilePattern(regex, dialect)?.test(text) === !inverted
}
