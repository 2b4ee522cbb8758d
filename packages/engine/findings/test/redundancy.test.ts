import assert from 'node:assert/strict'
import { test } from 'node:test'
import { prove } from '#findings'
import type { BladeReport } from '#survey'
import { b, device, fleetOf, LDAP, report, SIZE, surveyOf, WWID, wwpnOf } from '../../test/lab-fleet.ts'

const fleet = fleetOf()
const volume = { alias: LDAP, wwid: WWID, size: SIZE }
const judge = (change: Partial<BladeReport>, fabrics = 2) =>
  prove(
    { kind: 'redundancy', blade: b('blade1'), volume, fabrics },
    fleet,
    surveyOf(fleet, { blade1: report('blade1', change) }),
  )

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

test('both HBAs on one fabric: refuted, for the blade’s ports are documented on two', () => {
  // Both initiators see the array's port on A only; the paths differ in initiator, not in target port.
  const remotePorts = [6, 7].map((host) => ({ host, channel: 0, target: 0, wwpn: wwpnOf('A', '01'), state: 'Online' }))
  const finding = judge({ remotePorts })
  assert.equal(finding.verdict, 'refuted', finding.because)
  assert.match(finding.because, /1 array ports/)
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
