/**
 * A small fleet for tests, as the lab has it: two blades, an array with a port on each of two fabrics, one volume with
 * one VM; and the reports of a world in which all is well. Tests change what they are about.
 */
import {
  type Alias,
  type ArrayName,
  type BladeName,
  type Bytes,
  check,
  type Fleet,
  type LunNumber,
  type Vm,
  type VmName,
  type Volume,
  type Wwid,
  type Wwpn,
} from '#documents'
import {
  type BladeReport,
  type Domain,
  join,
  type Reading,
  ROOT_USE,
  read,
  type ScsiDevice,
  type Survey,
} from '#survey'

/** A checked document, or the test is wrong. */
export function sure<T>(checked: { ok: true; value: T } | { ok: false; problems: readonly object[] }): T {
  if (checked.ok) return checked.value
  throw new Error(JSON.stringify(checked.problems))
}

export const WWID = '36001405aaaaaaaaaaaaaaaaaaaaaaaa1' as Wwid
export const OTHER = '36001405bbbbbbbbbbbbbbbbbbbbbbbb2' as Wwid
export const SIZE = 1073741824 as Bytes
export const UUID = '11111111-2222-3333-4444-555555555555'
export const LUN = 1 as LunNumber
export const SAN = 'san1' as ArrayName
export const LDAP = 'ldap' as Alias
export const VM = 'ldap' as VmName

const settings = sure(check.fleet({ name: 'lab', id: 'a1b2', fabrics: ['A', 'B'] }))
const port = (fabric: string, node: string) => ({ wwpn: `20:00:52:54:00:0${fabric.toLowerCase()}:00:${node}`, fabric })
export const wwpnOf = (fabric: 'A' | 'B', node: string): Wwpn => `20005254000${fabric.toLowerCase()}00${node}` as Wwpn

const array = sure(
  check.arrays({ driver: 'lio', ssh: 'array', pool: 'san/pool', ports: [port('A', '01'), port('B', '01')] }),
)
/** The same ports, of an array that nobody can tell anything. */
export const MANUAL = {
  ...sure(check.arrays({ driver: 'manual', ports: [port('A', '01'), port('B', '01')] })),
  name: SAN,
}
const NODES = { blade1: '0b', blade2: '0c', blade3: '0d' } as const
export type Node = keyof typeof NODES

const blade = (name: Node) =>
  sure(
    check.blades({
      ssh: `root@${name}`,
      machine_id: `${'0'.repeat(30)}${NODES[name]}`,
      key: name.replace('blade', ''),
      ports: [port('A', NODES[name]), port('B', NODES[name])],
      bridges: ['br0'],
    }),
  )

const volume: Volume = {
  ...sure(check.volumes({ wwid: WWID, size: '1 GiB', array: 'san1', lun: '1', writer: 'none', protected: 'true' })),
  alias: LDAP,
}

export const XML = `<domain type='kvm'><name>ldap</name><uuid>${UUID}</uuid><memory unit='MiB'>160</memory><vcpu>1</vcpu>
<os><type arch='x86_64' machine='pc'>hvm</type></os><devices><emulator>/usr/bin/qemu-system-x86_64</emulator>
<disk type='block' device='disk'><driver name='qemu' type='raw' cache='none'/><source dev='/dev/mapper/ldap'/><target dev='vda' bus='virtio'/></disk>
<interface type='bridge'><mac address='52:54:00:88:00:50'/><source bridge='br0'/></interface></devices></domain>
`

const vm: Vm = {
  ...sure(check.vms({ uuid: UUID, volumes: ['ldap'], home: 'blade1' })),
  name: VM,
  xml: XML,
}

export const b = (name: Node): BladeName => name as BladeName

/** `blades`: how many; `volume` and `vm`: whether the fleet has them. */
export function fleetOf({ blades = 2, withVolume = true, withVm = true } = {}): Fleet {
  const names: readonly Node[] = ['blade1', 'blade2', 'blade3']
  return {
    settings,
    commit: 'c0ffee0',
    blades: new Map(names.slice(0, blades).map((name) => [b(name), { ...blade(name), name: b(name) }])),
    arrays: new Map([[SAN, { ...array, name: SAN }]]),
    volumes: new Map(withVolume ? [[volume.alias, volume]] : []),
    aside: new Map(),
    vms: new Map(withVm ? [[vm.name, vm]] : []),
  }
}

export const domain = (state: Domain['state'], change: Partial<Domain> = {}): Domain => ({
  name: 'ldap',
  uuid: UUID,
  state,
  persistent: true,
  autostart: false,
  xml: XML,
  ...change,
})

const HOSTS = { A: 6, B: 7 } as const

/** The path of a blade over a fabric, at LUN 1, that leads to `wwid`. */
export const device = (fabric: 'A' | 'B', sd: string, wwid: Wwid = WWID, size: Bytes = SIZE): ScsiDevice => ({
  hctl: `${HOSTS[fabric]}:0:0:1`,
  host: HOSTS[fabric],
  channel: 0,
  target: 0,
  lun: 1,
  sd,
  sg: `sg${sd.charCodeAt(2) - 96}`,
  state: 'running',
  inquiry: read({ wwid, vendor: 'LIO-ORG', product: 'ldap', revision: '4.0', size, blockBytes: 512 }),
})

const CAPABILITIES = `<domainCapabilities><path>/usr/bin/qemu-system-x86_64</path><domain>kvm</domain><machine>pc</machine><arch>x86_64</arch>
<cpu><mode name='custom' supported='yes'><model usable='yes'>qemu64</model></mode></cpu></domainCapabilities>`

/** What a blade says where all is well; `change` is what the test is about. */
export function report(name: Node, change: Partial<BladeReport> = {}): BladeReport {
  const node = NODES[name]
  return {
    host: {
      hostname: name,
      machineId: `${'0'.repeat(30)}${node}`,
      bootId: 'boot',
      kernel: '6.1.0',
      uid: 0,
      probe: 'test',
      memory: { totalBytes: 4 * 1024 ** 3, availableBytes: 3 * 1024 ** 3 },
    },
    tools: { multipath: 'multipath-tools v0.9.4 (12/19, 2022)', libvirt: '9.0.0', python3: true },
    fcHosts: (['A', 'B'] as const).map((fabric) => ({
      host: HOSTS[fabric],
      wwpn: wwpnOf(fabric, node),
      state: 'Online',
      fabric: undefined,
    })),
    remotePorts: (['A', 'B'] as const).map((fabric) => ({
      host: HOSTS[fabric],
      channel: 0,
      target: 0,
      wwpn: wwpnOf(fabric, '01'),
      state: 'Online',
    })),
    devices: [device('A', 'sdb'), device('B', 'sdc')],
    maps: [
      {
        name: 'ldap',
        dm: 'dm-0',
        wwid: WWID,
        size: SIZE,
        slaves: [
          { sd: 'sdb', dm: 'active' },
          { sd: 'sdc', dm: 'active' },
        ],
        holders: [],
        uses: [],
        openCount: 0,
      },
    ],
    impostors: [],
    bridges: ['br0'],
    links: ['br0', 'eth0'],
    files: ['/usr/bin/qemu-system-x86_64'],
    reservations: [],
    registering: { state: 'refused', because: 'not asked' },
    config: read({ main: new TextEncoder().encode('defaults {\n\tuser_friendly_names no\n}\n'), dropIns: [] }),
    baseline: { state: 'refused', because: 'not asked' },
    agent: { state: 'refused', because: 'not asked' },
    domains: read([]),
    emulators: { state: 'refused', because: 'not asked' },
    capabilities: read(CAPABILITIES),
    machines: { state: 'refused', because: 'not asked' },
    timers: { state: 'refused', because: 'not asked' },
    initramfs: { state: 'refused', because: 'not asked' },
    lan: read([{ device: 'br0', vlan: 0, heard: read(Object.values(NODES).map((id) => `${'0'.repeat(30)}${id}`)) }]),
    guests: { state: 'refused', because: 'not asked' },
    states: { state: 'refused', because: 'not asked' },
    speeds: { state: 'refused', because: 'not asked' },
    logins: read(
      Object.entries(NODES).map(([name, id]) => ({
        host: name,
        knownAs: name,
        reached: read({ machineId: `${'0'.repeat(30)}${id}`, byOurs: false }),
      })),
    ),
    credentials: read({ key: undefined, hostKeys: [], addresses: [], lines: [] }),
    hostDisks: read({ uses: [{ use: ROOT_USE, devices: ['vda1', 'vda'] }], untold: [] }),
    ...change,
  }
}

/** A survey of blades; a blade may also be silent. */
export function surveyOf(fleet: Fleet, blades: Partial<Record<Node, BladeReport | Reading<never>>>): Survey {
  const readings = Object.entries(blades).map(
    ([name, found]) => [name as BladeName, 'state' in found ? found : read(found)] as const,
  )
  const volumes = [...fleet.volumes.values()]
  const arrayReport = {
    ports: [],
    freeBytes: 8 * SIZE,
    volumes: volumes.map((v) => ({
      name: v.alias,
      tag: `anyblade.a1b2.${v.alias}`,
      wwid: v.wwid,
      size: v.size,
      mappings: [],
    })),
  }
  return join(fleet, new Map(readings), new Map([...fleet.arrays.keys()].map((name) => [name, read(arrayReport)])))
}
