import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keyOf, NO_KEY, type Registrant } from '@anyblade/scsi'
import { type BladeReport, type PathReservation, read, reservationSeen } from '#survey'
import { device, fleetOf, LDAP, type Node, OTHER, report, surveyOf, WWID, wwpnOf } from '../../test/lab-fleet.ts'

const KEY = keyOf({ fleet: 0xa1b2, blade: 1, generation: 7 }) ?? NO_KEY
const ldap = { alias: LDAP, wwid: WWID }
const registrant = (wwpn: string, targetPort: number): Registrant => ({
  key: KEY,
  initiator: { protocol: 'fc', wwpn },
  targetPort,
  holds: undefined,
})
const OURS = [registrant(wwpnOf('A', '0b'), 1), registrant(wwpnOf('B', '0b'), 2)]
const STRANGER = registrant('2000525400ff0001', 1)

const path = (fabric: 'A' | 'B', change: Partial<PathReservation> = {}): PathReservation => ({
  hctl: device(fabric, 'sdx').hctl,
  sd: fabric === 'A' ? 'sdb' : 'sdc',
  targetPort: fabric === 'A' ? 1 : 2,
  keys: read({ generation: 1, keys: [KEY, KEY, KEY] }),
  reservation: read({ generation: 1, held: { key: NO_KEY, type: 7 } }),
  capabilities: read('not supported'),
  fullStatus: read({ generation: 1, registrants: [...OURS, STRANGER] }),
  ...change,
})
const seen = (blades: Partial<Record<Node, Partial<BladeReport>>>) => {
  const reports = Object.entries(blades).map(([name, change]) => [name, report(name as Node, change)])
  return reservationSeen(surveyOf(fleetOf(), Object.fromEntries(reports)), ldap)
}
const both = { reservations: [path('A'), path('B')] }

test('one answer of all paths, each key counted once, each path by its ports, and who is none of them', () => {
  const { held, keys, nexuses, others } = seen({ blade1: both, blade2: both })
  assert.deepEqual(
    held.map((one) => [one.held, one.nexuses.length]),
    [[{ key: NO_KEY, type: 7 }, 4]],
  )
  assert.deepEqual([...keys], [[KEY, 3]])
  assert.deepEqual(
    nexuses.map(({ nexus, key }) => [nexus.path.blade, nexus.path.sd, key.state === 'read' ? key.value : key.state]),
    [
      ['blade1', 'sdb', KEY],
      ['blade1', 'sdc', KEY],
      ['blade2', 'sdb', undefined],
      ['blade2', 'sdc', undefined],
    ],
  )
  assert.deepEqual(others, [STRANGER])
})

test('paths that do not agree stand apart', () => {
  const freed = path('B', { reservation: read({ generation: 2, held: undefined }) })
  const silent = path('B', { reservation: { state: 'timed out', because: 'no answer' } })
  const told = seen({ blade1: { reservations: [path('A'), freed] }, blade2: { reservations: [path('A'), silent] } })
  assert.deepEqual(
    told.held.map((one) => [one.held, one.nexuses.map((nexus) => nexus.path.sd)]),
    [
      [{ key: NO_KEY, type: 7 }, ['sdb', 'sdb']],
      [undefined, ['sdc']],
      [{ unread: 'timed out: no answer' }, ['sdc']],
    ],
  )
})

test('a path that leads to another LUN tells nothing of this one', () => {
  const { nexuses } = seen({ blade1: { ...both, devices: [device('A', 'sdb'), device('B', 'sdc', OTHER)] } })
  assert.deepEqual(
    nexuses.map(({ nexus }) => nexus.path.sd),
    ['sdb'],
  )
})
