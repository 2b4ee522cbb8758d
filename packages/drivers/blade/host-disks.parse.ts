/** What a blade's host stands on, out of a probe's answer. May come in: any text. May not: a name that is no device's. */
import type { HostDisks } from '@anyblade/engine'
import { formed, textOf, word } from './fields.ts'
import type { Section } from './sections.ts'

/** @throws Garbled */
export function parseHostDisks({ lines }: Section): HostDisks {
  const rows = (kind: string) => lines.filter(([first]) => first === kind).map((fields) => fields.slice(1))
  const useOf = (text: string | undefined) => word(textOf(text, 8192, 'a use of the host'), 200)
  return {
    uses: rows('stands').map(([use, devices = '']) => ({
      use: useOf(use),
      devices: devices
        .split(',')
        .filter((device) => device !== '')
        .map((device) => formed(device, /^[\w!-]{1,64}$/, 'a device of the host')),
    })),
    untold: rows('untold').map(([use, source]) => ({ use: useOf(use), source: useOf(source) })),
  }
}
