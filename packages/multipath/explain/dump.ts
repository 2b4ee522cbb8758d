/**
 * A configuration in the order and the words of `multipath -t`, as entries that can be compared.
 * May come in: a configuration, a dialect. May not: messages, files.
 * Source: print.c, snprint_config() and what it calls
 */
import type { Dialect } from '../releases/dialect.ts'
import { type Keyword, keywordsOf, type SectionKeywords } from '../releases/keyword.ts'
import type { Configuration, DeviceRule, Held, Place, Rules, Values } from './configuration.ts'
import { isUnset } from './configuration.ts'
import { show } from './values/show.ts'

/** One printed setting: the keyword, the text after it, and where it was said. */
export type Shown = { readonly keyword: string; readonly text: string; readonly place: Place | undefined }

/** What a section prints: each line on its own for the outer sections, all lines together for the inner ones. */
export type Entry = { readonly section: string; readonly lines: readonly Shown[]; readonly grouped: boolean }

/** The whole dump. */
export function dump(configuration: Configuration, dialect: Dialect): Entry[] {
  const table = keywordsOf(dialect.release)
  const sections = (path: string) => table.get(path)
  const out = new Printer()
  out.open('defaults')
  for (const line of defaultLines(configuration, sections('defaults'), dialect)) out.line(line)
  out.close()
  printRules(out, 'blacklist', configuration.blacklist, sections, dialect)
  printRules(out, 'blacklist_exceptions', configuration.exceptions, sections, dialect)
  out.open('devices')
  const printDevice = (values: Values) => deviceLines(values, configuration, sections('devices/device'), dialect)
  for (const { values } of configuration.devices) out.group(values, printDevice)
  out.close()
  if (sections('overrides') !== undefined) printOverrides(out, configuration, sections, dialect)
  if (configuration.multipaths.length > 0) {
    const keywords = sections('multipaths/multipath')
    const friendly = configuration.defaults.get('user_friendly_names')?.value === 'yes'
    out.open('multipaths')
    const print = (values: Values) => multipathLines(values, keywords, dialect, friendly)
    for (const { values } of configuration.multipaths) out.group(values, print)
    out.close()
  }
  return out.entries
}

type Sections = (path: string) => SectionKeywords | undefined

type Print = (values: Values) => readonly Shown[]

/** An inner section whose lines are put together when someone looks. */
class Group implements Entry {
  readonly section: string
  readonly grouped = true
  readonly #values: Values
  readonly #print: Print
  #lines: readonly Shown[] | undefined

  constructor(section: string, values: Values, print: Print) {
    this.section = section
    this.#values = values
    this.#print = print
  }

  get lines(): readonly Shown[] {
    this.#lines ??= this.#print(this.#values)
    return this.#lines
  }
}

/**
 * Entries as one who reads the text by counting braces finds them: lines one deep stand alone, lines two deep belong
 * together, deeper ones are lost. An opening that is never printed is not closed either.
 */
class Printer {
  readonly entries: Entry[] = []
  readonly #open: { readonly name: string; readonly lines: Shown[] }[] = []

  open(name: string): void {
    this.#open.push({ name, lines: [] })
  }

  close(): void {
    const closed = this.#open.pop()
    if (closed !== undefined && this.#open.length === 1) this.#add(closed.lines)
  }

  line(line: Shown): void {
    if (this.#open.length > 1) this.#open.at(-1)?.lines.push(line)
    else if (this.#open.length === 1) this.entries.push({ section: this.#section(), lines: [line], grouped: false })
  }

  /** An inner section; it is printed only when someone looks. */
  group(values: Values, print: Print): void {
    if (this.#open.length === 1) this.entries.push(new Group(this.#inner(), values, print))
  }

  #add(lines: readonly Shown[]): void {
    this.entries.push({ section: this.#inner(), lines, grouped: true })
  }

  #inner(): string {
    const section = this.#section()
    if (section === 'multipaths') return 'multipaths/multipath'
    return section === 'overrides' ? 'overrides/protocol' : `${section}/device`
  }

  #section(): string {
    return this.#open[0]?.name ?? ''
  }
}

function printRules(out: Printer, section: string, rules: Rules, sections: Sections, dialect: Dialect): void {
  const keywords = sections(section)
  out.open(section)
  for (const name of ['devnode', 'wwid', 'property', 'protocol'] as const) {
    const keyword = keywords?.byName.get(name)
    if (keyword === undefined) continue
    for (const rule of rules[name])
      out.line({ keyword: name, text: show(keyword, rule.pattern, dialect), place: rule.place })
  }
  const vendor = sections(`${section}/device`)?.byName.get('vendor')
  if (vendor !== undefined) for (const rule of rules.device) printDeviceRule(out, rule, vendor, dialect)
  out.close()
}

/** Since 0.8.7 `device {` is printed with the vendor and `}` with the product, so half a rule leaves half a section. */
function printDeviceRule(out: Printer, rule: DeviceRule, keyword: Keyword, dialect: Dialect): void {
  const halves = dialect.number >= 8_007
  if (!halves || rule.vendor !== undefined) out.open('device')
  for (const name of ['vendor', 'product'] as const) {
    const said = rule[name]
    if (said !== undefined) out.line({ keyword: name, text: show(keyword, said.pattern, dialect), place: said.place })
    else if (!halves) out.line({ keyword: name, text: '"(null)"', place: undefined })
  }
  if (!halves || rule.product !== undefined) out.close()
}

function printOverrides(out: Printer, configuration: Configuration, sections: Sections, dialect: Dialect): void {
  out.open('overrides')
  const { overrides } = configuration
  if (overrides !== undefined) for (const line of plainLines(overrides, sections('overrides'), dialect)) out.line(line)
  const print = (said: Values) => plainLines(said, sections('overrides/protocol'), dialect)
  for (const { values } of configuration.protocols) out.group(values, print)
  out.close()
}

/** The settings that are set, in the tool's order. */
function plainLines(values: Values, keywords: SectionKeywords | undefined, dialect: Dialect): Shown[] {
  const lines: Shown[] = []
  if (keywords === undefined || values.size === 0) return lines
  for (const keyword of printed(values, keywords)) {
    const held = values.get(keyword.field)
    if (held === undefined || (held.value === 0 && !ZERO_COUNTS.has(keyword.kind))) continue
    const text = show(keyword, held.value, dialect)
    if (text !== '') lines.push(new ShownSetting(keyword.name, text, held))
  }
  return lines
}

/** A setting whose place is put together when someone looks. */
class ShownSetting implements Shown {
  readonly keyword: string
  readonly text: string
  readonly #held: Held

  constructor(keyword: string, text: string, held: Held) {
    this.keyword = keyword
    this.text = text
    this.#held = held
  }

  get place(): Place | undefined {
    return this.#held.place
  }
}

const orders = new WeakMap<SectionKeywords, Map<string, readonly Keyword[]>>()
const ORDERS_MOST = 1000

/** The keywords to print. Sections that set the same fields share the answer. */
function printed(values: Values, keywords: SectionKeywords): readonly Keyword[] {
  const known = orders.get(keywords) ?? new Map<string, readonly Keyword[]>()
  const key = [...values.keys()].join(' ')
  const seen = known.get(key)
  if (seen !== undefined) return seen
  const order = keywords.inOrder.filter((keyword) => keyword.shown && values.has(keyword.field))
  if (known.size >= ORDERS_MOST) known.clear()
  orders.set(keywords, known.set(key, order))
  return order
}

/** Kinds whose mark of being set is not the value itself. */
const ZERO_COUNTS = new Set<string>(['mode', 'owner', 'group'])

function multipathLines(
  values: Values,
  keywords: SectionKeywords | undefined,
  dialect: Dialect,
  friendly: boolean,
): Shown[] {
  const lines = plainLines(values, keywords, dialect)
  if (dialect.number >= 6_000) return lines
  if (!values.has('wwid')) lines.unshift({ keyword: 'wwid', text: '(null)', place: undefined })
  return lines.filter((line) => line.keyword !== 'alias' || !friendly || line.text !== 'mpath')
}

/** 0.4.9 leaves out what a device has in common with `defaults`; texts and words there are compared as they are. */
function deviceLines(
  values: Values,
  configuration: Configuration,
  keywords: SectionKeywords | undefined,
  dialect: Dialect,
): Shown[] {
  const lines = plainLines(values, keywords, dialect)
  if (dialect.number >= 5_000) return lines
  const { defaults } = configuration
  return lines.filter(({ keyword }) => {
    if (ALWAYS_SHOWN.has(keyword)) return true
    const field = keyword === 'checker' ? 'path_checker' : keyword
    const mine = values.get(field)?.value
    if (keyword === 'rr_weight' && mine === 'uniform') return false
    if ((keyword === 'prio' || keyword === 'prio_args') && mine === '') return false
    const common = defaults.get(field)?.value ?? (field === 'rr_min_io' ? 1000 : undefined)
    return mine !== common
  })
}

const ALWAYS_SHOWN = new Set([
  'vendor',
  'product',
  'product_blacklist',
  'hardware_handler',
  'flush_on_last_del',
  'fast_io_fail_tmo',
  'dev_loss_tmo',
])

function defaultLines(configuration: Configuration, keywords: SectionKeywords | undefined, dialect: Dialect): Shown[] {
  const lines: Shown[] = []
  for (const keyword of keywords?.inOrder ?? []) {
    if (!keyword.shown) continue
    const held = configuration.defaults.get(keyword.field)
    const text =
      dialect.number >= 5_000
        ? defaultText(keyword, held, dialect)
        : oldDefaultText(keyword, held, configuration, dialect)
    if (text !== '') lines.push({ keyword: keyword.name, text, place: held?.place })
  }
  return lines
}

/** Kinds that print nothing for 0 even if they started with something else. */
const ZERO_IS_UNSET = new Set<string>(['seconds-or-off', 'yes-no-unset', 'number-or-no', 'files', 'loss', 'retries'])

/** Up to 0.9.x multipath itself decides these before it prints; multipathd follows the file. Source: multipath/main.c */
const IMPOSED = [
  ['retrigger_tries', 6_004, '0'],
  ['force_sync', 8_004, '"yes"'],
] as const

/** True for numbers whose 0 is a value like any other. */
function hasNoUnset(keyword: Keyword): boolean {
  if (keyword.kind === 'count' || keyword.kind === 'interval') return true
  return keyword.initial !== undefined && !ZERO_IS_UNSET.has(keyword.kind)
}

function defaultText(keyword: Keyword, held: Held | undefined, dialect: Dialect): string {
  if (keyword.kind === 'ignored' && dialect.number >= 9_006) return ''
  const imposed = IMPOSED.find(
    ([name, since]) => keyword.name === name && dialect.number >= since && dialect.number < 10_000,
  )
  if (imposed !== undefined) return imposed[2]
  const value = held?.value ?? keyword.initial
  if (keyword.kind === 'ignored' && dialect.number >= 8_001) return show(keyword, '', dialect)
  if (value === undefined || value === 0) {
    if (value === 0 && ZERO_COUNTS.has(keyword.kind)) return show(keyword, 0, dialect)
    if (keyword.fallback !== undefined) return show(keyword, keyword.fallback, dialect)
    const prints = value === 0 && hasNoUnset(keyword)
    return prints ? '0' : ''
  }
  return show(keyword, value, dialect)
}

/** 0.4.9 prints only what differs from the compiled-in value. Source: dict.c of 0.4.9, snprint_def_*() */
function oldDefaultText(
  keyword: Keyword,
  held: Held | undefined,
  configuration: Configuration,
  dialect: Dialect,
): string {
  const interval = configuration.defaults.get('polling_interval')?.value ?? 0
  if (keyword.name === 'polling_interval') return interval === 5 ? '' : String(interval)
  // The tool asks the polling interval whether the verbosity is the default one.
  if (keyword.name === 'verbosity') return interval === 2 ? '' : String(held?.value ?? keyword.initial)
  if (held === undefined || held.value === keyword.initial || held.value === keyword.fallback) return ''
  if (isUnset(held) && !ZERO_COUNTS.has(keyword.kind)) return ''
  return show(keyword, held.value, dialect)
}
