/**
 * A configuration while it is read and after: every setting with the place it came from.
 * May come in: values. May not: text of files, printing.
 */
import { builtInDevices } from '../releases/hardware/hardware.ts'
import type { Value } from '../releases/keyword.ts'
import type { Line } from '../syntax/line.ts'

/** Where a setting stands: `line` as the tool counts, `column` and it from 1, in bytes. */
export type Place = { readonly file: string; readonly line: number; readonly column: number }

/** `place` is undefined for what no file said: built-in table entries and compiled-in values. */
export type Held = { readonly value: Value; readonly place: Place | undefined }

/** Where something stands; put together when someone looks, for large files have many places that nobody looks at. */
class Placed {
  readonly #file: string
  readonly #line: number
  readonly #column: number

  constructor(file: string, line: Line) {
    this.#file = file
    this.#line = line.number
    this.#column = columnOf(line)
  }

  get place(): Place {
    return { file: this.#file, line: this.#line, column: this.#column }
  }
}

/** A value a file gave. */
export class Said extends Placed implements Held {
  readonly value: Value

  constructor(value: Value, file: string, line: Line) {
    super(file, line)
    this.value = value
  }
}

/** An inner section of a file with what it says; `place` is where it begins. */
export class InnerSection extends Placed {
  readonly values: Values = new Map()
  readonly builtIn = false
}

/** Where the first token of a line stands. */
export function placeOf(file: string, line: Line): Place {
  return { file, line: line.number, column: columnOf(line) }
}

function columnOf({ tokens }: Line): number {
  return (tokens[0]?.start ?? 0) + 1
}

/** The settings of one section, by field. An unset field is absent, or holds 0 where 0 means unset. */
export type Values = Map<string, Held>

export type Rule = { readonly pattern: string; readonly place: Place | undefined }
export type DeviceRule = { vendor: Rule | undefined; product: Rule | undefined }

/** The patterns of `blacklist` or `blacklist_exceptions`. */
export type Rules = {
  readonly devnode: Rule[]
  readonly wwid: Rule[]
  readonly property: Rule[]
  readonly protocol: Rule[]
  readonly device: DeviceRule[]
}

/** `builtIn` stays true until a file's device is merged in. `place` is where the section begins. */
export type Device = { readonly values: Values; readonly place: Place | undefined; readonly builtIn: boolean }
export type Multipath = { readonly values: Values; readonly place: Place }
export type Protocol = { readonly values: Values; readonly place: Place }

export type Configuration = {
  readonly defaults: Values
  blacklist: Rules
  exceptions: Rules
  devices: Device[]
  /** Undefined until a file has the section. */
  overrides: Values | undefined
  protocols: Protocol[]
  multipaths: Multipath[]
}

export function emptyRules(): Rules {
  return { devnode: [], wwid: [], property: [], protocol: [], device: [] }
}

/** What a release starts with: its hardware table and nothing else. */
export function emptyConfiguration(release: string): Configuration {
  return {
    defaults: new Map(),
    blacklist: emptyRules(),
    exceptions: emptyRules(),
    devices: heldDevices(release).map((values) => ({ values: new Map(values), place: undefined, builtIn: true })),
    overrides: undefined,
    protocols: [],
    multipaths: [],
  }
}

const known = new Map<string, readonly Values[]>()

/** Put together once for a release; each reading gets copies, for it merges devices into one another. */
function heldDevices(release: string): readonly Values[] {
  const before = known.get(release)
  if (before !== undefined) return before
  const devices = builtInDevices(release).map(heldValues)
  known.set(release, devices)
  return devices
}

function heldValues(values: ReadonlyMap<string, Value>): Values {
  return new Map([...values].map(([field, value]) => [field, { value, place: undefined }]))
}

/** The text of a field, undefined when it is not set. */
export function textOf(values: Values, field: string): string | undefined {
  const held = values.get(field)
  return held === undefined ? undefined : String(held.value)
}

/** True when the field counts as unset for the tool: absent, or 0. */
export function isUnset(held: Held | undefined): boolean {
  return held === undefined || held.value === 0
}
