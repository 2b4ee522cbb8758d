/** A LUN appearing on a blade and leaving it, as on-blade/acts does it: what sits at the number is asked anew each time. */
import type { Alias, ArrayName, InstallConfig, LunAction, ShownLun, Wwid, Wwpn } from '@anyblade/engine'
import { type Process, sleep, until } from '#time'
import type { Machine } from './machine.ts'
import type { DmMap } from './multipathd.ts'
import type { Told } from './partner.ts'
import { Refused } from './refused.ts'
import type { Unit } from './san.ts'
import type { Device } from './scsi.ts'
import type { World } from './world.ts'

/** What a device says of itself, or that no LUN is there, or nothing. */
type Said = Unit | 'gone' | 'silent'

export function identity(world: World, machine: Machine, device: Device): Said {
  try {
    return machine.kernel.inquire(device, world.now())
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    return error.message === 'no answer' ? 'silent' : 'gone'
  }
}

/** One LUN of those that an act is about. */
type One = ShownLun & { readonly targetPorts: readonly Wwpn[] }
type OfMany = Extract<LunAction, { readonly luns: readonly ShownLun[] }>

const each = ({ luns, targetPorts }: OfMany): One[] => luns.map((lun) => ({ ...lun, targetPorts }))

const at = (machine: Machine, { lun, targetPorts }: One): Device[] =>
  machine.kernel.devices.filter((device) => device.lun === lun && targetPorts.includes(device.fc.port))

const wwidOf = ({ wwid }: ShownLun): Wwid => {
  if (typeof wwid === 'string') return wwid
  throw new RangeError('a WWID was not filled in')
}

export function checkLunFree(machine: Machine, action: OfMany): Told {
  for (const one of each(action)) {
    const [there] = at(machine, one)
    if (there !== undefined)
      throw new Refused(`LUN ${one.lun} is not free: ${there.hctl} ${there.sd} still there, and would hide the new LUN`)
  }
  return { lines: each(action).map(({ lun }) => `nothing at LUN ${lun}`) }
}

export function* scanLun(world: World, machine: Machine, action: OfMany): Process<Told> {
  const hosts = machine.kernel.hosts.filter(
    ({ port, wwpn }) => action.targetPorts.includes(port) && world.san.isUp && !world.san.linksDown.has(wwpn),
  )
  if (hosts.length === 0) throw new Refused('no FC host sees one of the target ports online')
  const missing = () =>
    each(action).flatMap((one) =>
      hosts.filter((fc) => !at(machine, one).some((device) => device.fc === fc)).map((fc) => ({ fc, lun: one.lun })),
    )
  const untilMs = world.now() + 20_000
  for (;;) {
    yield* sleep(world.dice.between(20, 200))
    for (const { fc, lun } of missing()) machine.kernel.scan(fc, lun, world.now())
    machine.multipathd.update()
    const [left] = missing()
    if (left === undefined) break
    if (world.now() > untilMs) throw new Refused(`did not come within 20 s: LUN ${left.lun}`)
    yield* sleep(2000)
  }
  return { lines: each(action).flatMap((one) => provedAt(world, machine, one)) }
}

/** Each path that came is the LUN's. */
function provedAt(world: World, machine: Machine, one: One): string[] {
  const wwid = wwidOf(one)
  return at(machine, one).map((device) => {
    const said = identity(world, machine, device)
    if (typeof said === 'string') throw new Refused(`${device.hctl} does not say which LUN it is (${said})`)
    if (said.wwid !== wwid) throw new Refused(`${device.hctl} ${device.sd} is another LUN: ${said.wwid}, not ${wwid}`)
    return `${device.hctl} ${device.sd} ${wwid}`
  })
}

export const flushMap = (world: World, machine: Machine, action: OfMany): Told => ({
  lines: each(action).map((one) => flushed(world, machine, one)),
})

function flushed(world: World, machine: Machine, one: One): string {
  const map = machine.multipathd.mapOf(wwidOf(one))
  if (world.bugs.has('unmap first')) unmapFirst(world, one)
  if (map === undefined) return `there is no map of ${wwidOf(one)}`
  const user = machine.libvirt.active.find(({ disks }) => disks.includes(map.name))
  if (user !== undefined) throw new Refused(`${map.name} is open: ${user.name}`)
  machine.multipathd.flush(map)
  return `map ${map.name} is flushed`
}

export function checkUnused(machine: Machine, action: Extract<LunAction, { readonly kind: 'check-unused' }>): Told {
  const map = machine.multipathd.mapOf(wwidOf(action))
  const user = machine.libvirt.active.find(({ disks }) => map !== undefined && disks.includes(map.name))
  if (user !== undefined) throw new Refused(`${action.volume} is in use: ${user.name} has it open`)
  return { lines: [`nobody uses ${action.volume}`] }
}

const isLeft = (machine: Machine, one: One): boolean =>
  at(machine, one).length > 0 || machine.multipathd.mapOf(wwidOf(one)) !== undefined

export function forgetLun(machine: Machine, action: OfMany): Told {
  const left = each(action).find((one) => isLeft(machine, one))
  if (left !== undefined) throw new Refused(`${left.volume} is still there`)
  for (const one of each(action)) {
    machine.multipathd.wwids.delete(wwidOf(one))
    machine.multipathd.prkeys.delete(wwidOf(one))
  }
  return { lines: each(action).map((one) => `nothing written down of ${wwidOf(one)} any more`) }
}

export function certifyGone(machine: Machine, action: OfMany): Told {
  const { multipathd } = machine
  const named = new Set(multipathd.aliases().values())
  const isAnything = (one: One): boolean => {
    const wwid = wwidOf(one)
    return isLeft(machine, one) || multipathd.wwids.has(wwid) || multipathd.prkeys.has(wwid) || named.has(wwid)
  }
  const left = each(action).filter(isAnything)
  if (left.length > 0)
    throw new Refused(left.map(({ volume }) => `${volume} has left something on ${machine.name}`).join('\n'))
  return { lines: each(action).map((one) => `certificate of ${machine.name}: ${one.volume}, ${wwidOf(one)}`) }
}

function unmapFirst({ san, observe }: World, { lun, wwid }: One): void {
  const unit = [...san.units].find((one) => one.wwid === wwid)
  if (unit?.tag === undefined) return
  san.hide(unit)
  const of = { array: unit.name as ArrayName, volume: unit.name as Alias, tag: unit.tag, initiators: [] }
  observe({ kind: 'acted', action: { kind: 'unmap-volume', ...of, lun, wwid } })
}

export function* removePaths(world: World, machine: Machine, action: OfMany): Process<Told> {
  for (const one of each(action)) yield* removeAt(world, machine, one)
  return { lines: each(action).map(({ lun }) => `nothing of it at LUN ${lun} any more, looked twice`) }
}

function* removeAt(world: World, machine: Machine, action: One): Process<void> {
  const wwid = wwidOf(action)
  const isAnother = (device: Device): boolean => {
    const said = identity(world, machine, device)
    const isOther = typeof said !== 'string' && said.wwid !== wwid
    return isOther && device.cached.wwid !== wwid && !world.bugs.has('remove any path')
  }
  const strangers = at(machine, action).filter(isAnother)
  const found = at(machine, action).filter((device) => !strangers.includes(device))
  for (const device of found) {
    if (world.bugs.has('remove any path')) continue
    const said = identity(world, machine, device)
    if (said === 'silent') throw new Refused(`${device.hctl} does not say which LUN it is`)
    if (said !== 'gone' && said.wwid !== wwid)
      throw new Refused(`${device.hctl} ${device.sd} is another LUN: ${said.wwid}, not ${wwid}`)
    const holder = machine.multipathd.maps.find((map) => map.slaves.includes(device.sd))
    if (holder !== undefined) throw new Refused(`${device.hctl} is held by ${holder.name}: flush the map first`)
  }
  for (const device of found) {
    yield* sleep(world.dice.between(10, 100))
    const said = identity(world, machine, device)
    if (typeof said !== 'string' && said.wwid !== wwid)
      world.observe({ kind: 'touched', what: `${machine.name}: the path ${device.hctl} of ${said.wwid} was removed` })
    machine.kernel.remove(device)
  }
  yield* sleep(1000)
  const [again] = at(machine, action).filter((device) => !strangers.includes(device))
  if (again !== undefined) throw new Refused(`at LUN ${action.lun} there is again ${again.hctl}`)
}

export const MAY_WRITE = '/etc/multipath/conf.d/anyblade.conf'

export function* installConfig(world: World, machine: Machine, action: InstallConfig): Process<Told> {
  const { multipathd } = machine
  refuseChanged(machine, action)
  const named = action.files.map((file) => ({ ...file, name: nameOf(file.path) }))
  const paths = named.map(({ path }) => path).join(', ')
  for (const { path } of named)
    if (path !== MAY_WRITE) world.observe({ kind: 'touched', what: `${machine.name}: ${path} was written` })
  yield* sleep(world.dice.between(200, 900))
  const put = (which: 'before' | 'after') => {
    for (const file of named) multipathd.put(file.name, file[which])
    multipathd.update()
  }
  const mayGo = multipathd.maps.filter(({ wwid }) => action.mayGo.includes(wwid))
  const before = multipathd.maps.map((map) => ({ map, name: map.name }))
  for (const { wwid } of action.expect) multipathd.wwids.add(wwid)
  put('after')
  yield* sleep(world.dice.between(300, 1500))
  const isMet = yield* until(() => isInEffect(machine, action), 30_000)
  if (isMet && world.bugs.has('two maps of one LUN')) multipathd.maps = multipathd.maps.flatMap(twofold)
  const lost = before.find(({ map }) => !mayGo.includes(map) && !multipathd.maps.includes(map))
  if (isMet && lost === undefined) return { lines: [`${paths} is in effect`] }
  put('before')
  throw new Refused(`${lost?.name ?? action.expect[0]?.alias ?? 'a map'} is not there; the former file is back`)
}

type OnFiles = Pick<InstallConfig, 'files' | 'expect' | 'mayGo'>

export const nameOf = (path: string): string => path.replace(/^.*\//, '')

export function refuseChanged({ multipathd }: Machine, { files }: OnFiles): void {
  for (const { path, before, after } of files) {
    const now = multipathd.dropIn(nameOf(path))
    if (!same(now, before) && !same(now, after)) throw new Refused(`${path} changed meanwhile`)
  }
}

export function isInEffect({ multipathd }: Machine, { expect }: OnFiles): boolean {
  multipathd.update()
  return expect.every(({ alias, wwid }) => multipathd.map(alias)?.wwid === wwid)
}

const twofold = (map: DmMap): DmMap[] => [map, { ...map, name: `${map.name}-2`, dm: `${map.dm}-2` }]

export const same = (a: Uint8Array | undefined, b: Uint8Array | undefined): boolean =>
  a === undefined || b === undefined ? a === b : Buffer.compare(a, b) === 0
