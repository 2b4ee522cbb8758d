/** What guests keep beside their disks, given by one blade and put down at another (on-blade/writer/state.py). */
import type { BroughtState, RemoveState } from '@anyblade/engine'
import { isActive } from './libvirt.ts'
import type { KeptFile, Machine } from './machine.ts'
import type { Told } from './partner.ts'
import { Refused } from './refused.ts'

const lineOf = ({ kind, name, sha256, content }: KeptFile): string => [kind, name, sha256, content].join('\t')

export const stateOf = ({ states }: Machine, uuid: string): Uint8Array =>
  new TextEncoder().encode([...(states.get(uuid) ?? []).map(lineOf), 'end', ''].join('\n'))

export function restoreState(machine: Machine, { uuid, vm, files, content }: BroughtState): Told {
  refuseActive(machine, uuid, vm)
  const lines = new TextDecoder().decode(content).split('\n')
  const kept = files.map((file): KeptFile => {
    const line = lines.find((one) => one.startsWith(`${file.kind}\t${file.name}\t${file.sha256}\t`))
    if (line === undefined) throw new Refused(`${file.name} is not any more what it was when the plan was made`)
    return { ...file, content: line.split('\t')[3] ?? '' }
  })
  machine.states.set(uuid, kept)
  return { lines: kept.map(({ kind, name, sha256 }) => `${kind} ${name}: sha256 ${sha256}`) }
}

export function removeState(machine: Machine, { uuid, vm }: RemoveState): Told {
  refuseActive(machine, uuid, vm)
  machine.states.delete(uuid)
  return { lines: [`nothing of what ${vm} keeps lies here`] }
}

function refuseActive({ libvirt }: Machine, uuid: string, vm: string): void {
  const domain = libvirt.domains.get(uuid)
  if (domain !== undefined && isActive(domain)) throw new Refused(`${vm} is active here: its files stay as they are`)
}
