import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { nearest } from '../nearest.ts'

const names = ['ldap', 'ldap2', 'www', 'blade1', 'blade2', 'postgres']
const slips = [
  ['a letter too much', 'ldapp', ['ldap', 'ldap2']],
  ['a letter too few', 'postgrs', ['postgres']],
  ['two turned round', 'pogstres', ['postgres']],
  ['the nearest first', 'blade11', ['blade1', 'blade2']],
  ['nothing like it', 'mail', []],
  ['nothing', '', []],
] as const
for (const [slip, typed, meant] of slips)
  test(`${slip}: ${typed}`, () => assert.deepEqual(nearest(typed, names), meant))

test('what was typed right is nearest to itself, and at most three are named', () => {
  const text = fc.string({ minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(fc.array(text, { minLength: 1 }), fc.nat(), (known, at) => {
      const typed = known[at % known.length] ?? ''
      const found = nearest(typed, known)
      return found[0] === typed && found.length <= 3
    }),
  )
})

test('a word of any length is compared in bounded time', () => {
  const long = 'a'.repeat(1_000_000)
  assert.deepEqual(nearest(long, names), [])
  assert.deepEqual(nearest('ldap', [long]), [])
})
