import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ScsiDevice } from '@anyblade/engine'
import { parseReport } from '../probe.parse.ts'
import { parseDaemon, parseReservations } from '../reservations.parse.ts'
import { Garbled, Section } from '../sections.ts'
import { answer, QUESTION, value } from './an-answer.ts'

const HCTL = '2:0:1:5'
const device: ScsiDevice = {
  hctl: HCTL,
  host: 2,
  channel: 0,
  target: 1,
  lun: 5,
  sd: 'sda',
  sg: 'sg0',
  state: 'running',
  inquiry: { state: 'refused', because: 'not asked' },
}
const section = (...lines: string[]): Section => new Section(lines)
const KEYS = '0000000700000008a1b2000100000001'
const line = (keys: readonly [string, string]) =>
  ['reservation', HCTL, ...keys, ...Array(3).fill(['ok', '0000000700000000']).flat()].join('\t')
const only = (san: Section, hasPython = true) => {
  const [path] = parseReservations(san, [device], new Set(['sda']), hasPython)
  return path ?? assert.fail('no path')
}

const readings = [
  ['keys', ['ok', KEYS], 'read', ''],
  ['no such command', ['unsupported', 'sense 5/20/00'], 'read', ''],
  [
    'SPC-2 RESERVE of somebody',
    ['conflict', 'status 0x18, host 0x0, driver 0x0'],
    'refused',
    'reservation conflict (status 0x18, host 0x0, driver 0x0)',
  ],
  ['no LUN there', ['gone', 'sense 5/25/00'], 'refused', 'sense 5/25/00'],
  ['silence', ['silent', 'the device gave no answer in 4 s'], 'timed out', 'the device gave no answer in 4 s'],
  ['a list cut off', ['ok', '0000000700000010a1b2000100000001'], 'garbled', 'an answer that is cut-off: 8 of 16 bytes'],
] as const
for (const [what, keys, state, because] of readings)
  test(`keys of a path, ${state}: ${what}`, () => {
    const reading = only(section(line(keys))).keys
    assert.equal(reading.state, state)
    assert.equal(reading.state === 'read' ? '' : reading.because, because)
  })

test('a path that told nothing is silent, and unread where no python3 is there to ask', () => {
  assert.equal(only(section()).keys.state, 'timed out')
  assert.deepEqual(only(section(), false).keys, {
    state: 'refused',
    because: 'without python3 reservations are not read',
  })
})

test('which target port it leads to, by its own page 0x83', () => {
  const page = `0083001c01030010${'60'.repeat(16)}01140004${'00000002'}`
  assert.equal(
    only(section(line(['ok', KEYS]), ['inquiry', HCTL, 'ok', '', '', '', page, '', ''].join('\t'))).targetPort,
    2,
  )
  assert.equal(only(section(line(['ok', KEYS]), `inquiry\t${HCTL}\tgone\tx`)).targetPort, undefined)
})

test('only paths of the maps asked about', () =>
  assert.deepEqual(parseReservations(section(), [device], new Set(), true), []))

const daemons = [
  ['0xb1', '1', true],
  ['0xb1:aptpl', 'set', true],
  ['none', '0', false],
  ['none', 'unset', false],
  ['none', 'unknown', 'unknown'],
  ['fail', 'fail', 'unknown'],
] as const
for (const [key, status, registers] of daemons)
  test(`multipathd: key ${key}, status ${status}`, () => {
    const { maps } = parseDaemon(section(`map\tdm-3\t${key}\t${status}`, 'prkeys\t'))
    assert.equal(maps.get('dm-3')?.registers, registers)
    assert.equal(maps.get('dm-3')?.key?.key, key.startsWith('0x') ? '00000000000000b1' : undefined)
  })

test('a setting that is none is garbled', () => {
  assert.throws(() => parseDaemon(section('configured\t\tfoil', 'prkeys\t')), Garbled)
})

test('bytes that are none are garbled', () => {
  assert.throws(() => only(section(line(['ok', 'xyz']))), Garbled)
})

test('a map that was asked about: each path’s own word on its reservation, and multipathd’s part', () => {
  const { reservations, registering } = value(parseReport(answer(), QUESTION))
  const [five, gone] = reservations
  assert.deepEqual(
    [five?.hctl, five?.sd, five && value(five.keys)],
    ['2:0:1:5', 'sda', { generation: 7, keys: ['a1b2000100000001', 'a1b2000100000001'] }],
  )
  assert.deepEqual(five && value(five.reservation), { generation: 7, held: { key: '0'.repeat(16), type: 7 } })
  assert.deepEqual(five && value(five.capabilities), 'not supported')
  assert.deepEqual(gone?.keys, { state: 'refused', because: 'sense 5/25/00' })
  const daemon = value(registering)
  const b1 = { key: '00000000000000b1', aptpl: true }
  assert.deepEqual(daemon, {
    configured: new Map([['', 'file']]),
    maps: new Map([['dm-0', { key: b1, registers: true }]]),
    prkeys: [{ ...b1, wwid: '360014' }],
  })
})

test('who asks for no reservations is told none', () => {
  const report = value(parseReport(answer(), { ...QUESTION, reservations: [] }))
  assert.deepEqual([report.reservations, report.registering.state], [[], 'refused'])
})
