import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type BladeReport, type PortTimers, read, type Timers } from '#survey'
import { b, domain, fleetOf, report, SAN, surveyOf, WWID, wwpnOf, XML } from '../../test/lab-fleet.ts'
import { prove } from '../prove.ts'

const fleet = fleetOf()
const port = (fast: number | undefined, loss: number): PortTimers => ({
  ...{ host: 6, wwpn: wwpnOf('A', '01') },
  ...{ fastIoFailSeconds: fast, devLossSeconds: loss },
})
const told = (queueing: string, ...ports: PortTimers[]): Timers => ({
  pollingSeconds: 5,
  queueing: new Map([[WWID, queueing]]),
  ports,
})

const judged = (timers: Timers, change: Partial<BladeReport> = {}, of = fleet) =>
  prove(
    { kind: 'timers', blade: b('blade1') },
    of,
    surveyOf(of, { blade1: report('blade1', { timers: read(timers), ...change }) }),
  )

test('values that fit', () => {
  assert.equal(judged(told('24 chk', port(5, 600), port(5, 120))).verdict, 'proved')
  assert.equal(judged(told('24 chk', port(5, Number.POSITIVE_INFINITY))).verdict, 'proved')
  assert.equal(judged(told('24 chk')).verdict, 'proved')
})

const contradictions: readonly (readonly [string, Timers, RegExp])[] = [
  ['dev_loss_tmo not above fast_io_fail_tmo', told('2 chk', port(30, 30)), /deleted before its I\/O goes another way/],
  ['fast_io_fail_tmo off', told('2 chk', port(undefined, 60)), /waits dev_loss_tmo, 60 s, before it goes another way/],
  ['the two that vdsm sets: 16 × 5 s and 30 s', told('16 chk', port(5, 30)), /30 s ends before queueing, 80 s/],
  ['queueing for ever', told('on', port(5, 600)), /hangs for ever {2}\(ldap\)/],
  ['no queueing at all', told('off', port(5, 600)), /gets an error as soon as no path is left/],
]
for (const [what, timers, consequence] of contradictions)
  test(`a contradiction is named with what comes of it: ${what}`, () => {
    const { verdict, evidence } = judged(timers)
    assert.deepEqual([verdict, evidence.length], ['refuted', 1])
    assert.match(evidence[0] ?? '', consequence)
  })

test('a sentence stands once for all ports that it is true of', () => {
  const { evidence } = judged(told('2 chk', port(undefined, 60), { ...port(undefined, 60), host: 7 }, port(5, 60)))
  assert.match(evidence.join(), /\(host6 to \w+, host7 to \w+\)$/)
})

test('queueing ends before the array has failed over, where its time is known', () => {
  const array = fleet.arrays.get(SAN)
  assert.ok(array)
  const slow = { ...fleet, arrays: new Map([[SAN, { ...array, failover: 60 }]]) }
  assert.match(judged(told('10 chk', port(5, 600)), {}, slow).evidence.join(), /ends after 50 s, before san1 .*60 s/)
  assert.equal(judged(told('12 chk', port(5, 600)), {}, slow).verdict, 'proved')
})

test('a guest that gives its disk up before the map does; a virtio disk never does', () => {
  const sata = domain('running', { xml: XML.replace("bus='virtio'", "bus='sata'") })
  const waits = told('24 chk', port(5, 600))
  assert.match(
    judged(waits, { domains: read([sata]) }).evidence.join(),
    /ldap at sata, where a guest gives up after 30 s; the map waits 120 s/,
  )
  assert.equal(judged(waits, { domains: read([domain('running')]) }).verdict, 'proved')
  assert.equal(judged(told('5 chk', port(5, 600)), { domains: read([sata]) }).verdict, 'proved')
})

test('what the host itself lies on may wait for ever', () => {
  const maps = report('blade1').maps.map((map) => ({ ...map, uses: ['mounted at /'] }))
  assert.equal(judged(told('on', port(5, 600)), { maps }).verdict, 'proved')
})

test('a map that is waiting at this moment, and one that multipathd says nothing of', () => {
  assert.equal(judged(told('14 sec', port(5, 10))).verdict, 'proved')
  assert.equal(judged({ ...told(''), queueing: new Map() }).verdict, 'unknown')
})
