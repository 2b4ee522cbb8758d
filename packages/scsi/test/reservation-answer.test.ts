import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  type Answer,
  bytesOfHex,
  initiatorText,
  parseReadFullStatus,
  parseReadKeys,
  parseReadReservation,
  parseReportCapabilities,
  parseTransportId,
  relativeTargetPort,
} from '../index.ts'
import { page83 } from './pages.ts'
import { fcId, iscsiId, listAnswer, registrant } from './reservation-bytes.ts'

const B1 = '00000000000000b1'
const B2 = '00000000000000b2'
const bytes = (hex: string): Uint8Array => bytesOfHex(hex) ?? assert.fail(hex)
const value = <T>(answer: Answer<T>): T => (answer.ok ? answer.value : assert.fail(JSON.stringify(answer)))
const fault = <T>(answer: Answer<T>): string => (answer.ok ? 'none' : answer.fault)

test('keys: one for each nexus, with the generation (recordings/80)', () => {
  assert.deepEqual(value(parseReadKeys(listAnswer(7, B1 + B1 + B2 + B2))), { generation: 7, keys: [B1, B1, B2, B2] })
  assert.deepEqual(value(parseReadKeys(listAnswer(0xfffffffe, ''))), { generation: 0xfffffffe, keys: [] })
})

test('keys: what stands behind the list is not read', () => {
  const answer = new Uint8Array(64)
  answer.set(listAnswer(1, B1))
  assert.deepEqual(value(parseReadKeys(answer)).keys, [B1])
})

test('reservation: type 5 names its holder’s key, type 7 names none, and none is none', () => {
  const held = (key: string, scopeType: string) => listAnswer(7, `${key}0000000000${scopeType}0000`)
  assert.deepEqual(value(parseReadReservation(held(B1, '05'))).held, { key: B1, type: 5 })
  assert.deepEqual(value(parseReadReservation(held('0'.repeat(16), '07'))).held, { key: '0'.repeat(16), type: 7 })
  assert.equal(value(parseReadReservation(listAnswer(7, ''))).held, undefined)
  for (const scopeType of ['00', '02', '04', '09', '15', 'f7'])
    assert.equal(fault(parseReadReservation(held(B1, scopeType))), 'type-invalid', scopeType)
})

test('capabilities: power loss, all target ports, and the types', () => {
  const lio = value(parseReportCapabilities(bytes('00081d81ea010000')))
  assert.deepEqual(lio, {
    canOutlivePower: true,
    outlivesPower: true,
    allTargetPorts: true,
    specifiedInitiators: true,
    types: [1, 3, 5, 6, 7, 8],
  })
  const poor = value(parseReportCapabilities(bytes('0008008022000000')))
  assert.deepEqual([poor.canOutlivePower, poor.outlivesPower, poor.types], [false, false, [1, 5]])
  assert.equal(value(parseReportCapabilities(bytes('0008010022000000'))).types, undefined)
})

test('full status: each nexus with its key, its ports, and what it holds', () => {
  const list = [
    registrant({ key: B1, id: fcId('20005254000a000b'), port: 1, flags: 1, scopeType: 7 }),
    registrant({ key: B1, id: fcId('20005254000b000b'), port: 2 }),
    registrant({ key: B2, id: iscsiId('iqn.1993-08.org.debian:01:blade2,i,0x00023D000001'), port: 3 }),
    registrant({ key: B2, id: iscsiId('iqn.1993-08.org.debian:01:blade2'), flags: 2 }),
  ].join('')
  const { generation, registrants } = value(parseReadFullStatus(listAnswer(9, list)))
  assert.equal(generation, 9)
  assert.deepEqual(registrants, [
    { key: B1, initiator: { protocol: 'fc', wwpn: '20005254000a000b' }, targetPort: 1, holds: 7 },
    { key: B1, initiator: { protocol: 'fc', wwpn: '20005254000b000b' }, targetPort: 2, holds: undefined },
    {
      key: B2,
      initiator: { protocol: 'iscsi', name: 'iqn.1993-08.org.debian:01:blade2', isid: '00023d000001' },
      targetPort: 3,
      holds: undefined,
    },
    {
      key: B2,
      initiator: { protocol: 'iscsi', name: 'iqn.1993-08.org.debian:01:blade2', isid: undefined },
      targetPort: undefined,
      holds: undefined,
    },
  ])
})

const ids = [
  ['SAS', `06000000${'500605b000000001'}`.padEnd(48, '0'), '500605b000000001'],
  ['another protocol', `0a${'00'.repeat(23)}`, `0a${'00'.repeat(23)}`],
  ['FC in a format that is none', `40${'00'.repeat(23)}`, `40${'00'.repeat(23)}`],
  ['FC cut off', '00'.repeat(15), '00'.repeat(15)],
  ['iSCSI of format 0 with a session', `05${iscsiId('iqn.x,i,0x00023d000001').slice(2)}`, undefined],
  ['iSCSI of format 1 without a session', `45${iscsiId('iqn.x').slice(2)}`, undefined],
  ['nothing', '', ''],
] as const
for (const [what, hex, text] of ids)
  test(`an initiator port’s name: ${what}`, () => {
    const id = parseTransportId(bytes(hex))
    assert.equal(initiatorText(id), text ?? hex)
  })

const broken = [
  ['no head', parseReadKeys(bytes('00000001000000')), 'short'],
  ['keys cut off', parseReadKeys(listAnswer(1, B1, 16)), 'cut-off'],
  ['half a key', parseReadKeys(listAnswer(1, '00000001')), 'length-invalid'],
  ['a list of 4 GiB', parseReadKeys(listAnswer(1, B1, 0xfffffff8)), 'cut-off'],
  ['half a reservation', parseReadReservation(listAnswer(1, B1)), 'length-invalid'],
  ['capabilities of no length', parseReportCapabilities(bytes('0000000000000000')), 'length-invalid'],
  ['a short answer of capabilities', parseReportCapabilities(bytes('0008')), 'short'],
  [
    'a descriptor that is longer than the list',
    parseReadFullStatus(listAnswer(1, registrant({ key: B1, id: fcId('20005254000a000b') }).slice(0, -2))),
    'length-invalid',
  ],
  [
    'a holder of no type',
    parseReadFullStatus(listAnswer(1, registrant({ key: B1, id: fcId('20005254000a000b'), flags: 1 }))),
    'type-invalid',
  ],
] as const
for (const [what, answer, expected] of broken)
  test(`a fault and not half an answer: ${what}`, () => assert.equal(fault<unknown>(answer), expected))

const parsers = [parseReadKeys, parseReadReservation, parseReportCapabilities, parseReadFullStatus]

test('any bytes give an answer or a fault, and so does any answer cut off anywhere', () => {
  const good = listAnswer(
    9,
    registrant({ key: B1, id: iscsiId('iqn.x,i,0x00023d000001'), flags: 1, scopeType: 7 }).repeat(3),
  )
  const cut = fc.nat(good.length).map((end) => good.slice(0, end))
  const changed = fc.tuple(fc.nat(good.length - 1), fc.nat(255)).map(([at, byte]) => good.with(at, byte))
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), cut, changed), (answer) => {
      for (const parse of parsers) assert.equal(typeof parse(answer).ok, 'boolean')
    }),
    { numRuns: 2000 },
  )
})

test('a list that was cut off is never a shorter list', () => {
  const good = listAnswer(9, (B1 + B2).repeat(20))
  for (let end = 0; end < good.length; end += 1) assert.equal(parseReadKeys(good.subarray(0, end)).ok, false, `${end}`)
})

test('the target port through which a page was asked', () => {
  const page = page83([
    { type: 3, id: Array.from({ length: 16 }, () => 0x60) },
    { type: 4, association: 1, id: [0, 0, 1, 2] },
  ])
  assert.equal(relativeTargetPort(page), 0x102)
  assert.equal(relativeTargetPort(page83([{ type: 4, association: 0, id: [0, 0, 0, 2] }])), undefined)
  assert.equal(relativeTargetPort(new Uint8Array()), undefined)
})
