import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type BladeName,
  bladeName,
  check,
  type Fleet,
  type HeldSeen,
  type NexusSeen,
  type Path,
  type ReservationSeen,
  wwpn,
} from '@anyblade/engine'
import { keyOf, NO_KEY, parseKey, type ReservationKey } from '@anyblade/scsi'
import { columns } from '../columns.ts'
import { reservationData, reservationRows } from '../reservation.ts'

const sure = <T>(value: T | undefined): T => value ?? assert.fail('not there')
const blade1 = sure(bladeName('blade1'))
const PORT = sure(wwpn('20005254000a000b'))
const settings = check.fleet({ name: 'lab', id: 'a1b2', fabrics: ['A'] })
const document = check.blades({ ssh: 'root@blade1', machine_id: '0'.repeat(32), key: '1', ports: [] })
assert.ok(settings.ok && document.ok)
const fleet: Fleet = {
  settings: settings.value,
  commit: 'c0ffee0',
  blades: new Map([[blade1, { ...document.value, name: blade1 }]]),
  arrays: new Map(),
  volumes: new Map(),
  aside: new Map(),
  vms: new Map(),
}
const KEY = sure(keyOf({ fleet: 0xa1b2, blade: 1, generation: 7 }))
const FOREIGN = sure(parseKey('0xb1')).key

function nexus(sd: string, key: ReservationKey | undefined, blade: BladeName = blade1): NexusSeen {
  const path: Path = {
    ...{ hctl: '6:0:0:1', host: 6, channel: 0, target: 0, lun: 1, sg: undefined, state: 'running', sd, blade },
    ...{ initiator: PORT, targetPort: undefined, fabric: undefined, map: 'ldap' },
    inMap: 'active',
    inquiry: { state: 'refused', because: 'not asked' },
  }
  return { nexus: { path, said: undefined }, key: { state: 'read', value: key } }
}
const [ONE, TWO] = [nexus('sdb', KEY), nexus('sdc', undefined)]
const held = (value: HeldSeen['held'], ...by: NexusSeen[]): HeldSeen => ({
  held: value,
  nexuses: by.map((one) => one.nexus),
})
const seen = (change: Partial<ReservationSeen> = {}): ReservationSeen => ({
  held: [held({ key: NO_KEY, type: 7 }, ONE, TWO)],
  keys: new Map([
    [KEY, 1],
    [FOREIGN, 2],
  ]),
  nexuses: [ONE, TWO],
  others: [{ key: FOREIGN, initiator: { protocol: 'fc', wwpn: '2000525400ff0001' }, targetPort: 3, holds: undefined }],
  ...change,
})

test('what is held, whose the keys are, which path lacks one, and who else is registered', () => {
  assert.deepEqual(columns(reservationRows(fleet, seen())), [
    'reserved  write exclusive, all registrants',
    'key       a1b2000100000007                  blade1, generation 7    1 nexus',
    'key       00000000000000b1                  foreign                 2 nexuses',
    'nexus     a1b2000100000007                  blade1  ? sdb           20005254000a000b at port ?',
    'nexus     not registered                    blade1  ? sdc           20005254000a000b at port ?',
    'nexus     00000000000000b1                  no path that was asked  2000525400ff0001 at port 3',
  ])
})

const answers: readonly (readonly [string, HeldSeen['held'], string])[] = [
  ['nobody', undefined, 'by nobody'],
  ['one holder', { key: KEY, type: 5 }, `write exclusive, registrants only, ${KEY}`],
  ['an array without', 'not supported', 'the array has no reservations'],
  ['not read', { unread: 'timed out: no answer' }, '? (timed out: no answer)'],
]
for (const [what, value, text] of answers)
  test(`who has reserved it: ${what}`, () => {
    const [row] = reservationRows(fleet, seen({ held: [held(value, ONE)] }))
    assert.deepEqual(row, ['reserved', text])
  })

test('paths that do not agree are named', () => {
  const split = [held({ key: NO_KEY, type: 7 }, ONE), held(undefined, TWO)]
  assert.deepEqual(reservationRows(fleet, seen({ held: split })).slice(0, 2), [
    ['reserved', 'write exclusive, all registrants', 'blade1 sdb'],
    ['reserved', 'by nobody', 'blade1 sdc'],
  ])
})

test('a path that tells nothing makes no rows, and the data is plain JSON', () => {
  assert.deepEqual(reservationRows(fleet, { held: [], keys: new Map(), nexuses: [], others: [] }), [])
  const data = JSON.parse(JSON.stringify(reservationData(fleet, seen())))
  assert.deepEqual(data.keys[0], {
    key: KEY,
    owner: { kind: 'ours', blade: 'blade1', number: 1, generation: 7 },
    count: 1,
  })
})
