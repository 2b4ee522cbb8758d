/**
 * What one release makes of a main file and its drop-ins: does it load, what does it say, what is in effect.
 * May come in: the bytes of the files, a release. May not: I/O; which files there are is the caller's knowledge.
 */
import { type Dialect, dialectOf } from '../releases/dialect.ts'
import type { Release } from '../releases/release.ts'
import { latin1 } from '../syntax/document.ts'
import { type Configuration, emptyConfiguration } from './configuration.ts'
import { dump, type Entry } from './dump.ts'
import { type Effect, effects } from './effective.ts'
import { type Host, PLAIN_HOST } from './host.ts'
import { intervals } from './interval.ts'
import type { Say } from './merge.ts'
import { type Read, type ReadFile, type Reading, read } from './read.ts'
import { readable } from './readable.ts'
import { checkProtocols, finish, mergeDevices } from './tables.ts'

/** `path` is how messages name the file. */
export type MainFile = { readonly path: string; readonly bytes: Uint8Array }
/** `name` is the file's name in the drop-in directory; which names count is the release's affair. */
export type DropIn = { readonly name: string; readonly bytes: Uint8Array }

export type Question = {
  /** Anything `parseRelease` understands. */
  readonly release: string
  /** Undefined when there is no main file. */
  readonly main?: MainFile | undefined
  readonly confd?: readonly DropIn[]
  /** Drop-ins that can't be opened, such as links that lead nowhere, and why, in the words of the C library. */
  readonly unopened?: readonly { readonly name: string; readonly why: string }[]
  /** Where `confd` was found; /etc/multipath/conf.d unless said otherwise. */
  readonly confdPath?: string
  readonly host?: Host
}

/** `refused`: the tool exits with 1 and keeps its old configuration. `died`: SIGSEGV or SIGFPE. `hangs`: it never ends. */
export type Ending = 'loaded' | 'refused' | 'died' | 'hangs'

export type Explanation = {
  readonly release: Release
  readonly loads: boolean
  readonly ending: Ending
  /** In the tool's words, with file and line, in the order it prints them. Nothing is left of them when it hangs. */
  readonly messages: readonly string[]
  /** What differs from an empty file; nothing unless it loads. */
  readonly effective: readonly Effect[]
  /** Everything in effect, with its places. Undefined unless it loads. */
  readonly configuration: Configuration | undefined
}

const CONFD_PATH = '/etc/multipath/conf.d'

/** @throws MultipathError `release-unknown` */
export function explain(question: Question): Explanation {
  const dialect = dialectOf(question.release)
  const reading: Reading = {
    configuration: emptyConfiguration(dialect.release),
    host: question.host ?? PLAIN_HOST,
    said: [],
    topics: new Set(),
  }
  const ending = load(reading, question, dialect)
  const messages =
    ending === 'hangs'
      ? []
      : reading.said.filter(({ level }) => level <= dialect.shownLevel).map(({ text }) => readable(text))
  const { configuration } = reading
  const loads = ending === 'loaded'
  let effective: readonly Effect[] | undefined
  return {
    release: dialect.release,
    loads,
    ending,
    messages,
    // Compared when somebody looks: it costs more than the reading, and most only ask what is in effect.
    get effective() {
      effective ??= loads ? effects(dump(configuration, dialect), emptyDump(dialect)) : []
      return effective
    },
    configuration: loads ? configuration : undefined,
  }
}

function load(reading: Reading, question: Question, dialect: Dialect): Ending {
  const say: Say = (level, text) => void reading.said.push({ level, text })
  const { configuration } = reading
  const { main } = question
  if (main !== undefined) {
    const file = { name: main.path, text: latin1(main.bytes), dialect }
    const outcome = readFile(reading, file, main.path, false, say)
    if (outcome === 'died') return 'died'
    if (outcome === 'failed') {
      say(0, 'error parsing config file')
      return 'refused'
    }
  }
  if (readDropIns(reading, question, dialect, say) === 'died') return 'died'
  const timing = intervals(configuration, dialect)
  if (timing !== 'loaded') return timing
  const end = finish(configuration, dialect, say)
  return end === 'done' ? 'loaded' : end
}

/** Source: config.c, load_config(): after each file its devices are merged and its protocol sections checked */
function readFile(reading: Reading, file: ReadFile, title: string, afterMain: boolean, say: Say): Read {
  const { configuration } = reading
  const [devices, protocols] = [configuration.devices.length, configuration.protocols.length]
  const outcome = read(reading, file, afterMain)
  if (outcome === 'died' || (outcome === 'failed' && !afterMain)) return outcome
  mergeDevices(configuration, devices, title, file.dialect, say)
  checkProtocols(configuration, protocols, title, say)
  return outcome
}

/** Source: config.c, process_config_dir(): alphasort() in the C locale; only a message when a drop-in fails */
function readDropIns(reading: Reading, question: Question, dialect: Dialect, say: Say): 'read' | 'died' {
  const found = question.confdPath ?? CONFD_PATH
  const asked = reading.configuration.defaults.get('config_dir')
  const path = asked === undefined ? found : String(asked.value)
  if (dialect.dropIns === 'none' || path === '') return 'read'
  if (!path.startsWith('/')) {
    say(1, `config_dir '${path}' must be a fully qualified path`)
    return 'read'
  }
  if (path.replace(/\/+$/, '') !== found.replace(/\/+$/, '')) return 'read'
  const files = [...(question.confd ?? []), ...(question.unopened ?? [])]
    .filter(({ name }) => isDropIn(name, dialect))
    .sort((a, b) => byBytes(a.name, b.name))
  for (const file of files) {
    const name = `${path}/${file.name}`
    if ('why' in file) say(0, `couldn't open configuration file '${name}': ${file.why}`)
    else if (readFile(reading, { name, text: latin1(file.bytes), dialect }, file.name, true, say) === 'died')
      return 'died'
  }
  return 'read'
}

/** True when the release reads a file of this name in its drop-in directory. */
export function isDropIn(name: string, dialect: Dialect): boolean {
  if (dialect.dropIns === 'none') return false
  return dialect.dropIns === 'ends in .conf' ? name.endsWith('.conf') : name.includes('.conf')
}

function byBytes(a: string, b: string): number {
  const [one, other] = [utf8.encode(a), utf8.encode(b)]
  const at = one.findIndex((byte, index) => byte !== other[index])
  return at === -1 ? one.length - other.length : (one[at] ?? 0) - (other[at] ?? -1)
}

const utf8 = new TextEncoder()
const dumps = new Map<string, readonly Entry[]>()

/** What the release prints for an empty file. */
export function emptyDump(dialect: Dialect): readonly Entry[] {
  const seen = dumps.get(dialect.release)
  if (seen !== undefined) return seen
  const configuration = emptyConfiguration(dialect.release)
  intervals(configuration, dialect)
  finish(configuration, dialect, () => undefined)
  const entries = dump(configuration, dialect)
  dumps.set(dialect.release, entries)
  return entries
}
