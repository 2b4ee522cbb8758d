/** The marked block: put in, exchanged, taken out, and refused where the release would not read it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aliasBlock, aliasesInEffect, explain, MultipathError, withAliasBlock } from '../../index.ts'

const utf8 = new TextEncoder()
const MAIN = utf8.encode(
  'defaults {\n\tverbosity 2\n}\nmultipaths {\n\tmultipath {\n\t\twwid A\n\t\talias a\n\t}\n}\n# the end\n',
)
const B = { wwid: 'B', alias: 'b' }
const C = { wwid: 'C', alias: 'c' }

for (const release of ['0.4.9', '0.5.0', '0.6.4', '0.7.9', '0.8.9', '0.9.4', '0.14.3'])
  test(`put in, exchanged and taken out under ${release}`, () => {
    const one = withAliasBlock(MAIN, release, [B])
    const two = withAliasBlock(one, release, [B, C])
    assert.deepEqual(
      [...aliasBlock(two, release)],
      [
        ['B', 'b'],
        ['C', 'c'],
      ],
    )
    const explanation = explain({ release, main: { path: 'F', bytes: two } })
    assert.deepEqual(
      new Map(aliasesInEffect(explanation)),
      new Map([
        ['A', 'a'],
        ['B', 'b'],
        ['C', 'c'],
      ]),
    )
    assert.deepEqual(withAliasBlock(two, release, [B]), one)
    assert.deepEqual(withAliasBlock(one, release, []), MAIN)
  })

const refused = [
  ['an alias the file gives to another WWID', MAIN, [{ wwid: 'B', alias: 'a' }], 'edit-refused'],
  ['a file with an open section', utf8.encode('defaults {\n'), [B], 'edit-refused'],
  ['a file that does not load', utf8.encode('blacklist {\nwwid "*"\n}\n'), [B], 'edit-refused'],
  ['half a block', utf8.encode('# anyblade: begin aliases\n'), [B], 'block-broken'],
  ['a name that is not safe', MAIN, [{ wwid: 'B', alias: 'x y' }], 'render-refused'],
] as const
for (const [name, main, aliases, code] of refused)
  test(`refused: ${name}`, () =>
    assert.throws(
      () => withAliasBlock(main, '0.9.4', aliases),
      (error) => error instanceof MultipathError && error.code === code,
    ))

test('a file without a last line end gets one only where it must', () => {
  const main = utf8.encode('defaults {\n\tverbosity 2\n}')
  const text = new TextDecoder().decode(withAliasBlock(main, '0.4.9', [B]))
  assert.match(text, /^defaults \{\n\tverbosity 2\n\}\n# anyblade: begin aliases/)
})
