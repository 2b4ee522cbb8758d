import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type BladeReport, linksOf, type Outage, read, tollOf } from '#survey'
import { b, device, domain, fleetOf, type Node, report, surveyOf, wwpnOf } from '../../test/lab-fleet.ts'

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

test('who does not run loses nothing; what can’t be read is not called safe', () => {
  assert.deepEqual(toll(fabric('A'), report('blade1', { domains: read([domain('shut off')]) })), [])
  const garbled = report('blade1', { domains: read([domain('running', { xml: '<domain' })]) })
  assert.equal(toll(fabric('A'), garbled)[0]?.[1], 'unknown')
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
