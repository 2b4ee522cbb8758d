import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  check,
  colonWwpn,
  type Fleet,
  freeLun,
  jsonSchema,
  lunNumber,
  misfits,
  type SwitchName,
  switchesOf,
  type VmName,
  vmName,
  wwid,
  wwpn,
} from '#documents'
import { b, fleetOf, SAN, sure, XML } from '../../test/lab-fleet.ts'

const sureName = (text: string): VmName => vmName(text) ?? assert.fail(text)
const volume = { wwid: '36001405aaaa', size: '1 GiB', array: 'san1', lun: '1', writer: 'none', protected: 'true' }

test('a WWID of digits only is text, every digit of it', () => {
  const checked = check.volumes({ ...volume, wwid: '36001405123456789012345678901234' })
  assert.ok(checked.ok)
  assert.equal(checked.value.wwid, '36001405123456789012345678901234')
})

test('a number where a WWID should stand is refused: YAML has eaten its digits', () => {
  const checked = check.volumes({ ...volume, wwid: 3.6e31 })
  assert.equal(checked.ok, false)
  assert.deepEqual(!checked.ok && checked.problems[0]?.path, ['wwid'])
})

const bad: readonly (readonly [string, unknown, string])[] = [
  ['an unknown field', { ...volume, lunn: '2' }, 'unknown: lunn'],
  ['LUN 0, where the target itself answers', { ...volume, lun: '0' }, 'LUN number'],
  ['a size that is no size', { ...volume, size: 'big' }, 'size'],
  ['a blank in a WWID', { ...volume, wwid: '3600 1405' }, 'WWID'],
  ['a key’s generation of zero', { ...volume, generation: '0' }, 'from 1 to 4294967295'],
  ['a generation that no key holds', { ...volume, generation: '4294967296' }, 'from 1 to 4294967295'],
  ['the array as writer, and nobody’s key', { ...volume, writer: 'array' }, 'array needs a home and a generation'],
  ['the array as writer, and no generation', { ...volume, writer: 'array', home: 'blade1' }, 'a generation'],
  ['nothing', null, 'expected object'],
]
for (const [what, tree, message] of bad)
  test(`a volume is refused: ${what}`, () => {
    const checked = check.volumes(tree)
    assert.ok(
      !checked.ok && checked.problems.some((problem) => problem.message.includes(message)),
      JSON.stringify(checked),
    )
  })

test('documents from before there were reservation keys are valid: nothing is reserved then', () => {
  assert.ok(check.volumes(volume).ok)
  const blade = check.blades({ ssh: 'root@blade1', machine_id: '0'.repeat(32), ports: [] })
  assert.ok(blade.ok)
  assert.equal(blade.value.key, undefined)
})

test('a blade’s number in keys is one of 16 bits', () => {
  const keyed = (key: string) => check.blades({ ssh: 'root@blade1', machine_id: '0'.repeat(32), ports: [], key }).ok
  assert.deepEqual(['1', '65535', '0', '65536', '01', 'x'].map(keyed), [true, true, false, false, false, false])
})

test('an ssh destination is never an option', () => {
  const checked = check.blades({ ssh: '-oProxyCommand=x', machine_id: '0'.repeat(32), ports: [] })
  assert.deepEqual(!checked.ok && checked.problems[0]?.path, ['ssh'])
})

test('WWPNs in all their spellings are one', () => {
  for (const text of ['0x2000525400AA0001', '20:00:52:54:00:aa:00:01', '2000525400aa0001'])
    assert.equal(wwpn(text), '2000525400aa0001')
  assert.equal(wwpn('2000525400aa000'), undefined)
  const port = wwpn('2000525400aa0001')
  assert.equal(port && colonWwpn(port), '20:00:52:54:00:aa:00:01')
})

test('ids are opaque: 127 characters at most, no blanks, no quotes', () => {
  assert.ok(wwid('x'.repeat(127)))
  for (const text of ['x'.repeat(128), '', 'a b', 'a"b', 'a\nb']) assert.equal(wwid(text), undefined)
  assert.deepEqual([0, 1, 16383, 16384].map(lunNumber), [undefined, 1, 16383, undefined])
})

test('a switch is of one fabric, and knows what hangs on it and what on others', () => {
  const fleet = fleetOf()
  const on = (node: 'blade1' | 'blade2', switches: readonly string[]) => {
    const blade = fleet.blades.get(b(node))
    assert.ok(blade)
    const ports = blade.ports.map((port, i) => ({ ...port, ...(switches[i] && { switch: switches[i] as SwitchName }) }))
    return [b(node), { ...blade, ports }] as const
  }
  const [one, two] = [on('blade1', ['fc1', 'fc3']), on('blade2', ['fc2', 'fc1'])]
  const wired: Fleet = { ...fleet, blades: new Map([one, two]) }
  const [fc1] = switchesOf(wired)
  assert.deepEqual([fc1?.name, fc1?.fabric, fc1?.elsewhere], ['fc1', 'A', [two[1].ports[0]?.wwpn]])
  assert.deepEqual(
    misfits(wired).map(({ name, path, message }) => [name, path.join('.'), message]),
    [['blade2', 'ports.1.switch', 'the switch fc1 is of fabric A']],
  )
})

test('a fleet in order has no misfits', () => assert.deepEqual(misfits(fleetOf()), []))

test('references that lead nowhere and things that are there twice are found', () => {
  const fleet = fleetOf()
  const [first] = fleet.volumes.values()
  assert.ok(first)
  const twin = { ...first, alias: 'www' as typeof first.alias }
  const blade2 = fleet.blades.get(b('blade2'))
  assert.ok(blade2)
  const broken: Fleet = {
    ...fleet,
    arrays: new Map(),
    volumes: new Map(fleet.volumes).set(twin.alias, { ...twin, home: b('blade1') }),
    blades: new Map([b('blade2'), b('blade3')].map((name) => [name, { ...blade2, name }])),
  }
  const found = misfits(broken).map(({ kind, name, message }) => `${kind}/${name} ${message}`)
  assert.ok(found.some((line) => line.includes('vms/ldap there is no blade blade1')))
  assert.ok(found.some((line) => line.includes('volumes/ldap there is no array san1')))
  assert.ok(found.some((line) => line.includes("is ldap's too")))
  assert.ok(found.some((line) => line.includes('volumes/www there is no blade blade1')))
  assert.ok(found.some((line) => line.includes("blades/blade3 key 2 is blade2's too")))
})

test('LUN numbers: the lowest that neither fleet nor array has given', () => {
  assert.equal(freeLun(fleetOf(), SAN, new Set([2, 4])), 3)
  assert.equal(freeLun(fleetOf({ withVolume: false, withVm: false }), SAN, new Set()), 1)
})

test('editors get a schema of each kind that asks for text', () => {
  for (const kind of ['fleet', 'blades', 'arrays', 'volumes', 'vms'] as const)
    assert.equal(jsonSchema(kind).type, 'object')
})

const disks = [
  ['says nothing of it', XML, 'array', 0],
  ['lets its guest reserve', XML.replace("device='disk'", "device='lun'"), 'array', 1],
  ['shares it', XML.replace('</disk>', '<shareable/></disk>'), 'array', 1],
  ['holds a lease for it', XML.replace('</disk>', '</disk><lease><key>k</key></lease>'), 'array', 1],
  ['lets its guest reserve, as the volume says', XML.replace("device='disk'", "device='lun'"), 'guest', 0],
  ['is no domain', '<domain', 'array', 0],
] as const
for (const [what, xml, writer, count] of disks)
  test(`a volume whose writer is ${writer}, and a domain that ${what}: ${count} misfits`, () => {
    const fleet = fleetOf()
    const [vm] = fleet.vms.values()
    const [ldap] = fleet.volumes.values()
    assert.ok(vm && ldap)
    const found = misfits({
      ...fleet,
      vms: new Map([[vm.name, { ...vm, xml }]]),
      volumes: new Map([[ldap.alias, { ...ldap, writer, home: b('blade1'), generation: 1 }]]),
    })
    assert.deepEqual(
      found.map(({ kind, name, path }) => [kind, name, ...path]),
      Array(count).fill(['volumes', 'ldap', 'writer']),
    )
  })

test('what VMs start after must be there, and none waits for itself', () => {
  const fleet = fleetOf()
  const [one] = fleet.vms.values()
  assert.ok(one)
  const named = (name: string, uuid: string, after: readonly string[]) => ({
    ...one,
    ...sure(check.vms({ uuid, volumes: ['ldap'], home: 'blade1', start_after: after })),
    name: sureName(name),
  })
  const faults = (...vms: readonly ReturnType<typeof named>[]) =>
    misfits({ ...fleet, vms: new Map(vms.map((vm) => [vm.name, { ...vm, volumes: [] }])) }).map(
      ({ name, path, message }) => `${name} ${path.join('.')}: ${message}`,
    )
  const [a, c] = [one.uuid, one.uuid.replace('1111', '2222')]
  assert.deepEqual(faults(named('ldap', a, ['dns'])), ['ldap start_after.0: there is no VM dns'])
  assert.deepEqual(faults(named('ldap', a, ['ldap'])), ['ldap start_after.0: ldap is to start after ldap itself'])
  assert.equal(faults(named('ldap', a, ['dns']), named('dns', c, ['ldap'])).length, 2)
  assert.deepEqual(faults(named('ldap', a, ['dns']), named('dns', c, [])), [])
})
