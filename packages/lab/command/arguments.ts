/**
 * The command line of `lab`: one table, from which parsing, help and usage errors come.
 * May come in: words. May not: I/O.
 */
import { parseArgs } from 'node:util'
import { LabError, reasonOf } from '../errors.ts'

export type CommandName = keyof typeof commands
export type Invocation = {
  readonly command: CommandName
  readonly words: readonly string[]
  readonly name: string
  readonly output: 'text' | 'json'
  readonly blades?: number
  readonly flags: ReadonlySet<Flag>
}
export type Flag = 'fresh' | 'silent' | 'reset'

type Command = {
  readonly usage: string
  readonly about: string
  /** How few and how many words may follow. */
  readonly words: readonly [number, number]
  readonly options: readonly string[]
}

const many = 1000

export const commands = {
  up: {
    usage: 'up [--blades N] [--fresh]',
    about: 'start a lab of 2 to 4 blades (2); at once if it is up',
    words: [0, 0],
    options: ['blades', 'fresh'],
  },
  down: { usage: 'down', about: 'switch it off and remove it; snapshots and images stay', words: [0, 0], options: [] },
  status: {
    usage: 'status',
    about: 'nodes, cables, and whether what was seen counts',
    words: [0, 0],
    options: ['output'],
  },
  ssh: {
    usage: 'ssh NODE [COMMAND …]',
    about: 'a shell or a command on a node, as root',
    words: [1, many],
    options: [],
  },
  console: { usage: 'console NODE', about: 'the serial console; ends with Ctrl-]', words: [1, 1], options: [] },
  cut: {
    usage: 'cut FABRIC [NODE] [--silent]',
    about: 'pull cables of A, B, mig or lan; or drop frames with the link up',
    words: [1, 2],
    options: ['silent'],
  },
  restore: { usage: 'restore [FABRIC] [NODE]', about: 'plug cables again', words: [0, 2], options: [] },
  'power-off': { usage: 'power-off NODE', about: 'pull the plug', words: [1, 1], options: [] },
  'power-on': { usage: 'power-on NODE', about: 'boot, until it is ready', words: [1, 1], options: [] },
  lan: {
    usage: 'lan [--reset]',
    about: 'what the station in the guests’ LAN saw; or count from zero',
    words: [0, 0],
    options: ['reset', 'output'],
  },
  snapshot: {
    usage: 'snapshot [LABEL]',
    about: 'write memory and disks to files; the nodes go on',
    words: [0, 1],
    options: [],
  },
  resume: { usage: 'resume [LABEL]', about: 'back to a snapshot', words: [0, 1], options: [] },
  reset: { usage: 'reset', about: 'back to the state after up, with fresh disks', words: [0, 0], options: [] },
  verify: {
    usage: 'verify VOLUME|DEVICE',
    about: 'what the test guest wrote there, read on the array',
    words: [1, 1],
    options: ['output'],
  },
} as const satisfies Readonly<Record<string, Command>>

const options = {
  name: { type: 'string' },
  output: { type: 'string' },
  blades: { type: 'string' },
  fresh: { type: 'boolean' },
  silent: { type: 'boolean' },
  reset: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

const isCommand = (word: string): word is CommandName => Object.hasOwn(commands, word)

/** What was asked; `help` when help was. @throws LabError `usage` */
export function invocation(args: readonly string[]): Invocation | 'help' {
  const [first = 'help', ...rest] = args
  if (first === 'help' || first === '--help' || first === '-h') return 'help'
  if (!isCommand(first)) throw wrong(`the command ${first}`, 'no such command', Object.keys(commands).join(', '))
  // What follows the node's name belongs to the command that is run there.
  const [own, foreign] = first === 'ssh' ? split(rest) : [rest, []]
  const { values, positionals } = parse(first, own)
  if (values.help === true) return 'help'
  const { words: range, usage, options: allowed }: Command = commands[first]
  const words = [...positionals, ...foreign]
  if (words.length < range[0] || words.length > range[1])
    throw wrong(`the words after ${first}`, `${words.length}`, `lab ${usage}`)
  const odd = Object.keys(values).find((option) => option !== 'name' && !allowed.includes(option))
  if (odd !== undefined) throw wrong(`the options of ${first}`, `--${odd}`, `lab ${usage}`)
  const { blades, output = 'text', name = 'default' } = values
  if (output !== 'text' && output !== 'json') throw wrong('--output', output, 'text or json')
  const flags = new Set((['fresh', 'silent', 'reset'] as const).filter((flag) => values[flag] === true))
  return { command: first, words, name, output, flags, ...(blades === undefined ? {} : { blades: bladeCount(blades) }) }
}

function parse(command: CommandName, args: readonly string[]) {
  try {
    return parseArgs({ args: Array.from(args), options, allowPositionals: true, strict: true })
  } catch (cause) {
    throw wrong(`the options of ${command}`, reasonOf(cause), `lab ${commands[command].usage}`)
  }
}

/** The options before the node and the node itself, then all the rest as it is. */
function split(args: readonly string[]): readonly [readonly string[], readonly string[]] {
  let at = 0
  while (args[at]?.startsWith('-') === true) at += args[at] === '--name' ? 2 : 1
  return [args.slice(0, at + 1), args.slice(at + 1)]
}

function bladeCount(word: string): number {
  if (/^\d$/.test(word)) return Number(word)
  throw wrong('--blades', word, 'a number from 2 to 4')
}

const wrong = (what: string, found: string, hint: string): LabError =>
  new LabError('usage', { attempted: `read ${what}`, found, hint })

/** All commands, a line each. */
export function helpText(): string {
  const width = Math.max(...Object.values(commands).map(({ usage }) => usage.length))
  const lines = Object.values(commands).map(({ usage, about }) => `  ${usage.padEnd(width)}  ${about}`)
  return [
    'lab: a SAN in virtual machines: an array, blades, two fabrics, a guests’ LAN',
    '',
    ...lines,
    '',
    'Every command takes --name NAME (default); status, lan and verify take --output json.',
    'Exit codes: 0 done, 1 failed or inconclusive, 2 usage, or something must be installed first.',
    '',
  ].join('\n')
}
