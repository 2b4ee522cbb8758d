/**
 * Whole files for a release from typed values. What is written has been read back and means what was asked.
 * May come in: values, a release. May not: I/O, the text of other files.
 */
import { MultipathError } from '../errors.ts'
import type { Configuration, Values } from '../explain/configuration.ts'
import { bare } from '../explain/effective.ts'
import { explain } from '../explain/explain.ts'
import { show } from '../explain/values/show.ts'
import { type Dialect, dialectOf } from '../releases/dialect.ts'
import { type Keyword, keywordsOf, type SectionKeywords, type Value } from '../releases/keyword.ts'
import { LINE_BYTES, writtenText, writtenValue } from './value.ts'

/** Settings by keyword, in the order to write them. Texts are Unicode. */
export type Settings = Readonly<Record<string, Value>>
export type RuleSettings = {
  readonly devnode?: readonly string[]
  readonly wwid?: readonly string[]
  readonly property?: readonly string[]
  readonly protocol?: readonly string[]
  readonly device?: readonly { readonly vendor?: string; readonly product?: string }[]
}

/** A file as values. */
export type FileValues = {
  /** Lines of a comment at the top, without the sign. */
  readonly comment?: readonly string[]
  readonly defaults?: Settings
  readonly blacklist?: RuleSettings
  readonly blacklist_exceptions?: RuleSettings
  readonly devices?: readonly Settings[]
  readonly overrides?: Settings
  readonly protocols?: readonly Settings[]
  readonly multipaths?: readonly Settings[]
}

const utf8 = new TextEncoder()

/**
 * The text of a file that `release` reads without a message and that explains back to `values`.
 * @throws MultipathError `keyword-unknown` for a keyword the section has not (or ignores) in the release,
 * `render-refused` for a value that does not come back as it was given, or that the tool does not survive
 */
export function render(release: string, values: FileValues): string {
  const dialect = dialectOf(release)
  refuseDeadly(values, dialect)
  const text = lines(values, dialect)
    .map((line) => `${line}\n`)
    .join('')
  checkLength(text)
  const bytes = utf8.encode(text)
  const explanation = explain({ release, main: { path: 'the rendered file', bytes } })
  const { configuration, messages, ending } = explanation
  if (configuration === undefined || messages.length > 0) {
    throw refusal(dialect, messages[0] ?? `an end of the tool: ${ending}`)
  }
  checkBack(values, configuration, dialect)
  return text
}

/**
 * The forms that crash or hang a release are refused for every one, whatever the explanation says of it: a host may be
 * upgraded under its file. Source: facts on multipath, rule 15
 */
function refuseDeadly(values: FileValues, dialect: Dialect): void {
  const { polling_interval: interval, partition_delimiter: delimiter } = values.defaults ?? {}
  if (interval !== undefined && !/^[1-9]\d{0,8}$/.test(String(interval)))
    throw refusal(dialect, `polling_interval ${interval}`)
  if (String(delimiter ?? '').includes('/')) throw refusal(dialect, `partition_delimiter ${delimiter}`)
  const needed = [
    ['multipath', values.multipaths, ['wwid']],
    ['device', values.devices, ['vendor', 'product']],
    ['protocol', values.protocols, ['type']],
  ] as const
  for (const [name, list, keywords] of needed) {
    const lacking = keywords.find((keyword) => (list ?? []).some((settings) => settings[keyword] === undefined))
    if (lacking !== undefined) throw refusal(dialect, `a ${name} section without ${lacking}`)
  }
}

function refusal(dialect: Dialect, found: string): MultipathError {
  return new MultipathError('render-refused', {
    attempted: `write a file for multipath-tools ${dialect.release}`,
    found,
    hint: 'give only values that the release takes as they are',
  })
}

function checkLength(text: string): void {
  const long = text.split('\n').find((line) => utf8.encode(line).length > LINE_BYTES)
  if (long === undefined) return
  throw new MultipathError('render-refused', {
    attempted: 'write a line',
    found: `${utf8.encode(long).length} bytes`,
    hint: `a line holds ${LINE_BYTES}`,
  })
}

function lines(values: FileValues, dialect: Dialect): string[] {
  const inner = (path: string, list: readonly Settings[] | undefined, name: string) =>
    (list ?? []).flatMap((settings) => section(name, settingLines(path, settings, dialect)))
  const overrides = [
    ...settingLines('overrides', values.overrides ?? {}, dialect),
    ...inner('overrides/protocol', values.protocols, 'protocol'),
  ]
  return [
    ...(values.comment ?? []).map((line) => `# ${line.replaceAll(/[\0\r\n]/g, ' ')}`),
    ...filled('defaults', settingLines('defaults', values.defaults ?? {}, dialect)),
    ...filled('blacklist', ruleLines('blacklist', values.blacklist ?? {}, dialect)),
    ...filled('blacklist_exceptions', ruleLines('blacklist_exceptions', values.blacklist_exceptions ?? {}, dialect)),
    ...filled('devices', inner('devices/device', values.devices, 'device')),
    ...filled('overrides', overrides),
    ...filled('multipaths', inner('multipaths/multipath', values.multipaths, 'multipath')),
  ]
}

function filled(name: string, body: readonly string[]): string[] {
  return body.length === 0 ? [] : section(name, body)
}

function section(name: string, body: readonly string[]): string[] {
  return [`${name} {`, ...body.map((line) => `\t${line}`), '}']
}

function settingLines(path: string, settings: Settings, dialect: Dialect): string[] {
  return Object.entries(settings).map(([name, value]) => {
    settable(path, name, dialect)
    return `${name} ${writtenValue(value, dialect)}`
  })
}

/** The keyword, if it may be written. @throws MultipathError `keyword-unknown` */
export function settable(path: string, name: string, dialect: Dialect): Keyword {
  const keyword = keywordsOf(dialect.release).get(path)?.byName.get(name)
  if (keyword !== undefined && !isIgnored(keyword, dialect)) return keyword
  throw new MultipathError('keyword-unknown', {
    attempted: `write ${name} in ${path} for multipath-tools ${dialect.release}`,
    found: keyword === undefined ? 'no such keyword there' : 'a keyword the release reads and ignores',
    hint: 'see `anyblade multipath explain` for what a release knows',
  })
}

/** True for keywords that are still read but mean nothing any more. */
export function isIgnored(keyword: Keyword, dialect: Dialect): boolean {
  const { number } = dialect
  switch (keyword.kind) {
    case 'callout':
    case 'directory':
    case 'drop-in-directory':
      return number >= 9_000
    case 'group-timeout':
      return number >= 6_000
    case 'path':
      return number >= 9_007
    case 'ignored':
      return number >= 8_001
    default:
      return false
  }
}

const RULE_NAMES = ['devnode', 'wwid', 'property', 'protocol'] as const

function ruleLines(path: string, rules: RuleSettings, dialect: Dialect): string[] {
  const simple = RULE_NAMES.flatMap((name) => {
    const patterns = rules[name] ?? []
    if (patterns.length > 0) settable(path, name, dialect)
    return patterns.map((pattern) => `${name} ${writtenText(pattern, dialect)}`)
  })
  const devices = (rules.device ?? []).flatMap((device) => {
    const body = (['vendor', 'product'] as const).flatMap((name) => {
      const pattern = device[name]
      return pattern === undefined ? [] : [`${name} ${writtenText(pattern, dialect)}`]
    })
    return section('device', body)
  })
  return [...simple, ...devices]
}

/** Each value must stand in the configuration as it was given. @throws MultipathError `render-refused` */
function checkBack(values: FileValues, configuration: Configuration, dialect: Dialect): void {
  const table = keywordsOf(dialect.release)
  checkSettings(values.defaults, configuration.defaults, table.get('defaults'), dialect)
  checkSettings(values.overrides, configuration.overrides ?? new Map(), table.get('overrides'), dialect)
  for (const device of values.devices ?? []) {
    const held = configuration.devices.findLast(({ values: mine }) => sameTexts(mine, device))
    checkSettings(device, held?.values ?? new Map(), table.get('devices/device'), dialect)
  }
  // by WWID, for there may be thousands: of several the first, as the tool finds it
  const held = new Map(configuration.multipaths.toReversed().map(({ values: mine }) => [mine.get('wwid')?.value, mine]))
  for (const multipath of values.multipaths ?? []) {
    const mine = held.get(latin1Of(multipath.wwid)) ?? new Map()
    checkSettings(multipath, mine, table.get('multipaths/multipath'), dialect)
  }
  for (const protocol of values.protocols ?? []) {
    const held = configuration.protocols.find(({ values: mine }) => mine.get('type')?.value === protocol.type)
    checkSettings(protocol, held?.values ?? new Map(), table.get('overrides/protocol'), dialect)
  }
}

function sameTexts(held: Values, device: Settings): boolean {
  return ['vendor', 'product', 'revision'].every((name) => held.get(name)?.value === latin1Of(device[name]))
}

function latin1Of(value: Value | undefined): Value | undefined {
  return typeof value === 'string' ? String.fromCharCode(...utf8.encode(value)) : value
}

function checkSettings(
  asked: Settings | undefined,
  held: Values,
  keywords: SectionKeywords | undefined,
  dialect: Dialect,
): void {
  for (const [name, value] of Object.entries(asked ?? {})) {
    const keyword = keywords?.byName.get(name)
    const found = keyword === undefined ? undefined : held.get(keyword.field)
    if (keyword !== undefined && found !== undefined && means(keyword, found.value, value, dialect)) continue
    throw refusal(dialect, `${name} ${value}, which comes back as ${found === undefined ? 'nothing' : found.value}`)
  }
}

/** True when a held value is the one that was asked for: in the tool's words, as kept, or by another name for it. */
export function means(keyword: Keyword, held: Value, asked: Value, dialect: Dialect): boolean {
  const wanted = String(latin1Of(asked))
  const names = [String(held), bare(show(keyword, held, dialect)), ...(OTHER_NAMES[String(held)] ?? [])]
  if (!names.includes(wanted)) return false
  return held !== 0 || !UNSET_BY_ZERO.has(keyword.kind) || keyword.section === 'defaults'
}

/** Words that files may use for what the tool keeps under another. */
const OTHER_NAMES: Readonly<Record<string, readonly string[]>> = {
  yes: ['1'],
  no: ['0'],
  on: ['yes', '1'],
  off: ['no', '0'],
  always: ['yes', '1'],
  unused: ['no', '0'],
  fail: ['0'],
}

const UNSET_BY_ZERO = new Set<string>(['number', 'failback', 'loss', 'retry', 'number-or-no', 'files'])
