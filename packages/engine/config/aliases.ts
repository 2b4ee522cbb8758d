/**
 * A blade's multipath configuration as its release understands it: which aliases are in effect, and what it hides.
 * May come in: the files as they were read, and what `multipath -h` said of itself.
 */
import { type Configuration, compileEre, type Explanation, explain, type Held, parseRelease } from '@anyblade/multipath'
import type { Alias, Wwid } from '#documents'
import type { MultipathFiles, Path } from '#survey'

export const MAIN_FILE = '/etc/multipath.conf'
export const DROP_INS = '/etc/multipath/conf.d'

/** The release of multipath-tools that a blade says it has; undefined where it has none or says nothing usable. */
export const releaseIn = (said: string | undefined): string | undefined =>
  said === undefined ? undefined : parseRelease(said)?.release

/** Several claims of one look ask for the same files. */
const known = new WeakMap<MultipathFiles, Explanation>()

export function explained(files: MultipathFiles, release: string): Explanation {
  const before = known.get(files)
  if (before?.release === release) return before
  const main = files.main === undefined ? undefined : { path: MAIN_FILE, bytes: files.main }
  const explanation = explain({ release, main, confd: files.dropIns })
  known.set(files, explanation)
  return explanation
}

/** A name of a LUN, and where it is given. */
export type Named = { readonly alias: string; readonly wwid: string; readonly at: string }

const listed = new WeakMap<Configuration, readonly Named[]>()

/** The aliases in effect; where a WWID is named twice, each as it stands. */
export function aliasesIn(configuration: Configuration): readonly Named[] {
  const before = listed.get(configuration)
  if (before !== undefined) return before
  const aliases = configuration.multipaths.flatMap(({ values }): Named[] => {
    const [alias, wwid] = [values.get('alias'), values.get('wwid')]
    if (alias === undefined || wwid === undefined) return []
    return [{ alias: String(alias.value), wwid: String(wwid.value), at: placeOf(alias) }]
  })
  listed.set(configuration, aliases)
  return aliases
}

/**
 * What the bindings file keeps of user_friendly_names.
 * Source: multipath-tools libmultipath/alias.c: `alias wwid` a line, `#` begins a comment
 */
export function boundIn({ bindings }: MultipathFiles): Named[] {
  const lines = new TextDecoder().decode(bindings).split('\n')
  return lines.flatMap((line, i) => {
    const [alias, wwid] = line.replace(/#.*/, '').trim().split(/\s+/)
    return alias && wwid ? [{ alias, wwid, at: `/etc/multipath/bindings:${i + 1}` }] : []
  })
}

const placeOf = ({ place }: Held): string => (place === undefined ? 'built in' : `${place.file}:${place.line}`)

/** A rule that keeps a path from ever becoming a map, as `file:line keyword "pattern"`. */
export function hiddenBy(configuration: Configuration, path: Path): string | undefined {
  const { inquiry } = path
  const [vendor, product] = inquiry.state === 'read' ? [inquiry.value.vendor, inquiry.value.product] : ['', '']
  const wwid = inquiry.state === 'read' ? inquiry.value.wwid : ''
  return (
    ruledOut(configuration, 'devnode', path.sd) ??
    ruledOut(configuration, 'wwid', wwid) ??
    deviceRuledOut(configuration, vendor, product)
  )
}

/** Source: libmultipath/blacklist.c: an exception of the same kind takes a name off the list again */
function ruledOut(
  { blacklist, exceptions }: Configuration,
  kind: 'devnode' | 'wwid',
  text: string,
): string | undefined {
  const rule = blacklist[kind].find((one) => matches(one, text))
  if (rule === undefined || exceptions[kind].some((one) => matches(one, text))) return undefined
  return `${rule.place === undefined ? 'built in' : `${rule.place.file}:${rule.place.line}`} ${kind} "${rule.pattern}"`
}

/** Of one array all paths are of one kind. */
const kinds = new WeakMap<Configuration, Map<string, string | undefined>>()

function deviceRuledOut(configuration: Configuration, vendor: string, product: string): string | undefined {
  const known = kinds.get(configuration) ?? new Map<string, string | undefined>()
  kinds.set(configuration, known)
  const kind = `${vendor}\0${product}`
  if (!known.has(kind)) known.set(kind, deviceRule(configuration, vendor, product))
  return known.get(kind)
}

function deviceRule({ blacklist, exceptions }: Configuration, vendor: string, product: string): string | undefined {
  const fits = (rule: (typeof blacklist.device)[number]) =>
    (rule.vendor === undefined || matches(rule.vendor, vendor)) &&
    (rule.product === undefined || matches(rule.product, product))
  const rule = blacklist.device.find(fits)
  if (rule === undefined || exceptions.device.some(fits)) return undefined
  const place = rule.vendor?.place ?? rule.product?.place
  return `${place === undefined ? 'built in' : `${place.file}:${place.line}`} device "${rule.vendor?.pattern ?? '.*'}"`
}

type Pattern = { readonly pattern: string }
/** Every path of a blade is held against the same few. */
const compiled = new WeakMap<Pattern, ReturnType<typeof compileEre>>()

function matches(rule: Pattern, text: string): boolean {
  const isInverted = rule.pattern.startsWith('!')
  const ere = compiled.get(rule) ?? compileEre(isInverted ? rule.pattern.slice(1) : rule.pattern)
  compiled.set(rule, ere)
  return ere.ok && ere.test(text) !== isInverted
}

type ByName = {
  readonly alias: ReadonlyMap<string, readonly Named[]>
  readonly wwid: ReadonlyMap<string, readonly Named[]>
}
/** Every volume of a fleet is held against the same ones. */
const indexed = new WeakMap<readonly Named[], ByName>()

function byName(aliases: readonly Named[]): ByName {
  const before = indexed.get(aliases)
  if (before !== undefined) return before
  const index = {
    alias: Map.groupBy(aliases, ({ alias }) => alias),
    wwid: Map.groupBy(aliases, ({ wwid }) => wwid),
  }
  indexed.set(aliases, index)
  return index
}

/** Those of the list that have the alias, as they stand in it. */
export const namedAs = (aliases: readonly Named[], alias: Alias): readonly Named[] =>
  byName(aliases).alias.get(alias) ?? []

/** The alias of a WWID and the WWID of an alias, where something else has either. */
export function conflict(aliases: readonly Named[], alias: Alias, wwid: Wwid | undefined): string | undefined {
  const taken = namedAs(aliases, alias).find((held) => held.wwid !== wwid)
  if (taken !== undefined) return `${taken.at}: the alias ${alias} is ${taken.wwid}'s`
  const ofLun = wwid === undefined ? undefined : byName(aliases).wwid.get(wwid)
  const named = ofLun?.find((held) => held.alias !== alias)
  return named === undefined ? undefined : `${named.at}: ${named.wwid} has the alias ${named.alias}`
}
