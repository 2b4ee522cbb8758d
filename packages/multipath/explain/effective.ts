/**
 * What differs between two dumps: the effect of a file, as entries.
 * May come in: two dumps of one release. May not: files, messages.
 */
import type { Place } from './configuration.ts'
import type { Entry, Shown } from './dump.ts'
import { readable } from './readable.ts'

/**
 * One difference. `values` are the printed texts without the quotation marks around them; `printed` is the entry in the
 * tool's own words. `place` says where each keyword of `values` was said, where a file said it.
 * `builtIn` is true for a device of the built-in table that a file changed: `values` then name it and what is new in it.
 * `unset` names settings that an empty file has and this one has not.
 */
export type Effect = {
  readonly section: string
  readonly values: Readonly<Record<string, readonly string[]>>
  readonly printed: string
  readonly places: Readonly<Record<string, Place>>
  readonly builtIn: boolean
  readonly unset: readonly string[]
}

/** The entries of `full` that `empty` does not have, in the order they are printed. */
export function effects(full: readonly Entry[], empty: readonly Entry[]): Effect[] {
  const left = new Map<string, number>()
  const alone = new Set<string>()
  const devices = new Map<string, Entry>()
  for (const entry of empty) {
    const key = keyOf(entry)
    left.set(key, (left.get(key) ?? 0) + 1)
    if (entry.section === 'devices/device') devices.set(nameOf(entry), entry)
  }
  const known = new Set(empty.map((entry) => entry.section))
  const found: Effect[] = []
  const gone = unsetDefaults(full, empty)
  for (const entry of full) {
    if (entry.section !== 'defaults' && gone.length > 0) found.push(...gone.splice(0))
    if (entry.grouped && !known.has(entry.section)) {
      found.push(effect(entry))
      continue
    }
    const key = keyOf(entry)
    const count = left.get(key) ?? 0
    if (count > 0) left.set(key, count - 1)
    if (count > 0 || alone.has(key)) continue
    if (!entry.grouped) alone.add(key)
    const builtIn =
      entry.section === 'devices/device' && nameOf(entry) !== NAMELESS ? devices.get(nameOf(entry)) : undefined
    found.push(builtIn === undefined ? effect(entry) : changed(entry, builtIn))
  }
  return [...found, ...gone]
}

function keyOf(entry: Entry): string {
  return `${entry.section}\n${entry.lines.map((line) => `${line.keyword} ${line.text}`).join('\n')}`
}

function nameOf(entry: Entry): string {
  return ['vendor', 'product', 'revision']
    .map((name) => entry.lines.find((line) => line.keyword === name)?.text ?? '')
    .join('\n')
}

function effect(entry: Entry): Effect {
  return new EntryEffect(entry)
}

/** An entry as an effect. Its texts are put together when someone looks: a large file has many that nobody looks at. */
class EntryEffect implements Effect {
  readonly section: string
  readonly builtIn = false
  readonly unset: readonly string[] = []
  readonly #entry: Entry
  #shown: Pick<Effect, 'values' | 'places'> | undefined

  constructor(entry: Entry) {
    this.section = entry.section
    this.#entry = entry
  }

  get values(): Effect['values'] {
    this.#shown ??= shownValues(this.#entry.lines)
    return this.#shown.values
  }

  get places(): Effect['places'] {
    this.#shown ??= shownValues(this.#entry.lines)
    return this.#shown.places
  }

  get printed(): string {
    return readable(`${this.section} | ${this.#entry.lines.map((line) => `${line.keyword} ${line.text}`).join(' ; ')}`)
  }

  toJSON(): Effect {
    const { section, values, printed, places, builtIn, unset } = this
    return { section, values, printed, places, builtIn, unset }
  }
}

/** A built-in device after a file had its say: only what is new. */
function changed(entry: Entry, builtIn: Entry): Effect {
  const before = new Map(builtIn.lines.map((line) => [line.keyword, line.text]))
  const news = entry.lines.filter((line) => before.get(line.keyword) !== line.text)
  const name = entry.lines.filter((line) => NAMES.has(line.keyword))
  const after = new Set(entry.lines.map((line) => line.keyword))
  const title = name.map((line) => `${line.keyword} ${line.text}`).join(' ')
  const text = news.map((line) => `${line.keyword} ${line.text}`).join(' ; ')
  return {
    section: entry.section,
    ...shownValues([...name, ...news]),
    printed: readable(`${entry.section} (merged with built-in) ${title} | ${text}`),
    builtIn: true,
    unset: builtIn.lines.map((line) => line.keyword).filter((keyword) => !after.has(keyword)),
  }
}

/** What `nameOf` gives for a device without any of the three texts. */
const NAMELESS = '\n\n'
const NAMES = new Set(['vendor', 'product', 'revision'])

function unsetDefaults(full: readonly Entry[], empty: readonly Entry[]): Effect[] {
  const has = new Set(
    full.filter((entry) => entry.section === 'defaults').flatMap((entry) => entry.lines.map((line) => line.keyword)),
  )
  return empty
    .filter((entry) => entry.section === 'defaults')
    .flatMap((entry) => entry.lines)
    .filter((line) => !has.has(line.keyword))
    .map((line) => ({
      section: 'defaults',
      values: {},
      printed: `defaults | (unset) ${line.keyword} ${line.text}`,
      places: {},
      builtIn: false,
      unset: [line.keyword],
    }))
}

function shownValues(lines: readonly Shown[]): Pick<Effect, 'values' | 'places'> {
  const values: Record<string, string[]> = {}
  const places: Record<string, Place> = {}
  for (const { keyword, text, place } of lines) {
    const list = values[keyword]
    if (list === undefined) values[keyword] = [readable(bare(text))]
    else list.push(readable(bare(text)))
    if (place !== undefined) places[keyword] = place
  }
  return { values, places }
}

/** A printed text without the quotation marks around it. */
export function bare(text: string): string {
  return text.length >= 2 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text
}
