/** Whose frames were seen at each place that was asked about. */
import type { LanQuestion, LanSeen } from '@anyblade/engine'
import { count, formed, word } from './fields.ts'
import { Garbled, type Section } from './sections.ts'

export function parseLan({ lines }: Section, asked: readonly LanQuestion[]): LanSeen[] {
  return lines.flatMap(([kind, number, ...told]): LanSeen[] => {
    if (kind !== 'met' && kind !== 'refused') return []
    const place = asked[count(number, 'a place on the network')]
    if (place === undefined) throw new Garbled(`place ${word(number, 20)} on the network was not asked about`)
    const { device, vlan } = place
    if (kind === 'refused') return [{ device, vlan, heard: { state: 'refused', because: word(told[0], 200) } }]
    const value = told.map((machine) => formed(machine, /^[0-9a-f]{32}$/, 'a machine-id'))
    return [{ device, vlan, heard: { state: 'read', value } }]
  })
}
