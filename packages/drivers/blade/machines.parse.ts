/** Which emulators take what guests are run as, out of the probe's answer: each by its number in the question. */
import type { Machine, MachineSeen, Reading } from '@anyblade/engine'
import { count, formed, textOf, word } from './fields.ts'
import { Garbled, type Section } from './sections.ts'

export function parseMachines({ lines }: Section, asked: readonly Machine[]): MachineSeen[] {
  return lines
    .filter(([number]) => number !== 'asking')
    .map(([number, kind, told]) => {
      const machine = asked[count(number, 'a machine')]
      if (machine === undefined) throw new Garbled(`machine ${word(number, 20)} was not asked for`)
      return { ...machine, emulator: emulatorOf(kind, textOf(told, 4096, 'an emulator')) }
    })
}

/** A path becomes part of a domain: one with anything unusual in it is none. */
const emulatorOf = (kind: string | undefined, told: string): Reading<string> =>
  kind === 'takes'
    ? { state: 'read', value: formed(told, /^\/[A-Za-z0-9._+@/-]{1,255}$/, 'an emulator’s path') }
    : { state: 'refused', because: word(told, 200) }
