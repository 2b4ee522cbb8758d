/**
 * One file read into a configuration, with the messages the tool prints on the way.
 * May come in: a document, the configuration so far. May not: what is done after all files are read, I/O.
 * Source: parser.c, process_stream(); dict.c; blacklist.c, store_ble() and set_ble_device()
 */
import type { Dialect } from '../releases/dialect.ts'
import type { Keyword } from '../releases/keyword.ts'
import type { Complaint } from '../syntax/check.ts'
import type { Line } from '../syntax/line.ts'
import type { Close, Node, Opening, Section, Statement } from '../syntax/node.ts'
import { type Visitor, walk } from '../syntax/walk.ts'
import {
  type Configuration,
  type DeviceRule,
  emptyRules,
  InnerSection,
  type Place,
  placeOf,
  type Rules,
  Said,
  type Values,
} from './configuration.ts'
import type { Host } from './host.ts'
import { compilePattern, withoutInversion } from './pattern.ts'
import type { Setting } from './values/setting.ts'
import { take } from './values/take.ts'

/** A reading in progress: one run of the tool over one main file and its drop-ins. */
export type Reading = {
  readonly configuration: Configuration
  readonly host: Host
  /** Messages so far, with their level. */
  readonly said: { readonly level: number; readonly text: string }[]
  /** Topics of messages that come once a run. */
  readonly topics: Set<string>
}

/** `failed`: a handler reported an error. `died`: the tool was killed while reading. */
export type Read = 'read' | 'failed' | 'died'

/** A file to read: `name` is how messages call it, `text` has one character a byte. */
export type ReadFile = { readonly name: string; readonly text: string; readonly dialect: Dialect }

/** Reads a file into the reading's configuration. */
export function read(reading: Reading, file: ReadFile, afterMain: boolean): Read {
  const reader = new Reader(reading, file, afterMain)
  walk(file.text, file.dialect, reader)
  return reader.outcome
}

/** Reads one file. It lives as long as that; a died reader does nothing more. */
class Reader implements Visitor {
  outcome: Read = 'read'
  readonly #reading: Reading
  readonly #dialect: Dialect
  readonly #file: string
  readonly #afterMain: boolean
  readonly #say: Setting['say']
  readonly #once: Setting['once']
  /** The sections that are open, outermost first. */
  readonly #open: string[] = []
  /** Keywords seen so far in each open section, the top first. */
  readonly #seen: Set<string>[] = [new Set()]

  constructor(reading: Reading, { name, dialect }: ReadFile, afterMain: boolean) {
    this.#reading = reading
    this.#dialect = dialect
    this.#file = name
    this.#afterMain = afterMain
    this.#say = (level, text) => void reading.said.push({ level, text })
    this.#once = (topic) => !reading.topics.has(topic) && reading.topics.add(topic) !== undefined
  }

  node(node: Exclude<Node, Section>): void {
    if (this.outcome === 'died' || node.kind === 'trivia') return
    this.#complain(node.complaint, node.line)
    switch (node.kind) {
      case 'skipped':
        break
      case 'stray':
        this.#stray(node.line)
        break
      case 'unknown':
        this.#unknown(node.name, node.line, this.#path())
        break
      case 'statement':
        this.#duplicate(node.keyword, node.line)
        this.#statement(node, this.#path())
        break
      default:
        throw new TypeError(`no way to read ${JSON.stringify(node satisfies never)}`)
    }
  }

  open(section: Opening): void {
    if (this.outcome === 'died') return
    this.#complain(section.complaint, section.line)
    this.#duplicate(section.keyword, section.line)
    this.#open.push(section.path)
    this.#seen.push(new Set())
    this.#enter(section)
  }

  close(close: Close | undefined): void {
    if (this.outcome === 'died') return
    const path = this.#open.pop() ?? ''
    this.#seen.pop()
    if (close !== undefined) this.#complain(close.complaint, close.line)
    else if (!path.includes('/') && this.#dialect.number >= 8_006) this.#say(1, `missing '}' at end of ${this.#file}`)
  }

  #path(): string {
    return this.#open.at(-1) ?? ''
  }

  #enter(section: Opening): void {
    const { configuration } = this.#reading
    const old = this.#dialect.number < 6_000
    const said = () => new InnerSection(this.#file, section.line)
    switch (section.path) {
      case 'blacklist':
        if (old) configuration.blacklist = emptyRules()
        break
      case 'blacklist_exceptions':
        if (old) configuration.exceptions = emptyRules()
        break
      case 'blacklist/device':
        configuration.blacklist.device.push({ vendor: undefined, product: undefined })
        break
      case 'blacklist_exceptions/device':
        configuration.exceptions.device.push({ vendor: undefined, product: undefined })
        break
      case 'devices/device':
        configuration.devices.push(said())
        break
      case 'overrides':
        configuration.overrides ??= new Map()
        break
      case 'overrides/protocol':
        configuration.protocols.push(said())
        break
      case 'multipaths':
        if (old) configuration.multipaths = []
        break
      case 'multipaths/multipath':
        configuration.multipaths.push(said())
        break
    }
  }

  #statement(node: Statement, path: string): void {
    if (node.keyword.kind === 'pattern') this.#pattern(node, path)
    else this.#setting(node, this.#target(path))
  }

  #target(path: string): Values {
    const { configuration } = this.#reading
    switch (path) {
      case 'defaults':
        return configuration.defaults
      case 'devices/device':
        return last(configuration.devices).values
      case 'overrides':
        configuration.overrides ??= new Map()
        return configuration.overrides
      case 'overrides/protocol':
        return last(configuration.protocols).values
      default:
        return last(configuration.multipaths).values
    }
  }

  #setting(node: Statement, target: Values): void {
    const { keyword, line, value } = node
    if (value !== undefined && isPlain(node, this.#dialect)) {
      target.set(keyword.field, new Said(value.text, this.#file, line))
      return
    }
    const outcome = take({
      keyword,
      text: value?.text,
      slot: line.tokens[1]?.text,
      old: target.has(keyword.field) ? target.get(keyword.field)?.value : keyword.initial,
      dialect: this.#dialect,
      host: this.#reading.host,
      file: this.#file,
      line: line.number,
      say: this.#say,
      once: this.#once,
      afterMain: this.#afterMain,
    })
    if (outcome.kind === 'failed') this.#fail(line)
    else if (outcome.kind === 'died') this.outcome = 'died'
    else if (outcome.kind === 'set') {
      if (outcome.value === undefined) target.delete(keyword.field)
      else target.set(keyword.field, new Said(outcome.value, this.#file, line))
    }
  }

  #pattern(node: Statement, path: string): void {
    const { configuration } = this.#reading
    const rules = path.startsWith('blacklist_exceptions') ? configuration.exceptions : configuration.blacklist
    const dialect = this.#dialect
    if (node.value === undefined) {
      if (dialect.diesWithoutValue && node.line.tokens[1] === undefined) this.outcome = 'died'
      else this.#fail(node.line)
      return
    }
    const pattern = node.value.text
    const regex = withoutInversion(pattern, dialect).pattern
    if (compilePattern(regex, dialect) === undefined) this.#fail(node.line)
    else store(rules, path, node.keyword.name, { pattern, place: this.#place(node.line) })
  }

  #fail(line: Line): void {
    this.outcome = 'failed'
    const dialect = this.#dialect
    if (dialect.number < 6_000) return
    const where = dialect.number >= 8_008 ? `${this.#file} line ${line.number}` : `multipath.conf +${line.number}`
    this.#say(1, `${where}, parsing failed: ${line.text}`)
  }

  #duplicate({ name, repeats }: Keyword, line: Line): void {
    const seen = this.#seen.at(-1)
    if (repeats || seen === undefined) return
    if (!seen.has(name)) seen.add(name)
    else if (this.#dialect.number >= 5_000)
      this.#say(1, `${this.#file} line ${line.number}, duplicate keyword: ${name}`)
  }

  #unknown(name: string, line: Line, path: string): void {
    const dialect = this.#dialect
    if (dialect.number < 5_000) return
    const where =
      path === '' || dialect.number < 8_008 ? '' : ` in the ${path.slice(path.lastIndexOf('/') + 1)} section`
    this.#say(1, `${this.#file} line ${line.number}, invalid keyword${where}: ${name}`)
  }

  #stray(line: Line): void {
    if (this.#dialect.checksLines) this.#say(0, `unmatched '}' at line ${line.number} of ${this.#file}`)
    this.#unknown('}', line, '')
  }

  #complain(complaint: Complaint | undefined, line: Line): void {
    if (complaint !== undefined) this.#say(0, complaintText(complaint, `line ${line.number} of ${this.#file}`))
  }

  #place(line: Line): Place {
    return placeOf(this.#file, line)
  }
}

/** True for texts that are taken as they are: most of a large file. */
function isPlain({ keyword, value }: Statement, dialect: Dialect): boolean {
  if (!dialect.checksLines) return false
  return keyword.kind === 'text' || (keyword.kind === 'name' && value?.text.includes('/') === false)
}

/** The tool's words for a complaint. Source: parser.c, validate_config_strvec() */
export function complaintText(complaint: Complaint, where: string): string {
  switch (complaint.kind) {
    case 'extra-data':
      return `ignoring extra data starting with '${complaint.token.text}' on ${where}`
    case 'missing-brace':
      return `missing '{' on ${where}`
    case 'other-than-brace':
      return `expecting '{' on ${where}. found '${complaint.token.text}'`
    case 'missing-closing-quotes':
      return `missing closing quotes on ${where}`
    case 'missing-value':
      return `missing value for option '${complaint.token.text}' on ${where}`
    case 'parsing-error':
      return `parsing error starting with '${complaint.token.text}' on ${where}`
    case 'brace-alone':
      return `invalid keyword '${complaint.token.text}' on ${where}`
    default:
      throw new TypeError(`no words for ${JSON.stringify(complaint satisfies never)}`)
  }
}

function store(rules: Rules, path: string, name: string, rule: { pattern: string; place: Place }): void {
  if (path.endsWith('/device')) {
    const device: DeviceRule = last(rules.device)
    if (name === 'vendor') device.vendor = rule
    else device.product = rule
  } else if (name === 'devnode' || name === 'wwid' || name === 'property' || name === 'protocol') rules[name].push(rule)
}

function last<T>(list: readonly T[]): T {
  const found = list.at(-1)
  if (found === undefined) throw new TypeError('a statement outside its section')
  return found
}
