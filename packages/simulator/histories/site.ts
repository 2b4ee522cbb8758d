/** The fleet that histories begin with, and how a volume and a VM of it stand when all is well. */
import {
  alias,
  arrayName,
  type Blade,
  type Bytes,
  bladeName,
  check,
  type Fleet,
  reservationKey,
  vmName,
} from '@anyblade/engine'
import { renderAliases } from '@anyblade/multipath'
import { type Bug, boot, domainOf, type Machine, nexusOf, runsByItself, World } from '#world'

/** A value that is surely there, or the site itself is wrong. */
export function sure<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new RangeError(`the site has no ${what}`)
  return value
}

function checked<T>(result: { ok: true; value: T } | { ok: false; problems: readonly object[] }): T {
  if (result.ok) return result.value
  throw new RangeError(JSON.stringify(result.problems))
}

export const SIZE = (1024 ** 3) as Bytes
export const DISK = sure(alias('ldap'), 'volume')
/** Created together with it. */
export const BESIDE = sure(alias('logs'), 'volume')
export const OTHER = sure(alias('mail'), 'volume')
export const RENAMED = sure(alias('directory'), 'volume')
export const VM = sure(vmName('ldap'), 'VM')
export const UUID = '11111111-2222-3333-4444-555555555555'
const LUN = 1
const RELEASE = '0.9.4'

export const XML = `<domain type='kvm'><name>ldap</name><uuid>${UUID}</uuid><memory unit='MiB'>160</memory><vcpu>1</vcpu>
<os><type arch='x86_64' machine='pc'>hvm</type></os><devices><emulator>/usr/bin/qemu-system-x86_64</emulator>
<disk type='block' device='disk'><driver name='qemu' type='raw' cache='none' error_policy='stop' rerror_policy='stop'/>
<source dev='/dev/mapper/ldap'/><target dev='vda' bus='virtio'/></disk>
<interface type='bridge'><mac address='52:54:00:88:00:50'/><source bridge='br0'/></interface></devices></domain>
`

const port = (fabric: 'A' | 'B', node: number) => ({
  wwpn: `20:00:52:54:00:0${fabric.toLowerCase()}:00:${node.toString(16).padStart(2, '0')}`,
  fabric,
})
const ports = (node: number) => [port('A', node), port('B', node)]

function blade(number: number): Blade {
  const name = sure(bladeName(`blade${number}`), 'blade')
  const id = { key: String(number), machine_id: number.toString(16).padStart(32, '0') }
  return { name, ...checked(check.blades({ ssh: `root@${name}`, ...id, ports: ports(number + 10), bridges: ['br0'] })) }
}

const ALL = [blade(1), blade(2), blade(3)]
const BLADES = ALL.slice(0, 2)
const array = checked(check.arrays({ driver: 'lio', ssh: 'array', pool: 'san/pool', ports: ports(1) }))
export const ARRAY = sure(arrayName('san1'), 'array')
export const HOME = sure(BLADES[0], 'home').name
export const AWAY = sure(BLADES[1], 'other blade').name

/** Two blades and an array, nothing on it. */
const EMPTY: Fleet = {
  settings: checked(check.fleet({ name: 'simulated', id: 'a1b2', fabrics: ['A', 'B'] })),
  commit: '',
  blades: new Map(BLADES.map((one) => [one.name, one])),
  arrays: new Map([[ARRAY, { ...array, name: ARRAY }]]),
  volumes: new Map(),
  aside: new Map(),
  vms: new Map(),
}

const BY_PUPPET: Fleet = {
  ...EMPTY,
  settings: checked(
    check.fleet({
      ...{ name: 'simulated', id: 'a1b2', fabrics: ['A', 'B'] },
      ...{ delivery: 'puppet', puppet: { module: '../control/anyblade' } },
    }),
  ),
}

/** `puppet`: it delivers, and its agents also run by themselves. */
export function site(seed: number, bugs: ReadonlySet<Bug>, puppet = false): World {
  const world = new World(seed, puppet ? BY_PUPPET : EMPTY, bugs)
  if (puppet) for (const machine of world.machines.values()) runsByItself(world, machine)
  return world
}

/** The same with a third blade. */
export const widerSite = (seed: number): World =>
  new World(seed, { ...EMPTY, blades: new Map(ALL.map((one) => [one.name, one])) }, new Set())

const dropIns = new Map<string, Uint8Array>()

/** The drop-in as we write it; every history begins with the same one. */
function dropInOf(wwid: string): Uint8Array {
  const question = { release: RELEASE, aliases: [{ wwid, alias: DISK }], defaults: { reservation_key: 'file' } }
  const bytes = dropIns.get(wwid) ?? new TextEncoder().encode(renderAliases(question))
  dropIns.set(wwid, bytes)
  return bytes
}

/** As a run of `volume create` would leave it: shown, seen, aliased, reserved at home, recorded. */
export function withVolume(world: World): void {
  const unit = world.san.carve(DISK, `anyblade.a1b2.${DISK}`, SIZE)
  const drop = dropInOf(unit.wwid)
  for (const machine of world.machines.values()) {
    for (const { wwpn, port } of machine.kernel.hosts) world.san.show(unit, wwpn, port, LUN, 0)
    machine.kernel.scanAll(0)
    machine.multipathd.wwids.add(unit.wwid)
    machine.multipathd.put('anyblade.conf', drop)
    if (world.documents.fleet.settings.delivery === 'puppet') world.published.set(machine.name, drop)
    machine.multipathd.update()
  }
  reserved(world, world.machine(HOME))
  recorded(world, `volumes/${DISK}.yaml`, {
    ...{ wwid: unit.wwid, size: '1 GiB', array: ARRAY, lun: String(LUN) },
    ...{ writer: 'array', home: HOME, generation: '1', protected: 'true' },
  })
}

/** As somebody else has left it: carved by hand, shown to one blade, and called by its WWID there. */
export function withLun(world: World): void {
  const unit = world.san.carve('lun7', undefined, SIZE)
  const { kernel, multipathd } = world.machine(HOME)
  for (const { wwpn, port } of kernel.hosts) world.san.show(unit, wwpn, port, LUN, 0)
  kernel.scanAll(0)
  multipathd.wwids.add(unit.wwid)
  multipathd.update()
}

function reserved(world: World, home: Machine): void {
  const key = sure(reservationKey(world.documents.fleet, home.document, 1), 'key')
  const map = sure(home.multipathd.map(DISK), 'map')
  for (const device of home.multipathd.devicesOf(map)) {
    const unit = home.kernel.inquire(device, 0)
    world.san.reserveOut(unit, nexusOf(device), { kind: 'register-ignore', newKey: key, aptpl: true })
    if (!world.bugs.has('skip the reservation'))
      world.san.reserveOut(unit, nexusOf(device), { kind: 'reserve', key, type: 7 })
  }
  home.multipathd.prkeys.set(map.wwid, key)
  map.registers = true
}

/** Defined at home, and running there or shut off. */
export function withVm(world: World, state: 'running' | 'shut off'): void {
  const home = world.machine(HOME)
  const domain = home.libvirt.add(domainOf(VM, UUID, XML))
  if (state === 'running') boot(world, home, domain)
  recorded(world, `vms/${VM}.yaml`, { uuid: UUID, volumes: [DISK], home: HOME })
  world.documents.record({ changes: [{ document: `vms/${VM}.xml`, text: XML }] })
}

function recorded(world: World, document: string, fields: Readonly<Record<string, string | readonly string[]>>): void {
  const set = Object.entries(fields).map(([name, value]) => ({ path: [name], value }))
  world.documents.record({ changes: [{ document, set }] })
}
