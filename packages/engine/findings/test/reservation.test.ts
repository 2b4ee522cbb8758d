import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NO_KEY, parseKey, type Registrant, type ReservationKey } from '@anyblade/scsi'
import { reservationKey } from '#documents'
import { prove, questionOf } from '#findings'
import { type BladeReport, type PathReservation, type Reading, read } from '#survey'
import { b, device, fleetOf, LDAP, OTHER, report, SIZE, surveyOf, WWID, wwpnOf } from '../../test/lab-fleet.ts'

const fleet = fleetOf()
const keyFor = (blade: 'blade1' | 'blade2', generation: number): ReservationKey => {
  const document = fleet.blades.get(b(blade))
  return (document && reservationKey(fleet, document, generation)) ?? assert.fail()
}
const OWN = keyFor('blade1', 7)
const THEIRS = keyFor('blade2', 8)
const STALE = keyFor('blade1', 6)
const FOREIGN = parseKey('0xb1')?.key ?? assert.fail()
const claim = {
  kind: 'reservation',
  blade: b('blade1'),
  volume: { alias: LDAP, wwid: WWID, size: SIZE },
  key: OWN,
  besides: [],
} as const

type Said = {
  readonly type?: 5 | 7
  readonly heldKey?: ReservationKey
  readonly keys?: readonly ReservationKey[]
  readonly registrants?: readonly Registrant[]
}
const registrant = (
  fabric: 'A' | 'B',
  key = OWN,
  targetPort: number | undefined = fabric === 'A' ? 1 : 2,
): Registrant => ({
  key,
  initiator: { protocol: 'fc', wwpn: wwpnOf(fabric, '0b') },
  targetPort,
  holds: undefined,
})
const BOTH = [registrant('A'), registrant('B')]
const held = ({ type = 7, heldKey = NO_KEY }: Said) => ({ generation: 3, held: { key: heldKey, type } })

/** What the LUN says through the path of a fabric; it is the same through each. */
function path(fabric: 'A' | 'B', said: Said, change: Partial<PathReservation> = {}): PathReservation {
  const registrants = said.registrants ?? BOTH
  return {
    hctl: device(fabric, 'sdx').hctl,
    sd: fabric === 'A' ? 'sdb' : 'sdc',
    targetPort: fabric === 'A' ? 1 : 2,
    keys: read({ generation: 3, keys: said.keys ?? registrants.map((one) => one.key) }),
    reservation: read(held(said)),
    capabilities: read('not supported'),
    fullStatus: read({ generation: 3, registrants }),
    ...change,
  }
}
const through = (said: Said, change: Partial<PathReservation> = {}): Partial<BladeReport> => ({
  reservations: [path('A', said, change), path('B', said, change)],
})
/** What the array says that it can; `types` as it reserves. */
const can = (types: readonly (5 | 7)[] | undefined, outlivesPower = true) => ({
  capabilities: read({
    canOutlivePower: outlivesPower,
    outlivesPower,
    allTargetPorts: false,
    specifiedInitiators: false,
    types,
  }),
})
const silent: Reading<never> = { state: 'timed out', because: 'no answer in 5 s' }
const NOBODY = { reservation: read({ generation: 3, held: undefined }) }
const NO_STATUS = { fullStatus: read('not supported' as const) }
const [map] = report('blade1').maps
assert.ok(map)
const failedB = { maps: [{ ...map, slaves: [map.slaves[0] ?? assert.fail(), { sd: 'sdc', dm: 'failed' as const }] }] }

type Verdict = 'proved' | 'refuted' | 'unknown'
const cases: readonly (readonly [string, Partial<BladeReport>, Verdict, RegExp, object?])[] = [
  ['reserved, and both paths registered', through({}), 'proved', /all registrants; 2 of 2 paths registered/],
  [
    'registered at all target ports at once',
    through({ registrants: [registrant('A', OWN, undefined), registrant('B', OWN, undefined)] }),
    'proved',
    /2 of 2/,
  ],
  [
    'a path that the kernel has failed need not be registered',
    { ...failedB, ...through({ registrants: [registrant('A')] }) },
    'proved',
    /1 of 1/,
  ],
  [
    'type 5 where the array can do no other, held by this key; it says how much that is worth',
    through({ type: 5, heldKey: OWN }, can([5])),
    'proved',
    /registrants only; 2 of 2 paths registered; it hangs on one path/,
  ],
  [
    'type 5 where the array can do 7',
    through({ type: 5, heldKey: OWN }, can([5, 7])),
    'refuted',
    /not write exclusive, all/,
  ],
  ['type 7 where the array does not say what it can', through({}, can(undefined)), 'proved', /all registrants/],
  ['an array that can do neither', through({}, can([])), 'refuted', /neither as type 7 nor as type 5/],
  ['an array that forgets it with its power', through({}, can([7], false)), 'proved', /forgets it with its power/],
  [
    'a destination’s key that is expected',
    through({ registrants: [...BOTH, registrant('A', THEIRS, 3)] }),
    'proved',
    /2 of 2/,
    { besides: [THEIRS] },
  ],
  ['nobody has reserved it', through({}, NOBODY), 'refuted', /^reservation absent/],
  ['nobody has even registered', through({ registrants: [] }, NOBODY), 'refuted', /^reservation absent/],
  [
    'another type',
    through({ type: 5, heldKey: OWN }),
    'refuted',
    /registrants only, not write exclusive, all registrants/,
  ],
  ['type 5, held by another key', through({ type: 5, heldKey: THEIRS }, can([5])), 'refuted', /under another key/],
  ['one path is not registered', through({ registrants: [registrant('A')] }), 'refuted', /^unregistered path sdc:/],
  [
    'a path is registered at another target port only',
    through({ registrants: [registrant('A'), registrant('B', OWN, 9)] }),
    'refuted',
    /^unregistered path/,
  ],
  [
    'a stranger is registered',
    through({ registrants: [...BOTH, registrant('A', FOREIGN, 3)] }),
    'refuted',
    /^foreign key/,
  ],
  [
    'a stranger is registered, and nobody has reserved it',
    through({ registrants: [registrant('A', FOREIGN)] }, NOBODY),
    'refuted',
    /^foreign key/,
  ],
  [
    'another blade is registered',
    through({ registrants: [...BOTH, registrant('A', THEIRS, 3)] }),
    'refuted',
    /^another key of this fleet/,
  ],
  [
    'this blade’s former key is still there',
    through({ registrants: [registrant('A'), registrant('B', STALE)] }),
    'refuted',
    /^another key of this fleet/,
  ],
  [
    'an array without reservations',
    through({}, { keys: read('not supported') }),
    'refuted',
    /has no persistent reservations/,
  ],
  ['who is registered is not said, but the count is right', through({}, NO_STATUS), 'proved', /2 of 2/],
  [
    'who is registered is not said, and a key is missing',
    through({ keys: [OWN] }, NO_STATUS),
    'refuted',
    /^unregistered path/,
  ],
  [
    'who is registered is not said, and there are more keys than paths',
    through({ keys: [OWN, OWN, OWN] }, NO_STATUS),
    'unknown',
    /nobody says which paths/,
  ],
  [
    'a path that does not say to which target port it leads',
    through({ keys: [OWN, OWN, OWN] }, { targetPort: undefined }),
    'unknown',
    /nobody says which paths/,
  ],
  [
    'one path is silent',
    { reservations: [path('A', {}), path('B', {}, { keys: silent })] },
    'unknown',
    /not every path .* says who has reserved it/,
  ],
  ['one path was not asked', { reservations: [path('A', {})] }, 'unknown', /not every path/],
  [
    'a path that leads to another LUN',
    { ...through({}), devices: [device('A', 'sdb'), device('B', 'sdc', OTHER)] },
    'unknown',
    /known to lead to it/,
  ],
  ['there is no map', { ...through({}), maps: [] }, 'unknown', /no path on blade1 carries ldap/],
]
for (const [rule, change, verdict, because, other] of cases)
  test(`reservation ${verdict}: ${rule}`, () => {
    const survey = surveyOf(fleet, { blade1: report('blade1', change) })
    const finding = prove({ ...claim, ...other }, fleet, survey)
    assert.equal(finding.verdict, verdict, finding.because)
    assert.match(finding.because, because)
  })

test('the evidence names each path, and whose key is whose', () => {
  const survey = surveyOf(fleet, { blade1: report('blade1', through({ registrants: [registrant('A')] })) })
  assert.deepEqual(prove(claim, fleet, survey).evidence, [
    `key  ${OWN}  blade1, generation 7`,
    `sdb  A  ${wwpnOf('A', '0b')} at port 1  ${OWN}`,
    `sdc  B  ${wwpnOf('B', '0b')} at port 2  not registered`,
  ])
})

test('what is absent or unregistered names the command that puts it back; a foreign key names who holds it', () => {
  const nextOf = (change: Partial<BladeReport>) =>
    prove(claim, fleet, surveyOf(fleet, { blade1: report('blade1', change) }))
  for (const lost of [through({}, NOBODY), through({ registrants: [registrant('A')] })])
    assert.equal(nextOf(lost).next, 'anyblade volume reassert ldap')
  const foreign = nextOf(through({ registrants: [...BOTH, registrant('A', FOREIGN, 3)] }))
  assert.deepEqual(foreign.evidence, [`${FOREIGN}  foreign, at ${wwpnOf('A', '0b')}`])
})

const reassertable = { ...claim, kind: 'reassertable' } as const
const lost: readonly (readonly [string, Partial<BladeReport>, Verdict, RegExp])[] = [
  ['all is there', through({}), 'proved', /^nothing is missing/],
  [
    'all is lost',
    through({ registrants: [] }, NOBODY),
    'proved',
    /missing: the reservation, and .* sdb sdc; nobody else/,
  ],
  ['one path', through({ registrants: [registrant('A')] }), 'proved', /missing: the registration of sdc/],
  [
    'one path has the blade’s former key',
    through({ registrants: [registrant('A'), registrant('B', STALE)] }),
    'proved',
    /sdc/,
  ],
  [
    'a former key stands elsewhere',
    through({ registrants: [...BOTH, registrant('A', STALE, 9)] }),
    'refuted',
    /^another key/,
  ],
  [
    'another blade is registered',
    through({ registrants: [registrant('A', THEIRS, 3)] }, NOBODY),
    'refuted',
    /^another key/,
  ],
  [
    'a stranger is registered',
    through({ registrants: [registrant('A', FOREIGN, 3)] }, NOBODY),
    'refuted',
    /^foreign key/,
  ],
  [
    'it is reserved as another type',
    through({ type: 5, heldKey: THEIRS }),
    'refuted',
    /reserved as .*registrants only by/,
  ],
  [
    'one path is silent',
    { reservations: [path('A', {}), path('B', {}, { keys: silent })] },
    'unknown',
    /not every path/,
  ],
]
for (const [rule, change, verdict, because] of lost)
  test(`reassertable ${verdict}: ${rule}`, () => {
    const finding = prove(reassertable, fleet, surveyOf(fleet, { blade1: report('blade1', change) }))
    assert.equal(finding.verdict, verdict, finding.because)
    assert.match(finding.because, because)
  })

test('reservation unknown: the blade gave no answer', () => {
  assert.equal(prove(claim, fleet, surveyOf(fleet, { blade1: silent })).verdict, 'unknown')
})

test('the blade is asked about this volume’s reservation and no other', () => {
  assert.deepEqual(questionOf([claim], fleet).blades.get(b('blade1'))?.reservations, [LDAP])
})
