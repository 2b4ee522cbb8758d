import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FabricName, SwitchName, Wwpn } from '#documents'
import { type BladeReport, linksOf, type Outage, read, tollOf } from '#survey'
import {
  b,
  device,
  domain,
  fleetOf,
  type Node,
  OTHER,
  report,
  surveyOf,
  WWID,
  wwpnOf,
  XML,
} from '../../test/lab-fleet.ts'

const fleet = fleetOf({ blades: 3 })
const [map] = report('blade1').maps
assert.ok(map)
const running = (change: Partial<BladeReport> = {}) =>
  report('blade1', { domains: read([domain('running')]), ...change })

function toll(outage: Outage, blade1: BladeReport = running(), others: Partial<Record<Node, BladeReport>> = {}) {
  const survey = surveyOf(fleet, { blade1, blade2: report('blade2'), ...others })
  return tollOf(survey, outage).map(({ vm, harm, because, elsewhere }) => [
    vm,
    harm,
    because.join('; '),
    elsewhere.join(),
  ])
}
const fabric = (name: string): Outage => ({ kind: 'fabric', fabric: name as never })

test('a fabric down: the guest hangs on the other one; both are told with what is left', () => {
  assert.deepEqual(toll(fabric('A')), [
    ['ldap', 'hangs on one fabric', 'ldap: 1 of 2 live paths left, fabric B', 'blade2'],
  ])
})

test('the fabric on which alone it hangs already: it loses its disk', () => {
  const one = running({
    devices: [device('A', 'sdb')],
    maps: [{ ...map, slaves: [{ sd: 'sdb', dm: 'active' }] }],
  })
  assert.deepEqual(toll(fabric('A'), one), [
    ['ldap', 'loses its disk', 'ldap: 0 of 1 live paths left, no fabric', 'blade2'],
  ])
  assert.deepEqual(toll(fabric('B'), one), [
    ['ldap', 'hangs on one fabric', 'ldap: 1 of 1 live paths left, fabric A, as now', 'blade2'],
  ])
})

test('a path that has failed already counts for nothing', () => {
  const failed = running({
    maps: [
      {
        ...map,
        slaves: [
          { sd: 'sdb', dm: 'active' },
          { sd: 'sdc', dm: 'failed' },
        ],
      },
    ],
  })
  assert.equal(toll(fabric('A'), failed)[0]?.[1], 'loses its disk')
})

test('a blade down: its guests stop, and where they could go is where their disks are seen', () => {
  const blind = report('blade3', { devices: [], maps: [] })
  assert.deepEqual(toll({ kind: 'blade', blade: b('blade1') }, running(), { blade3: blind }), [
    ['ldap', 'stops', 'it runs on blade1', 'blade2'],
  ])
  assert.equal(toll({ kind: 'blade', blade: b('blade2') })[0]?.[1], 'goes on')
})

test('a port of the array down takes what leads to it, and nothing else', () => {
  assert.equal(toll({ kind: 'array-port', port: wwpnOf('A', '01') })[0]?.[1], 'hangs on one fabric')
  assert.equal(toll({ kind: 'array-port', port: wwpnOf('A', '99') })[0]?.[1], 'goes on')
})

test('a switch takes what hangs on it, and what may hang on it, for nobody has said where it does', () => {
  const [here, there, target] = [wwpnOf('A', '0b'), wwpnOf('A', '0c'), wwpnOf('A', '01')]
  const of = (ports: Wwpn[], elsewhere: Wwpn[] = [], on = 'A'): Outage => ({
    kind: 'switch',
    switch: { name: 'fc1' as SwitchName, fabric: on as FabricName, ports, elsewhere },
  })
  const harm = (outage: Outage) => toll(outage)[0]?.[1]
  assert.equal(harm(of([here], [target])), 'hangs on one fabric')
  assert.equal(harm(of([there], [here, target])), 'goes on')
  assert.equal(harm(of([there], [here])), 'hangs on one fabric', 'where the array hangs is not said')
  assert.equal(harm(of([], [], 'C')), 'goes on', 'a switch of another fabric')
})

test('who does not run loses nothing; what can’t be read is not called safe', () => {
  assert.deepEqual(toll(fabric('A'), report('blade1', { domains: read([domain('shut off')]) })), [])
  const garbled = report('blade1', { domains: read([domain('running', { xml: '<domain' })]) })
  assert.equal(toll(fabric('A'), garbled)[0]?.[1], 'unknown')
})

const withDisk = (path: string, change: Partial<BladeReport> = {}) =>
  running({ domains: read([domain('running', { xml: XML.replace('/dev/mapper/ldap', path) })]), ...change })

for (const path of ['/dev/dm-0', '/dev/disk/by-id/dm-name-ldap', `/dev/disk/by-id/wwn-0x${WWID.slice(1)}`])
  test(`a disk is found by whatever name the guest has it: ${path}`, () =>
    assert.deepEqual(toll(fabric('A'), withDisk(path)), [
      ['ldap', 'hangs on one fabric', 'ldap: 1 of 2 live paths left, fabric B', 'blade2'],
    ]))

test('a guest on one path of its own loses its disk with it, whatever other paths the LUN has', () => {
  assert.deepEqual(toll(fabric('A'), withDisk('/dev/sdb')), [
    ['ldap', 'loses its disk', '/dev/sdb: 0 of 1 live paths left, no fabric', 'blade2'],
  ])
  assert.equal(toll(fabric('B'), withDisk('/dev/sdb'))[0]?.[1], 'hangs on one fabric')
})

test('a disk of which nobody can tell the LUN is not called safe, and an empty drive is none', () => {
  const lv = { ...map, name: 'vg-root', dm: 'dm-3', wwid: undefined, slaves: [] }
  for (const [path, change] of [
    ['/dev/vg/ldap', {}],
    ['/dev/mapper/vg-root', { maps: [map, lv] }],
  ] as const)
    assert.deepEqual(toll(fabric('A'), withDisk(path, change))[0]?.slice(1), [
      'unknown',
      `${path === '/dev/vg/ldap' ? path : 'vg-root'}: nobody can tell which LUN it is`,
      '',
    ])
  const drive = XML.replace(
    '<interface',
    "<disk type='block' device='cdrom'><source dev='/dev/sr0'/><target dev='hda'/></disk>$&",
  )
  assert.equal(
    toll(fabric('A'), running({ domains: read([domain('running', { xml: drive })]) }))[0]?.[1],
    'hangs on one fabric',
  )
})

test('it could not go where its alias is another LUN', () => {
  const paths = [device('A', 'sdb', OTHER), device('B', 'sdc', OTHER)]
  const swapped = report('blade2', { devices: paths, maps: [{ ...map, wwid: OTHER }] })
  assert.equal(toll({ kind: 'blade', blade: b('blade1') }, running(), { blade2: swapped })[0]?.[3], '')
})

test('what is drawn is counted as the toll is: who gave no answer is not left, and no path is on no picture', () => {
  const links = (blade1: BladeReport) =>
    linksOf(surveyOf(fleet, { blade1 }), fabric('A'), fleet.settings.fabrics)
      .filter(({ blade }) => blade === b('blade1'))
      .map(({ fabric: name, live, left }) => [name, live, left])
  assert.deepEqual(links(running()), [
    ['A', 1, 0],
    ['B', 1, 1],
  ])
  const silent = { ...device('B', 'sdc'), inquiry: { state: 'timed out', because: 'no answer' } as const }
  const deaf = running({ devices: [device('A', 'sdb'), silent] })
  assert.deepEqual(links(deaf), [
    ['A', 1, 0],
    ['B', 0, 0],
  ])
  assert.equal(toll(fabric('A'), deaf)[0]?.[1], 'loses its disk')
  const [, hostB] = running().fcHosts
  assert.ok(hostB)
  const elsewhere = running({
    fcHosts: [{ ...hostB, wwpn: wwpnOf('B', '77') }, ...running().fcHosts.slice(0, 1)],
    remotePorts: [],
  })
  assert.deepEqual(links(elsewhere), [
    ['A', 1, 0],
    ['B', 0, 0],
    [undefined, 1, 0],
  ])
})
