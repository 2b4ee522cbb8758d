import assert from 'node:assert/strict'
import { test } from 'node:test'
import { explain } from '../../explain/explain.ts'
import { bytesOf } from '../../syntax/document.ts'
import { lintFleet } from '../index.ts'

const blade = (name: string, text: string, release = '0.9.4') => ({
  blade: name,
  explanation: explain({ release, main: { path: '/etc/multipath.conf', bytes: bytesOf(text) } }),
})
const table = (...entries: readonly (readonly [string, string])[]) =>
  `multipaths {\n${entries.map(([wwid, alias]) => `multipath {\nwwid ${wwid}\nalias ${alias}\n}\n`).join('')}}\n`
const kinds = (...blades: Parameters<typeof lintFleet>[0]) => lintFleet(blades).map(({ kind, about }) => [kind, about])

test('the same table on every blade is sound, whatever the order and the release', () => {
  const one = blade('b1', table(['3a', 'x'], ['3b', 'y']))
  assert.deepEqual(kinds(one, blade('b2', table(['3b', 'y'], ['3a', 'x']), '0.4.9')), [])
})

test('one alias for two LUNs', () => {
  const found = lintFleet([blade('b1', table(['3a', 'x'])), blade('b2', table(['3b', 'x']))])
  assert.deepEqual(found[0]?.kind, 'alias-of-two')
  assert.deepEqual(found[0]?.values, [
    { blade: 'b1', value: '3a', place: { file: '/etc/multipath.conf', line: 4, column: 1 } },
    { blade: 'b2', value: '3b', place: { file: '/etc/multipath.conf', line: 4, column: 1 } },
  ])
  assert.equal(found[0]?.severity, 'error')
})

test('one LUN with two aliases, and a LUN that a blade does not name', () => {
  assert.deepEqual(kinds(blade('b1', table(['3a', 'x'])), blade('b2', table(['3a', 'y']))), [['wwid-of-two', '3a']])
  assert.deepEqual(kinds(blade('b1', table(['3a', 'x'])), blade('b2', '')), [['alias-missing', '3a']])
})

test('values in effect that differ are told by section and keyword', () => {
  const strict = 'defaults {\nno_path_retry 12\n}\n'
  assert.deepEqual(kinds(blade('b1', strict), blade('b2', '')), [['value-differs', 'defaults no_path_retry']])
  assert.deepEqual(kinds(blade('b1', strict), blade('b2', strict)), [])
})

test('a blade whose file is refused is told and left out', () => {
  const found = kinds(blade('b1', table(['3a', 'x'])), blade('b2', 'blacklist {\nwwid "*"\n}\n'))
  assert.deepEqual(found, [['not-loaded', 'multipath.conf']])
})

test('patterns that differ are only told, for local disks have other names elsewhere; their order does not count', () => {
  const list = (...patterns: readonly string[]) => `blacklist {\n${patterns.map((one) => `${one}\n`).join('')}}\n`
  const one = blade('b1', list('devnode "^sda$"', 'wwid 3a', 'wwid 3b'))
  assert.deepEqual(kinds(one, blade('b2', list('wwid 3b', 'wwid 3a', 'devnode "^sda$"'))), [])
  const found = lintFleet([one, blade('b2', list('devnode "^sda$"', 'wwid 3b'))])
  assert.deepEqual(
    found.map(({ severity, about, values }) => [severity, about, values.map(({ value }) => value)]),
    [['info', 'blacklist wwid', ['3a, 3b', '3b']]],
  )
})
