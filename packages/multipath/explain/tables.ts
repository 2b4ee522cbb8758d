/**
 * What is done when a file has been read, and when all have: duplicates merged, gaps filled, defaults added.
 * May come in: a configuration, a dialect. May not: text of files, printing.
 * Source: config.c, factorize_hwtable(), merge_mptable(), load_config(); blacklist.c, setup_default_blist()
 */
import type { Dialect } from '../releases/dialect.ts'
import {
  type Configuration,
  type Device,
  type DeviceRule,
  type Multipath,
  type Rule,
  type Rules,
  textOf,
  type Values,
} from './configuration.ts'
import { mergeDevice, mergeMultipath, mergeProtocol, overrideDevice, type Say } from './merge.ts'
import { compilePattern, withoutInversion } from './pattern.ts'

/** Merges the devices of one file (those from `start` on) with the ones before; `file` is how messages name it. */
export function mergeDevices(
  configuration: Configuration,
  start: number,
  file: string,
  dialect: Dialect,
  say: Say,
): void {
  if (dialect.number >= 7_008) mergeEqual(configuration, start, file, dialect, say)
  else if (dialect.number >= 5_000 && configuration.devices.length > start)
    mergeMatching(configuration, start, dialect, say)
}

function triple(values: Values): string {
  return JSON.stringify([
    textOf(values, 'vendor') ?? null,
    textOf(values, 'product') ?? null,
    textOf(values, 'revision') ?? null,
  ])
}

/** Since 0.7.8: an entry is merged into the next later one with the same three texts, and the search begins again. */
function mergeEqual(configuration: Configuration, start: number, file: string, dialect: Dialect, say: Say): void {
  const { devices } = configuration
  if (devices.length === start) return
  const missing = (device: Device) =>
    textOf(device.values, 'vendor') === undefined || textOf(device.values, 'product') === undefined
  const kept: (Device | undefined)[] = [...devices]
  const later = new Map<string, number[]>()
  const keys = devices.map((device) => triple(device.values))
  for (const [at, key] of keys.entries()) {
    if (at < start) continue
    const places = later.get(key)
    if (places === undefined) later.set(key, [at])
    else places.push(at)
  }
  for (let at = 0; at < devices.length; at += 1) {
    const device = kept[at]
    if (device === undefined) continue
    if (at >= start && missing(device)) {
      say(0, `device config in ${file} missing vendor or product parameter`)
      kept[at] = undefined
      continue
    }
    const next = later.get(keys[at] ?? '')?.find((other) => other > at && kept[other] !== undefined)
    const into = next === undefined ? undefined : kept[next]
    if (into === undefined) continue
    if (at >= start) {
      const name = ['vendor', 'product', 'revision'].map((field) => textOf(device.values, field) ?? '(null)').join(':')
      say(1, `factorize_hwtable: duplicate device section for ${name} in ${file}`)
    }
    kept[at] = undefined
    mergeDevice(into.values, device.values, dialect, say)
  }
  configuration.devices = kept.filter((device) => device !== undefined)
}

/** Until 0.7.7 a file's device took over the settings of every earlier entry whose patterns match its texts. */
function mergeMatching(configuration: Configuration, start: number, dialect: Dialect, say: Say): void {
  const before = configuration.devices.slice(0, start)
  let mine = configuration.devices.slice(start)
  if (dialect.number >= 7_002) {
    const valid = mine.filter((device) => device.values.has('vendor') && device.values.has('product'))
    for (let lost = valid.length; lost < mine.length; lost += 1)
      say(0, 'device config missing vendor or product parameter')
    mine = valid
  }
  const kept: Device[] = []
  for (const earlier of before) {
    let replaced = false
    const matches = matcher(earlier.values, dialect)
    for (const device of mine) {
      if (!matches(device.values)) continue
      mergeDevice(device.values, earlier.values, dialect, say)
      if (triple(device.values) === triple(earlier.values)) {
        replaced = true
        break
      }
    }
    if (!replaced) kept.push(earlier)
  }
  configuration.devices = [...kept, ...mine]
}

/** Whether a device's patterns match texts; a pattern that does not compile matches nothing. Source: hwe_regmatch() */
export function matcher(patterns: Values, dialect: Dialect): (texts: Values) => boolean {
  const compiled = ['vendor', 'product', 'revision'].flatMap((field) => {
    const pattern = textOf(patterns, field)
    return pattern === undefined ? [] : [{ field, regex: compilePattern(pattern, dialect) }]
  })
  if (compiled.some(({ regex }) => regex === undefined)) return () => false
  return (texts) =>
    ['vendor', 'product', 'revision'].some((field) => texts.has(field)) &&
    compiled.every(({ field, regex }) => {
      const text = textOf(texts, field)
      return text === undefined || regex?.test(text) === true
    })
}

/** 0.4.9 merges once, at the end, a later entry into the first that differs in no text both have. */
function mergeOldDevices(configuration: Configuration): void {
  const devices: (Device | undefined)[] = [...configuration.devices]
  for (let at = 0; at < devices.length; at += 1) {
    const into = devices[at]
    if (into === undefined) continue
    for (let other = at + 1; other < devices.length; other += 1) {
      const from = devices[other]
      if (from === undefined || differs(into.values, from.values)) continue
      overrideDevice(into.values, from.values)
      devices[other] = undefined
    }
  }
  configuration.devices = devices.filter((device) => device !== undefined)
}

function differs(one: Values, other: Values): boolean {
  return ['vendor', 'product', 'revision'].some((field) => {
    const [a, b] = [textOf(one, field), textOf(other, field)]
    return a !== undefined && b !== undefined && a !== b
  })
}

/** Drops protocol sections without a type, from `start` on. Source: validate_pctable() */
export function checkProtocols(configuration: Configuration, start: number, file: string, say: Say): void {
  configuration.protocols = configuration.protocols.filter((protocol, at) => {
    if (at < start || protocol.values.has('type')) return true
    say(0, `protocol section in ${file} missing type`)
    return false
  })
}

/** `died`: the tool is killed here. `refused`: it gives up, without a word. */
export function finish(configuration: Configuration, dialect: Dialect, say: Say): 'done' | 'died' | 'refused' {
  if (dialect.number < 5_000) mergeOldDevices(configuration)
  if (!addDefaultRules(configuration, dialect)) return 'refused'
  mergeProtocols(configuration)
  if (dialect.number < 7_008) return 'done'
  if (mergeMultipaths(configuration, dialect, say) === 'died') return 'died'
  configuration.blacklist = withoutRepeats(configuration.blacklist)
  configuration.exceptions = withoutRepeats(configuration.exceptions)
  return 'done'
}

function mergeProtocols(configuration: Configuration): void {
  const { protocols } = configuration
  configuration.protocols = protocols.filter((protocol, at) => {
    const later = protocols.find(
      (other, index) => index > at && textOf(other.values, 'type') === textOf(protocol.values, 'type'),
    )
    if (later !== undefined) mergeProtocol(later.values, protocol.values)
    return later === undefined
  })
}

/** Later sections of a WWID win. 0.7.8 to 0.8.5 compare without asking whether there is a WWID. */
function mergeMultipaths(configuration: Configuration, dialect: Dialect, say: Say): 'done' | 'died' {
  const all = configuration.multipaths
  const nameless = all.some((multipath) => !multipath.values.has('wwid'))
  if (nameless && dialect.number < 8_006) return all.length > 1 ? 'died' : 'done'
  const inOrder = dialect.number >= 9_001 ? sortedByWwid(all, say) : all
  const last = new Map<string, Multipath>()
  const repeated: Multipath[] = []
  for (const multipath of inOrder) {
    const wwid = wwidOf(multipath)
    if (wwid === undefined) continue
    const before = last.get(wwid)
    if (before !== undefined) {
      repeated.push(before)
      mergeMultipath(multipath.values, before.values, dialect)
    }
    last.set(wwid, multipath)
  }
  const lost = new Set(repeated)
  configuration.multipaths = inOrder.filter((multipath) => {
    const wwid = wwidOf(multipath)
    if (wwid === undefined) say(0, 'multipaths config section missing wwid')
    else if (lost.has(multipath)) say(1, `merge_mptable: duplicate multipath config section for ${wwid}`)
    return wwid !== undefined && !lost.has(multipath)
  })
  return 'done'
}

/** Since 0.9.1 sections without a WWID go first, and the rest is sorted. */
function sortedByWwid(all: readonly Multipath[], say: Say): Multipath[] {
  const named = all.filter((multipath) => multipath.values.has('wwid'))
  for (let at = named.length; at < all.length; at += 1) say(0, 'multipaths config section missing wwid')
  const keyed = named.map((multipath) => ({ wwid: wwidOf(multipath) ?? '', multipath }))
  return keyed.sort((a, b) => (a.wwid < b.wwid ? -1 : a.wwid > b.wwid ? 1 : 0)).map(({ multipath }) => multipath)
}

function wwidOf(multipath: Multipath): string | undefined {
  return textOf(multipath.values, 'wwid')
}

const DEFAULT_DEVNODES: readonly (readonly [number, readonly string[]])[] = [
  [0, ['^(ram|raw|loop|fd|md|dm-|sr|scd|st)[0-9]*', '^hd[a-z]', '^dcssblk[0-9]*']],
  [6_000, ['^(ram|raw|loop|fd|md|dm-|sr|scd|st|dcssblk)[0-9]', '^(td|hd|vd)[a-z]', '^nvme']],
  [7_000, ['^(ram|raw|loop|fd|md|dm-|sr|scd|st|dcssblk)[0-9]', '^(td|hd|vd)[a-z]']],
  [8_005, ['!^(sd[a-z]|dasd[a-z]|nvme[0-9])']],
]

/** False when a device's product_blacklist, or the vendor that goes with it, is not a pattern. */
function addDefaultRules(configuration: Configuration, dialect: Dialect): boolean {
  const [, devnodes] = DEFAULT_DEVNODES.findLast(([since]) => dialect.number >= since) ?? [0, []]
  for (const pattern of devnodes) configuration.blacklist.devnode.push({ pattern, place: undefined })
  if (dialect.number >= 6_000)
    configuration.exceptions.property.push({ pattern: '(SCSI_IDENT_|ID_WWN)', place: undefined })
  for (const { values } of configuration.devices) {
    const product = textOf(values, 'product_blacklist')
    if (product === undefined) continue
    const vendor = textOf(values, 'vendor')
    if (isListed(configuration.blacklist.device, vendor, product, dialect)) continue
    if (![vendor ?? '', product].every((text) => isPattern(text, dialect))) return false
    configuration.blacklist.device.push({
      vendor: vendor === undefined ? undefined : { pattern: vendor, place: undefined },
      product: { pattern: product, place: undefined },
    })
  }
  return true
}

function isPattern(text: string, dialect: Dialect): boolean {
  return compilePattern(withoutInversion(text, dialect).pattern, dialect) !== undefined
}

/** 0.4.9 adds without asking, 0.5.0 to 0.7.7 ask whether a rule matches the texts, later ones whether one is equal. */
function isListed(
  rules: readonly DeviceRule[],
  vendor: string | undefined,
  product: string,
  dialect: Dialect,
): boolean {
  if (dialect.number < 5_000) return false
  if (dialect.number >= 7_008)
    return rules.some((rule) => rule.vendor?.pattern === vendor && rule.product?.pattern === product)
  return rules.some(
    (rule) =>
      (rule.vendor !== undefined || rule.product !== undefined) &&
      matchesRule(rule.vendor, vendor, dialect) &&
      matchesRule(rule.product, product, dialect),
  )
}

function matchesRule(rule: Rule | undefined, text: string | undefined, dialect: Dialect): boolean {
  return rule === undefined || compilePattern(rule.pattern, dialect)?.test(text ?? '') === true
}

/** The protocol patterns keep their repeats. Source: merge_blacklist(), merge_blacklist_device() */
function withoutRepeats(rules: Rules): Rules {
  const device = rules.device.filter((rule) => rule.vendor !== undefined || rule.product !== undefined)
  return {
    devnode: distinct(rules.devnode, (rule) => rule.pattern),
    wwid: distinct(rules.wwid, (rule) => rule.pattern),
    property: distinct(rules.property, (rule) => rule.pattern),
    protocol: rules.protocol,
    device: distinct(device, (rule) => JSON.stringify([rule.vendor?.pattern ?? null, rule.product?.pattern ?? null])),
  }
}

function distinct<T>(list: readonly T[], key: (item: T) => string): T[] {
  const seen = new Set<string>()
  return list.filter((item) => !seen.has(key(item)) && seen.add(key(item)) !== undefined)
}
