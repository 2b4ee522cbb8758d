/** Names as typed become names of the fleet, or an error that lists what there is. */
import {
  type Alias,
  type ArrayName,
  alias,
  arrayName,
  type BladeName,
  bladeIn,
  bladeName,
  EngineError,
  type FabricName,
  type Fleet,
  fabricName,
  sshDestination,
  thinPool,
  type VmName,
  vmIn,
  vmName,
  type Wwpn,
  wwpn,
} from '@anyblade/engine'

function valid<T>(value: T | undefined, what: string, text: string): T {
  if (value !== undefined) return value
  throw new EngineError('intent-invalid', {
    attempted: `read the name of ${what}`,
    found: `"${text.slice(0, 80)}"`,
    hint: 'use letters, digits, ".", "_" and "-", at most 63, beginning with a letter, a digit or "_"',
  })
}

export const newBlade = (text: string): BladeName => valid(bladeName(text), 'a blade', text)
export const newArray = (text: string): ArrayName => valid(arrayName(text), 'an array', text)
export const newVolume = (text: string): Alias => valid(alias(text), 'a volume', text)
export const newVm = (text: string): VmName => valid(vmName(text), 'a VM', text)
export const parseBlade = (fleet: Fleet, text: string): BladeName => bladeIn(fleet, newBlade(text)).name
export const parseVm = (fleet: Fleet, text: string): VmName => vmIn(fleet, newVm(text)).name

/** What can be reached by ssh and recorded; refused before anybody is asked. @throws EngineError `intent-invalid` */
export const destinationOf = (text: string, flag = '--ssh'): string =>
  typed(sshDestination(text), flag, text, 'write it as for ssh, such as root@blade1 or a Host of your ssh_config')
export const poolOf = (text: string): string =>
  typed(thinPool(text), '--pool', text, 'name a thin pool of LVM as VG/LV')

function typed<T>(value: T | undefined, flag: string, text: string, hint: string): T {
  if (value !== undefined) return value
  throw new EngineError('intent-invalid', { attempted: `read ${flag}`, found: `"${text.slice(0, 80)}"`, hint })
}

/** The fabrics of ports as said by the operator: `A=20:00:…`, each once. @throws EngineError `intent-invalid` */
export function saidPorts(fleet: Fleet, said: readonly string[] | undefined): Map<Wwpn, FabricName> {
  return new Map(said?.map((text) => saidPort(fleet, text)))
}

function saidPort(fleet: Fleet, text: string): readonly [Wwpn, FabricName] {
  const [name = '', port = ''] = text.split(/=(.*)/s)
  const [fabric, address] = [fabricName(name), wwpn(port)]
  if (fabric !== undefined && address !== undefined && fleet.settings.fabrics.includes(fabric)) return [address, fabric]
  throw new EngineError('intent-invalid', {
    attempted: 'read which fabric a port is on',
    found: `"${text.slice(0, 80)}"; the fleet has the fabrics ${fleet.settings.fabrics.join(', ')}`,
    hint: 'write it like --port A=20:00:52:54:00:0a:00:01',
  })
}
