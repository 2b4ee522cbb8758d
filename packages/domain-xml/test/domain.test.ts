import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { DomainXmlError, parseDomain } from '../index.ts'

const running = readFileSync(new URL('fixtures/running-vm1.xml', import.meta.url), 'utf8')

test('a running domain, as libvirt 9.0 prints it', () => {
  const domain = parseDomain(running)
  assert.deepEqual([domain.type, domain.id, domain.name], ['kvm', 1, 'vm1'])
  assert.equal(domain.uuid, '9b599b9d-57ce-4e0e-aa2b-b1ec7e0a79d3')
  assert.deepEqual([domain.memoryBytes, domain.currentMemoryBytes, domain.vcpuCount], [160 * 2 ** 20, 160 * 2 ** 20, 1])
  assert.deepEqual([domain.os.arch, domain.os.machine, domain.os.bootDevices], ['x86_64', 'pc-i440fx-7.2', ['hd']])
  assert.equal(domain.os.kernel, '/boot/vmlinuz-6.1.0-56-amd64')
  assert.match(domain.os.cmdline ?? '', /^console=ttyS0 .*panic=1$/)
  assert.deepEqual(domain.emulator, { path: '/usr/bin/qemu-system-x86_64', place: { line: 32, column: 5 } })
  assert.deepEqual([domain.onPoweroff, domain.onReboot, domain.onCrash], ['destroy', 'destroy', 'preserve'])
  assert.deepEqual(
    domain.serials.map(({ type, path }) => [type, path]),
    [['file', '/var/log/libvirt/qemu/vm1.serial']],
  )
  assert.equal(domain.consoles.length, 1)
})

test('its disk', () => {
  const [disk] = parseDomain(running).disks
  assert.deepEqual([disk?.type, disk?.device, disk?.place], ['block', 'disk', { line: 33, column: 5 }])
  assert.deepEqual(disk?.source, { kind: 'block', path: '/dev/mapper/vm1' })
  assert.deepEqual(disk?.target, { dev: 'vda', bus: 'virtio' })
  const { cache, io, errorPolicy, rerrorPolicy } = disk?.driver ?? {}
  assert.deepEqual([cache, io, errorPolicy, rerrorPolicy], ['none', 'native', 'stop', undefined])
  assert.deepEqual([disk?.isReadonly, disk?.isShareable], [false, false])
})

test('its processor', () => {
  const cpu = parseDomain(running).cpu
  assert.deepEqual([cpu?.mode, cpu?.match, cpu?.model, cpu?.fallback], ['custom', 'exact', 'qemu64', 'forbid'])
  assert.deepEqual(cpu?.features.at(-1), { name: 'svm', policy: 'disable' })
  assert.match(cpu?.text ?? '', /^<cpu mode='custom'[\s\S]*<\/cpu>$/)
})

function withMemory(memory: string): string {
  return `<domain type='kvm'><name>a</name>${memory}</domain>`
}

const memories = [
  ['<memory>1024</memory>', 2 ** 20],
  ["<memory unit='b'>1025</memory>", 2048], // rounded up to KiB
  ["<memory unit='KB'>1000</memory>", 1000448], // 10^6 bytes, rounded up to KiB
  ["<memory unit='k'>1</memory>", 1024],
  ["<memory unit='MiB'>160</memory>", 160 * 2 ** 20],
  ["<memory unit='M'>160</memory>", 160 * 2 ** 20],
  ["<memory unit='MB'>1024</memory>", 1_024_000_000],
  ["<memory unit='GiB'> 2\n</memory>", 2 ** 31],
  ["<memory unit='T'>1</memory>", 2 ** 40],
] as const
for (const [xml, bytes] of memories)
  test(`memory: ${xml}`, () => assert.equal(parseDomain(withMemory(xml)).memoryBytes, bytes))

const faults = [
  ['a unit that is none', withMemory("\n<memory unit='MiBs'>1</memory>"), 'value-invalid', 2, 1],
  ['memory that is no number', withMemory('<memory>lots</memory>'), 'value-invalid', 1, 34],
  ['more memory than a number holds', withMemory("<memory unit='EiB'>1024</memory>"), 'value-invalid', 1, 34],
  ['another root', '<network><name>a</name></network>', 'root-unexpected', 1, 1],
  ['no type', '<domain><name>a</name></domain>', 'value-missing', 1, 1],
  ['no name', "<domain type='kvm'/>", 'value-missing', 1, 1],
  ['a name with a slash', "<domain type='kvm'><name>a/b</name></domain>", 'value-invalid', 1, 20],
  ['a uuid that is none', withMemory('<uuid>12</uuid>'), 'value-invalid', 1, 34],
  ['a disk without target', withMemory('<devices>\n<disk/></devices>'), 'value-missing', 2, 1],
  ['a processor mode that is none', withMemory("<cpu mode='fast'/>"), 'value-invalid', 1, 34],
] as const
for (const [what, text, code, line, column] of faults)
  test(`refused with its place: ${what}`, () =>
    assert.throws(
      () => parseDomain(text),
      (e) => e instanceof DomainXmlError && e.code === code && e.line === line && e.column === column,
    ))

const devices = `<domain type='kvm'><name>a</name><uuid>9B599B9D57CE4E0EAA2BB1EC7E0A79D3</uuid>
<memoryBacking><hugepages><page size='2' unit='M'/></hugepages></memoryBacking>
<os firmware='efi'><type machine='q35'>hvm</type><loader readonly='yes' type='pflash'>/usr/share/OVMF.fd</loader>
<nvram template='/usr/share/VARS.fd'>/var/lib/a_VARS.fd</nvram></os>
<cpu><topology sockets='1' cores='2' threads='1'/></cpu>
<devices>
<disk type='file' device='cdrom'><source file='/iso/a.iso'/><target dev='sda' bus='sata'/></disk>
<disk type='file' device='cdrom'><target dev='sdb' bus='sata'/></disk>
<disk type='network'><source protocol='nbd' name='x'><host name='san1' port='10809'/></source><target dev='vdb'/></disk>
<disk type='block' device='lun'><source dev='/dev/mapper/b'><reservations managed='yes'/></source><target dev='sdc'/>
<shareable/><serial>S1</serial></disk>
<interface type='bridge'><mac address='52:54:00:AA:BB:CC'/><source bridge='br0'/><model type='virtio'/>
<vlan trunk='yes'><tag id='42'/><tag id='47'/></vlan></interface>
<interface type='direct'><source dev='eno1' mode='bridge'/></interface>
<interface type='network'><source network='default'/></interface>
<interface type='user'/>
<hostdev mode='subsystem' type='pci'><source><address domain='0x0000' bus='0x06' slot='0x12' function='0x5'/></source></hostdev>
<hostdev mode='subsystem' type='usb'><source><vendor id='0x1234'/><product id='0xbeef'/></source></hostdev>
<tpm model='tpm-crb'><backend type='emulator' version='2.0'/></tpm>
<filesystem type='mount'><source dir='/export'/><target dir='mnt'/></filesystem>
<graphics type='vnc' port='-1'><listen type='address' address='0.0.0.0'/></graphics>
</devices></domain>`

test('devices of every kind', () => {
  const domain = parseDomain(devices)
  assert.equal(domain.uuid, '9b599b9d-57ce-4e0e-aa2b-b1ec7e0a79d3')
  assert.deepEqual(domain.hugepageBytes, [2 * 2 ** 20])
  assert.deepEqual(
    [domain.os.firmware, domain.os.loader?.path, domain.os.loader?.isReadonly],
    ['efi', '/usr/share/OVMF.fd', true],
  )
  assert.deepEqual(domain.os.nvram, { path: '/var/lib/a_VARS.fd', template: '/usr/share/VARS.fd' })
  assert.equal(domain.cpu?.mode, 'hypervisor-default')
  assert.deepEqual(
    domain.hostDevices.map(({ address }) => address),
    ['0000:06:12.5', '0x1234:0xbeef'],
  )
  assert.deepEqual(
    domain.tpms.map(({ backend, version }) => [backend, version]),
    [['emulator', '2.0']],
  )
  assert.deepEqual(
    domain.filesystems.map(({ source, target }) => [source, target]),
    [['/export', 'mnt']],
  )
  assert.deepEqual(
    domain.graphics.map(({ type, port, listen }) => [type, port, listen]),
    [['vnc', '-1', '0.0.0.0']],
  )
  assert.deepEqual([domain.memoryBytes, domain.vcpuCount], [undefined, 1])
})

test('disks of every kind', () => {
  const [iso, empty, nbd, lun] = parseDomain(devices).disks
  assert.deepEqual([iso?.source, iso?.isReadonly], [{ kind: 'file', path: '/iso/a.iso' }, true])
  assert.deepEqual(empty?.source, { kind: 'none' })
  assert.deepEqual(nbd?.source, { kind: 'network', protocol: 'nbd', name: 'x', hosts: ['san1:10809'] })
  assert.deepEqual([lun?.reservations, lun?.isShareable, lun?.serial], [{ managed: 'yes' }, true, 'S1'])
})

test('a disk without a type is a file', () => {
  const text =
    "<domain type='kvm'><name>a</name><devices><disk><source file='/a'/><target dev='vda'/></disk></devices></domain>"
  const [disk] = parseDomain(text).disks
  assert.deepEqual([disk?.type, disk?.device, disk?.source], ['file', 'disk', { kind: 'file', path: '/a' }])
})

test('interfaces of every kind', () => {
  const [bridge, direct, network, user] = parseDomain(devices).interfaces
  assert.deepEqual(bridge?.source, { kind: 'bridge', bridge: 'br0' })
  assert.deepEqual([bridge?.mac, bridge?.model, bridge?.vlanTags], ['52:54:00:aa:bb:cc', 'virtio', [42, 47]])
  assert.deepEqual(direct?.source, { kind: 'direct', dev: 'eno1', mode: 'bridge' })
  assert.deepEqual(network?.source, { kind: 'network', network: 'default', portgroup: undefined })
  assert.deepEqual(user?.source, { kind: 'other', type: 'user' })
})
