import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  buildDomain,
  DomainXmlError,
  managedDomain,
  type NewDomain,
  parseDomain,
  withDiskDriver,
  withDiskSource,
  withEmptyDrive,
  withEmulator,
  withName,
  withUuid,
} from '../index.ts'

const read = (name: string) => readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8')
const written = read('written-vm1.xml')
const running = read('running-vm1.xml')
const UUID = '9b599b9d-57ce-4e0e-aa2b-b1ec7e0a79d3'

/** The lines of `after` that `before` does not have, and the other way round. */
function difference(before: string, after: string): { readonly gone: string[]; readonly come: string[] } {
  const [a, b] = [before.split('\n'), after.split('\n')]
  return { gone: a.filter((line) => !b.includes(line)), come: b.filter((line) => !a.includes(line)) }
}

test('another emulator changes its one line', () => {
  assert.deepEqual(difference(written, withEmulator(written, '/usr/bin/qemu-kvm')), {
    gone: ['    <emulator>/usr/bin/qemu-system-x86_64</emulator>'],
    come: ['    <emulator>/usr/bin/qemu-kvm</emulator>'],
  })
})

test('an emulator where there was none is the first device, indented like the others', () => {
  const without = written.replace(/ *<emulator>.*\n/, '')
  assert.equal(withEmulator(without, '/usr/bin/qemu-system-x86_64'), written)
})

const places = [
  ['<devices/>', '<devices><emulator>/q</emulator></devices>'],
  ['<devices></devices>', '<devices><emulator>/q</emulator></devices>'],
  ['<devices><emulator/></devices>', '<devices><emulator>/q</emulator></devices>'],
  ['<devices><emulator>/<!-- x -->p</emulator></devices>', '<devices><emulator>/q</emulator></devices>'],
  ['', '<devices><emulator>/q</emulator></devices>'],
] as const
for (const [before, after] of places)
  test(`an emulator into ${before || 'a domain without devices'}`, () => {
    const around = (inside: string) => `<domain type='kvm'><name>a</name>${inside}</domain>`
    assert.equal(withEmulator(around(before), '/q'), around(after))
  })

test('a uuid where there was none stands behind the name on a line of its own', () => {
  assert.deepEqual(difference(written, withUuid(written, UUID.toUpperCase())), {
    gone: [],
    come: [`  <uuid>${UUID}</uuid>`],
  })
})

test('a uuid in another notation is the same uuid', () => {
  assert.equal(withUuid(running, UUID.toUpperCase().replaceAll('-', '')), running)
})

test('a value that is there in other letters is left as it is written', () => {
  const text = `<domain type='kvm'><name>a</name><uuid>${UUID.toUpperCase()}</uuid><devices><emulator>/<![CDATA[q]]></emulator>
<disk><driver cache='&#110;one'/><source file='/&#x61;'/><target dev='vda'/></disk></devices></domain>`
  assert.equal(withEmulator(text, '/q'), text)
  assert.equal(withUuid(text, UUID), text)
  assert.equal(withDiskDriver(text, 'vda', { cache: 'none' }), text)
  assert.equal(withDiskSource(text, 'vda', '/a'), text)
})

test('a new attribute takes the quotes of its own tag', () => {
  const text = `<domain type='kvm'><name>a</name><devices><disk type='block'><driver name="qemu"/><target dev='vda'/></disk></devices></domain>`
  assert.match(withDiskDriver(text, 'vda', { cache: 'none' }), /<driver name="qemu" cache="none"\/>/)
})

test('a driver where there was none, in the quotes of the document', () => {
  const text = `<domain type="kvm"><name>a</name><devices>\n  <disk type="block">\n    <target dev="hda"/>\n  </disk>\n</devices></domain>`
  const after = withDiskDriver(text, 'hda', { cache: 'none', errorPolicy: 'stop' })
  assert.deepEqual(difference(text, after), { gone: [], come: ['    <driver cache="none" error_policy="stop"/>'] })
})

test('a drive is emptied, with the line that named the file; an empty one stays as it is; and it takes the file again', () => {
  const text = `<domain type='kvm'><name>a</name><devices>
  <disk type='file' device='cdrom'>
    <source file='/srv/a.iso' index='2'/>
    <target dev='sda'/>
  </disk>
</devices></domain>`
  const empty = withEmptyDrive(text, 'sda')
  assert.deepEqual(difference(text, empty), { gone: ["    <source file='/srv/a.iso' index='2'/>"], come: [] })
  assert.equal(withEmptyDrive(empty, 'sda'), empty)
  assert.equal(parseDomain(empty).disks[0]?.source.kind, 'none')
  assert.deepEqual(parseDomain(withDiskSource(empty, 'sda', '/srv/a.iso')).disks[0]?.source, {
    kind: 'file',
    path: '/srv/a.iso',
  })
})

test('a driver keeps what is not asked for', () => {
  const { gone, come } = difference(
    written,
    withDiskDriver(written, 'vda', { cache: 'writethrough', rerrorPolicy: 'stop' }),
  )
  assert.equal(gone.length, 1)
  assert.deepEqual(come, [
    "      <driver name='qemu' type='raw' cache='writethrough' io='native' error_policy='stop' rerror_policy='stop'/>",
  ])
})

test('a disk that is not there is refused with those that are', () => {
  assert.throws(
    () => withDiskSource(written, 'vdb', '/dev/mapper/vm1'),
    (e) => e instanceof DomainXmlError && e.code === 'disk-not-found' && e.explanation.found === 'only vda',
  )
})

test('a managed domain is told change by change', () => {
  const text = written.replace("cache='none'", "cache='writeback'")
  const { text: after, notes } = managedDomain(text)
  assert.deepEqual(
    notes.map(({ sentence }) => sentence),
    [
      'disk vda: cache writeback → none: a migration with host cache can lose writes',
      'disk vda: rerror_policy not set → stop: after a read error the guest must pause, not see a broken disk',
    ],
  )
  const { cache, io, errorPolicy, rerrorPolicy } = parseDomain(after).disks[0]?.driver ?? {}
  assert.deepEqual([cache, io, errorPolicy, rerrorPolicy], ['none', 'native', 'stop', 'stop'])
  assert.deepEqual(managedDomain(after), { text: after, notes: [] })
})

test('media and files are left alone', () => {
  const text = `<domain type='kvm'><name>a</name><devices><disk type='block' device='cdrom'><target dev='sda'/></disk>
<disk type='file'><target dev='vda'/></disk></devices></domain>`
  assert.deepEqual(managedDomain(text), { text, notes: [] })
})

const special = fc.constantFrom(...'&<>"\'\t\n\r')
const plain = fc.string({ unit: 'binary', minLength: 1, maxLength: 3 }).filter(isXml)
const anything = fc
  .array(fc.oneof(special, plain), { minLength: 1 })
  .map((all) => all.join(''))
  .filter(isXml)

function isXml(text: string): boolean {
  return /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u.test(text)
}

const path = anything.map((s) => `/${s.replace(/[\r\n]/g, '')}`)
const document = fc.constantFrom(
  written,
  running,
  written.replaceAll("'", '"'),
  written.replaceAll('\n', '\r\n'),
  written.replace(/>\s+</g, '><'),
  written.replace(/ *<driver.*\n/, '').replace(/ *<emulator.*\n/, ''),
)

test('an edit, read again, gives what was asked; made twice, it is made once', () => {
  fc.assert(
    fc.property(document, path, anything, (text, newPath, word) => {
      const emulator = withEmulator(text, newPath)
      assert.equal(parseDomain(emulator).emulator?.path, newPath)
      assert.equal(withEmulator(emulator, newPath), emulator)
      const source = withDiskSource(text, 'vda', newPath)
      assert.deepEqual(parseDomain(source).disks[0]?.source, { kind: 'block', path: newPath })
      assert.equal(withDiskSource(source, 'vda', newPath), source)
      const driver = withDiskDriver(text, 'vda', { cache: word, errorPolicy: 'stop' })
      assert.equal(parseDomain(driver).disks[0]?.driver.cache, word)
      assert.equal(withDiskDriver(driver, 'vda', { cache: word, errorPolicy: 'stop' }), driver)
    }),
  )
})

test('a name, read again, is that name', () => {
  const name = anything.map((s) => `n${s.replace(/[/\n]/g, '')}`)
  fc.assert(fc.property(document, name, (text, to) => parseDomain(withName(text, to)).name === to))
})

test('an edit to what is already there changes nothing', () => {
  for (const text of [written, running]) {
    const { name, emulator } = parseDomain(text)
    assert.equal(withEmulator(text, emulator?.path ?? ''), text)
    assert.equal(withName(text, name), text)
    assert.equal(withDiskDriver(text, 'vda', { cache: 'none', io: 'native', errorPolicy: 'stop' }), text)
    assert.equal(withDiskSource(text, 'vda', '/dev/mapper/vm1'), text)
  }
})

const refusals = [
  ['a relative emulator', () => withEmulator(written, 'qemu-kvm')],
  ['a character that XML does not have', () => withEmulator(written, '/q\u0001')],
  ['a name with a slash', () => withName(written, 'a/b')],
  ['a uuid that is none', () => withUuid(written, 'vm1')],
] as const
for (const [what, edit] of refusals)
  test(`refused before anything is written: ${what}`, () =>
    assert.throws(edit, (e) => e instanceof DomainXmlError && e.code === 'value-invalid' && e.line === undefined))

const lab: NewDomain = {
  name: 'ldap',
  uuid: UUID,
  memoryBytes: 160 * 2 ** 20,
  vcpuCount: 1,
  arch: 'x86_64',
  machine: 'pc',
  emulator: '/usr/bin/qemu-system-x86_64',
  boot: { kind: 'kernel', kernel: '/boot/vmlinuz', initrd: '/boot/guest.gz', cmdline: "console=ttyS0 a='1' & <b>" },
  disks: [
    { alias: 'ldap', bus: 'virtio' },
    { alias: 'ldap-data', bus: 'virtio' },
    { alias: 'old', bus: 'ide' },
  ],
  interfaces: [{ bridge: 'br0', mac: '52:54:00:12:34:56', model: 'virtio', rom: 'off' }],
  serial: { kind: 'file', path: '/var/log/libvirt/qemu/ldap.serial' },
  cpu: { mode: 'custom', model: 'qemu64' },
  usb: 'none',
  onReboot: 'destroy',
  onCrash: 'preserve',
}

test('a new domain, read again, is what was asked, and managed', () => {
  const text = buildDomain(lab)
  const domain = parseDomain(text)
  assert.deepEqual([domain.type, domain.name, domain.uuid, domain.vcpuCount], ['kvm', 'ldap', UUID, 1])
  assert.equal(domain.memoryBytes, lab.memoryBytes)
  assert.deepEqual(
    [domain.os.machine, domain.os.kernel, domain.os.cmdline],
    ['pc', '/boot/vmlinuz', "console=ttyS0 a='1' & <b>"],
  )
  assert.deepEqual(
    domain.disks.map(({ source, target }) => [source.kind === 'block' && source.path, target.dev, target.bus]),
    [
      ['/dev/mapper/ldap', 'vda', 'virtio'],
      ['/dev/mapper/ldap-data', 'vdb', 'virtio'],
      ['/dev/mapper/old', 'hda', 'ide'],
    ],
  )
  assert.deepEqual(domain.interfaces[0]?.source, { kind: 'bridge', bridge: 'br0' })
  assert.deepEqual([domain.cpu?.mode, domain.cpu?.model, domain.cpu?.fallback], ['custom', 'qemu64', 'forbid'])
  assert.deepEqual(managedDomain(text).notes, [])
  assert.match(
    text,
    /<rom enabled='no'\/>[\s\S]*<controller type='usb' model='none'\/>[\s\S]*append='on'[\s\S]*memballoon model='none'/,
  )
})

test('whatever an alias holds, the disk is that one', () => {
  const alias = anything.map((s) => `v${s.replace(/[\s/]/g, '')}`)
  fc.assert(
    fc.property(alias, (name) => {
      const [disk] = parseDomain(buildDomain({ ...lab, disks: [{ alias: name, bus: 'virtio' }] })).disks
      assert.deepEqual(disk?.source, { kind: 'block', path: `/dev/mapper/${name}` })
    }),
  )
})

test('a new domain without a kernel boots from its disk', () => {
  const { cpu: _, ...rest } = lab
  const domain = parseDomain(buildDomain({ ...rest, boot: { kind: 'disk' }, serial: { kind: 'pty' } }))
  assert.deepEqual([domain.os.bootDevices, domain.os.kernel, domain.cpu], [['hd'], undefined, undefined])
})

const wrongs: readonly (readonly [string, Partial<NewDomain>])[] = [
  ['an alias that is a path', { disks: [{ alias: '../sda', bus: 'virtio' }] }],
  ['memory that is no whole KiB', { memoryBytes: 1025 }],
  ['no processor', { vcpuCount: 0 }],
  ['a multicast MAC', { interfaces: [{ bridge: 'br0', mac: '53:54:00:12:34:56', model: 'virtio', rom: 'on' }] }],
  ['a relative emulator', { emulator: 'kvm' }],
]
for (const [what, wrong] of wrongs)
  test(`no domain is built with ${what}`, () =>
    assert.throws(
      () => buildDomain({ ...lab, ...wrong }),
      (e) => e instanceof DomainXmlError && e.code === 'value-invalid',
    ))
