/**
 * Files that nobody would write, from a seed: well-formed ones, damaged ones, and damage done to given ones.
 * May come in: a seed, samples. May not: chance, I/O.
 */
import { builtInDevices, type DropIn, keywordsOf } from '../index.ts'

export type Case = { readonly main: Uint8Array; readonly confd: readonly DropIn[] }

/** Numbers from 0 up to, but without, 1, the same for the same seed. Source: mulberry32, public domain */
export function numbers(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const LITERALS = (
  'yes no 1 0 -1 5 07 0x10 1.5 2147483648 4294967296 99999999999999999999 off on queue fail infinity manual immediate followover ' +
  'failover multibus group_by_prio group_by_prioX group_by_tpg priorities uniform never always unused once max file strict smart ' +
  'none tur alua const root nobody bin 0644 999 scsi:fcp nvme:tcp hp3par undef sd:ID_X grow_only fpin "" " 7 " "a b" "1 queue_if_no_path" ' +
  '"2 queue_if_no_path pg_init_retries" "1 retain_attached_hw_handler" "3 a b" "round-robin 0" "service-time x" /abs a/b 0xabc 0xabc:aptpl ' +
  '{ } "{" #c !x "!^sd" "#x" "a""b" "un a"b "((" "*" "^sd[a-z]" "\\!x" "[[:alpha:]]" "a{1" +5 "5 " 600 1000 é "é x"'
).split(/ (?=(?:[^"]*"[^"]*")*[^"]*$)/)
const UNKNOWN = [
  'udev_dir',
  'selector',
  'foo',
  'Defaults',
  'polling-interval',
  'vendor',
  'alias',
  'protocol',
  'include',
  '"verbosity"',
  ';',
  '=',
]
const ROOTS = ['defaults', 'blacklist', 'blacklist_exceptions', 'devices', 'overrides', 'multipaths', 'gadgets']
const WWIDS = ['3600a098038303045762b4f4a6a5a3734', '3600a098038303045762b4f4a6a5a3735', 'W1', 'w1', '"1DEC  x"']

/** The case of a seed. `samples` are files to damage in some of the cases. */
export function caseOf(seed: number, release: string, samples: readonly Uint8Array[]): Case {
  const maker = new Maker(numbers(seed), release)
  const main = samples.length > 0 && maker.chance(0.3) ? maker.damaged(maker.pick(samples)) : maker.file()
  const names = ['10-a.conf', '05-b.conf', 'c.conf.bak', '.conf', 'x.CONF', 'Z.conf', 'plain']
  const confd = maker.chance(0.2)
    ? names.filter(() => maker.chance(0.4)).map((name) => ({ name, bytes: maker.file() }))
    : []
  return { main, confd }
}

class Maker {
  readonly #random: () => number
  readonly #release: string

  constructor(random: () => number, release: string) {
    this.#random = random
    this.#release = release
  }

  chance(share: number): boolean {
    return this.#random() < share
  }

  upTo(most: number): number {
    return Math.floor(this.#random() * (most + 1))
  }

  pick<T>(list: readonly T[]): T {
    const found = list[Math.floor(this.#random() * list.length)]
    if (found === undefined) throw new RangeError('nothing to pick from')
    return found
  }

  file(): Uint8Array {
    const text = Array.from({ length: 1 + this.upTo(4) }, () => this.#root()).join('')
    const bytes = new TextEncoder().encode(text)
    return this.chance(0.4) ? this.damaged(bytes) : bytes
  }

  /** One to six bytes, words or lines lost, doubled, moved or put in. */
  damaged(bytes: Uint8Array): Uint8Array {
    let text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
    for (let count = this.upTo(5); count >= 0; count -= 1) {
      const at = this.upTo(text.length)
      const length = this.chance(0.7) ? this.upTo(3) : this.upTo(40)
      const cut = text.slice(at, at + length)
      const put = this.pick([
        '',
        cut + cut,
        '{',
        '}',
        '"',
        '#',
        '!',
        '\n',
        '\r',
        '\0',
        ' ',
        '\t',
        '\xa0',
        '\x0b',
        '"x',
        'yes',
        '\n}\n',
        'x'.repeat(1030),
        `${this.pick(LITERALS)} `,
      ])
      text = text.slice(0, at) + put + text.slice(this.chance(0.6) ? at + length : at)
    }
    return Uint8Array.from(text, (character) => character.charCodeAt(0) & 0xff)
  }

  #root(): string {
    const root = this.pick(ROOTS)
    const inner = {
      devices: 'device',
      multipaths: 'multipath',
      overrides: 'protocol',
      blacklist: 'device',
      blacklist_exceptions: 'device',
    }[root]
    const lines = Array.from({ length: this.upTo(5) }, () =>
      inner !== undefined && this.chance(0.7) ? this.#inner(root, inner) : this.#statement(root, 1),
    )
    const close = this.chance(0.95) ? '}\n' : ''
    return `${root}${this.pick([' {', ' {', ' {', '{', '', ' { x', ' x {'])}\n${lines.join('')}${close}`
  }

  #inner(root: string, name: string): string {
    const path = `${root}/${name}`
    const lines = [...this.#identity(path), ...Array.from({ length: this.upTo(5) }, () => this.#statement(path, 2))]
    return `\t${name} {\n${lines.join('')}${this.chance(0.97) ? '\t}\n' : ''}`
  }

  #identity(path: string): string[] {
    if (path === 'multipaths/multipath' && this.chance(0.9)) return [`\t\twwid ${this.pick(WWIDS)}\n`]
    if (path === 'overrides/protocol' && this.chance(0.8))
      return [`\t\ttype ${this.pick(['scsi:fcp', 'scsi:iscsi', 'nvme:tcp', 'x'])}\n`]
    if (!path.endsWith('/device') || this.chance(0.1)) return []
    const known = this.pick(builtInDevices(this.#release))
    const own = this.chance(0.5)
    const texts = own
      ? [this.pick(['V1', 'V2', 'IBM']), this.pick(['P1', 'P2', '.*'])]
      : [String(known.get('vendor')), String(known.get('product'))]
    return [`\t\tvendor "${texts[0]}"\n`, ...(this.chance(0.95) ? [`\t\tproduct "${texts[1]}"\n`] : [])]
  }

  #statement(path: string, depth: number): string {
    const known = [...(keywordsOf(this.#release).get(path)?.byName.keys() ?? UNKNOWN)]
    const keyword = this.chance(0.93) ? this.pick(known.length === 0 ? UNKNOWN : known) : this.pick(UNKNOWN)
    const value = this.chance(0.97) ? ` ${this.pick(LITERALS)}` : ''
    const rest = this.chance(0.05) ? this.pick([' # note', ' extra', ' }', ' {', ' "y"', '\r']) : ''
    return `${'\t'.repeat(depth)}${keyword}${value}${rest}\n`
  }
}
