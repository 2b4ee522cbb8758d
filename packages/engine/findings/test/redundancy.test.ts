import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FabricName, Wwpn } from '#documents'
import { prove } from '#findings'
import type { BladeReport } from '#survey'
import { b, device, fleetOf, LDAP, report, SAN, SIZE, surveyOf, WWID, wwpnOf } from '../../test/lab-fleet.ts'

const fleet = fleetOf()
const volume = { alias: LDAP, wwid: WWID, size: SIZE }
const judge = (change: Partial<BladeReport>, fabrics = 2, by = fleet) =>
  prove(
    { kind: 'redundancy', blade: b('blade1'), volume, fabrics },
    by,
    surveyOf(by, { blade1: report('blade1', change) }),
  )
const san = fleet.arrays.get(SAN)
assert.ok(san)

const [map] = report('blade1').maps
assert.ok(map)
const failedB = [
  {
    ...map,
    slaves: [
      { sd: 'sdb', dm: 'active' as const },
      { sd: 'sdc', dm: 'failed' as const },
    ],
  },
]

test('two fabrics, two initiator ports, two array ports: proved', () => {
  assert.equal(judge({}).verdict, 'proved')
})

test('one path on the same fabric twice is one switch away from none: refuted', () => {
  const [first] = report('blade1').fcHosts
  assert.ok(first)
  const same = { ...device('A', 'sdc'), hctl: '6:0:1:1', target: 1 }
  const finding = judge({ devices: [device('A', 'sdb'), same], fcHosts: [first] })
  assert.equal(finding.verdict, 'refuted', finding.because)
  assert.match(finding.because, /1 fabrics/)
})

const from = (host: number, target: number, wwpn: Wwpn) => ({ host, channel: 0, target, wwpn, state: 'Online' })

test('both HBAs on one fabric: refuted, though their ports are documented on two and the array has two on that fabric', () => {
  const remotePorts = [from(6, 0, wwpnOf('A', '01')), from(7, 0, wwpnOf('A', '02'))]
  const withSecond = { ...san, ports: [...san.ports, { wwpn: wwpnOf('A', '02'), fabric: 'A' as FabricName }] }
  const finding = judge({ remotePorts }, 2, { ...fleet, arrays: new Map([[SAN, withSecond]]) })
  assert.equal(finding.verdict, 'refuted', finding.because)
  assert.match(finding.evidence.join(), /sdc .*from a port documented on B to one documented on A/)
})

test('both HBAs logged in to one fabric by its own name: refuted', () => {
  const fabric = '10000000c0ffee00' as Wwpn
  const finding = judge({ fcHosts: report('blade1').fcHosts.map((host) => ({ ...host, fabric })) })
  assert.equal(finding.verdict, 'refuted', finding.because)
  assert.match(finding.evidence.join(), /both logged in to the fabric 10000000c0ffee00/)
})

test('two of each are not enough where every two paths share something', () => {
  // two initiators, two fabrics and two array ports, but whichever two paths are chosen, they share a port
  const undocumented = new Map([[SAN, { ...san, ports: [] }]])
  const ports = [from(6, 0, wwpnOf('A', '01')), from(6, 1, wwpnOf('B', '01')), from(7, 0, wwpnOf('A', '01'))]
  const finding = judge(
    {
      devices: [device('A', 'sdb'), { ...device('A', 'sdd'), hctl: '6:0:1:1', target: 1 }, device('B', 'sdc')],
      remotePorts: ports,
      maps: [{ ...map, slaves: ['sdb', 'sdc', 'sdd'].map((sd) => ({ sd, dm: 'active' as const })) }],
    },
    2,
    { ...fleet, arrays: undocumented },
  )
  // sdd (host6 → B:01) and sdc (host7 → A:01) share nothing: that is proved; without sdd only A:01 is left
  assert.equal(finding.verdict, 'proved', finding.because)
  const one = judge({ remotePorts: [from(6, 0, wwpnOf('A', '01')), from(7, 0, wwpnOf('A', '01'))] }, 2, {
    ...fleet,
    arrays: undocumented,
  })
  assert.equal(one.verdict, 'refuted', one.because)
  assert.match(one.because, /1 array ports/)
})

test('one controller is said, where the array’s document says which port is of which', () => {
  const at = (...controllers: readonly string[]) => ({
    ...san,
    ports: san.ports.map((port, i) => ({ ...port, controller: controllers[i] ?? '' })),
  })
  const said = (...controllers: readonly string[]) =>
    judge({}, 2, { ...fleet, arrays: new Map([[SAN, at(...controllers)]]) }).because
  assert.match(said('c1', 'c1'), /all of them at the array's controller c1/)
  assert.doesNotMatch(said('c1', 'c2'), /controller/)
})

test('a failed path counts for nothing, and --degraded asks for one fabric only', () => {
  assert.equal(judge({ maps: failedB }).verdict, 'refuted')
  assert.equal(judge({ maps: failedB }, 1).verdict, 'proved')
})

test('no live path at all is not enough even for --degraded', () => {
  const none = [{ ...map, slaves: map.slaves.map(({ sd }) => ({ sd, dm: 'failed' as const })) }]
  assert.equal(judge({ maps: none }, 1).verdict, 'refuted')
})

test('a port that no document puts on a fabric: unknown', () => {
  const fcHosts = report('blade1').fcHosts.map((host) => ({
    ...host,
    wwpn: `2000525400ff${host.wwpn.slice(-4)}` as never,
  }))
  const remotePorts = report('blade1').remotePorts.map((port) => ({ ...port, wwpn: '2000525400ff9999' as never }))
  assert.equal(judge({ fcHosts, remotePorts }).verdict, 'unknown')
})
