/** Nothing is lost, whatever the bytes; and the time it takes grows with the length alone. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { dialectOf, explain, parse, parseText, print } from '../../index.ts'
import { tokens } from '../token.ts'

const RELEASES = ['0.4.9', '0.5.0', '0.6.4', '0.7.9', '0.8.4', '0.8.9', '0.9.4', '0.14.3']

const rules = [
  ['an unclosed string takes the rest', '0.9.4', 'alias "vm 1', ['word alias', 'quote ', 'string vm 1']],
  ['a comment may begin inside a word', '0.9.4', 'product ID#2', ['word product', 'word ID']],
  ['an exclamation mark is a comment too', '0.9.4', 'devnode !^sd', ['word devnode']],
  ['in a string it is text', '0.9.4', 'devnode "!^sd"', ['word devnode', 'quote ', 'string !^sd', 'quote ']],
  ['before 0.8.5 it starts a comment there', '0.8.4', 'devnode "!^sd"', ['word devnode', 'quote ']],
  ['two marks in a string are one', '0.9.4', 'a "b""c"', ['word a', 'quote ', 'string b"c', 'quote ']],
  [
    'before 0.7.6 they end it and begin another',
    '0.7.4',
    'a "b""c"',
    ['word a', 'quote "', 'string b', 'quote "', 'quote "', 'string c', 'quote "'],
  ],
  ['braces stand alone', '0.9.4', 'defaults{ }', ['word defaults', 'brace {', 'brace }']],
  ['bytes from 0x80 on are gaps', '0.9.4', '\xef\xbb\xbfa\xa0b', ['word a', 'word b']],
] as const
for (const [rule, release, line, expected] of rules)
  test(`${rule}: ${line}`, () => {
    const found = tokens(line, dialectOf(release)).map(({ kind, text }) => `${kind} ${text}`)
    assert.deepEqual(found, expected)
  })

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 3000 }),
  fc
    .array(
      fc.constantFrom(
        'defaults {',
        'multipaths {',
        'multipath {',
        '}',
        '"',
        '#',
        '\n',
        '\r',
        '\0',
        ' wwid ',
        'x'.repeat(1100),
        '\xa0',
      ),
    )
    .map((parts) => Uint8Array.from(parts.join(''), (c) => c.charCodeAt(0))),
)

for (const release of RELEASES)
  test(`print(parse(bytes)) is bytes under ${release}`, () => {
    fc.assert(fc.property(bytes, (given) => assert.deepEqual(print(parse(given, release)), given)))
  })

test('a node says where it stands', () => {
  const document = parseText('defaults {\n\tverbosity 3 # note\n}\n', '0.9.4')
  const [section] = document.nodes
  assert.ok(section?.kind === 'section')
  const [statement] = section.children
  assert.ok(statement?.kind === 'statement')
  assert.deepEqual([statement.line.number, statement.value], [2, { text: '3', start: 11, end: 12, quoted: false }])
  assert.equal(section.close?.line.number, 3)
})

const large = [
  ['a line of 1 MiB', `defaults {\n\tverbosity 3 # ${'x'.repeat(1 << 20)}\n}\n`],
  ['a string of 1 MiB without an end', `defaults {\n\tprio "${'x'.repeat(1 << 20)}`],
  ['100,000 unclosed braces', 'defaults {\n'.repeat(100_000)],
  ['100,000 braces on one line', '{'.repeat(100_000)],
  ['100,000 closing braces', '}\n'.repeat(100_000)],
  ['deep nesting of known sections', 'devices {\ndevice {\n'.repeat(50_000)],
] as const
for (const [name, text] of large)
  for (const release of ['0.4.9', '0.9.4'])
    test(`${name} under ${release}`, { timeout: 20_000 }, () => {
      const given = Uint8Array.from(text, (character) => character.charCodeAt(0))
      assert.equal(print(parse(given, release)).length, given.length)
      explain({ release, main: { path: '/etc/multipath.conf', bytes: given } })
    })
