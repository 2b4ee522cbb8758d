/** The fleet of the benches: blades with two initiator ports, an array with two ports on each fabric, volumes of 1 GiB. */
import {
  type Alias,
  type ArrayName,
  type BladeName,
  check,
  type Fleet,
  NOTHING,
  type Vm,
  type VmName,
} from '@anyblade/engine'

export const SECTORS = 2_097_152
/** Of a blade all its paths, each freshly asked. */
export const PATHS_ONLY = { ...NOTHING, paths: 'all' } as const

export const nameOf = (blade: number): BladeName => `blade${blade + 1}` as BladeName
export const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0')
export const naa = (volume: number): string => `60014050${hex(volume + 1, 24)}`
export const aliasOf = (volume: number): Alias => `vm${volume + 1}` as Alias
export const initiator = (blade: number, port: number): string => `20000000c9${hex(port, 2)}${hex(blade, 4)}`
export const target = (port: number): string => `50000000000000${hex(port, 2)}`
export const machineId = (blade: number): string => hex(blade + 1, 32)
const colons = (port: string): string => port.replace(/..(?!$)/g, '$&:')
const FABRICS = ['A', 'B'] as const

function must<T>(checked: { readonly ok: true; readonly value: T } | { readonly ok: false }): T {
  if (!checked.ok) throw new Error('the bench’s own documents are wrong')
  return checked.value
}

const SAN = 'san1' as ArrayName

/** What stands in each document, by its name: two initiator ports a blade, two ports of the array on each fabric. */
export function documentsOf(volumes: number, bladeCount: number) {
  const ports = (names: readonly string[]) =>
    names.map((wwpn, at) => ({ wwpn: colons(wwpn), fabric: FABRICS[at % 2] ?? 'A' }))
  const blade = (at: number) => ({
    ssh: nameOf(at),
    machine_id: machineId(at),
    key: String(at + 1),
    ports: ports([initiator(at, 0), initiator(at, 1)]),
  })
  const volume = (at: number) => ({
    wwid: `3${naa(at)}`,
    size: '1 GiB',
    array: SAN,
    lun: String(at + 1),
    writer: 'none',
    protected: 'true',
  })
  return {
    settings: { name: 'bench', id: 'b0b0', fabrics: [...FABRICS] },
    blades: new Map(Array.from({ length: bladeCount }, (_, at) => [nameOf(at), blade(at)])),
    arrays: new Map([[SAN, { driver: 'lio', ssh: 'san1', pool: 'san/pool', ports: ports([0, 1, 2, 3].map(target)) }]]),
    volumes: new Map(Array.from({ length: volumes }, (_, at) => [aliasOf(at), volume(at)])),
  }
}

/** The same documents, checked. */
export function fleetOf(volumes: number, bladeCount: number): Fleet {
  const documents = documentsOf(volumes, bladeCount)
  return {
    settings: must(check.fleet(documents.settings)),
    commit: 'c0ffee0',
    blades: new Map([...documents.blades].map(([name, one]) => [name, { ...must(check.blades(one)), name }])),
    arrays: new Map([...documents.arrays].map(([name, one]) => [name, { ...must(check.arrays(one)), name }])),
    volumes: new Map([...documents.volumes].map(([alias, one]) => [alias, { ...must(check.volumes(one)), alias }])),
    aside: new Map(),
    vms: new Map(),
  }
}

/** The same with a guest on each volume, at home where `homeOf` says. */
export function withGuests(fleet: Fleet, homeOf: (volume: number) => number): Fleet {
  const vms = [...fleet.volumes.keys()].map((alias, at): Vm => {
    const document = { uuid: uuidOf(at), volumes: [alias], home: nameOf(homeOf(at)) }
    return { ...must(check.vms(document)), name: String(alias) as VmName, xml: guestXml(at) }
  })
  return { ...fleet, vms: new Map(vms.map((vm) => [vm.name, vm])) }
}

export const uuidOf = (guest: number): string => `${'0'.repeat(8)}-0000-4000-8000-${hex(guest + 1, 12)}`

export const guestXml = (guest: number): string =>
  `<domain type='kvm'><name>${aliasOf(guest)}</name><uuid>${uuidOf(guest)}</uuid><memory unit='MiB'>1024</memory><vcpu>1</vcpu>
<os><type arch='x86_64' machine='pc'>hvm</type></os><devices><emulator>/usr/bin/qemu-system-x86_64</emulator>
<disk type='block' device='disk'><driver name='qemu' type='raw' cache='none' error_policy='stop' rerror_policy='stop'/>
<source dev='/dev/mapper/${aliasOf(guest)}'/><target dev='vda' bus='virtio'/></disk>
<interface type='bridge'><mac address='52:54:00:00:00:01'/><source bridge='br0'/></interface></devices></domain>`

/** `sdX` by its number. */
export const letters = (at: number): string =>
  (at < 26 ? '' : letters(Math.floor(at / 26) - 1)) + String.fromCharCode(97 + (at % 26))
