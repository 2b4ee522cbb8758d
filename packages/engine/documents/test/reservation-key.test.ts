import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keyOf, NO_KEY, parseKey } from '@anyblade/scsi'
import { type Blade, documentedKey, type Fleet, freeBladeKey, keyOwner, ownerText, reservationKey } from '#documents'
import { b, fleetOf, LDAP } from '../../test/lab-fleet.ts'

const fleet = fleetOf()
const [blade1, ldap] = [fleet.blades.get(b('blade1')), fleet.volumes.get(LDAP)]
assert.ok(blade1 && ldap)

test('a key says fleet, blade and generation, and who reads it knows whose it is', () => {
  const key = reservationKey(fleet, blade1, 7)
  assert.equal(key, 'a1b2000100000007')
  assert.deepEqual(key && keyOwner(fleet, key), { kind: 'ours', blade: 'blade1', number: 1, generation: 7 })
  assert.equal(key && ownerText(keyOwner(fleet, key)), 'blade1, generation 7')
})

test('a blade without a number has no key', () => {
  assert.equal(reservationKey(fleet, { key: undefined }, 7), undefined)
})

const strangers = [
  ['another fleet’s', keyOf({ fleet: 0xa1b3, blade: 1, generation: 1 }) ?? NO_KEY, 'foreign'],
  ['set by hand', parseKey('0xb1')?.key ?? NO_KEY, 'foreign'],
  ['of no blade', parseKey('0xa1b2000000000001')?.key ?? NO_KEY, 'foreign'],
  [
    'a blade’s that is gone',
    keyOf({ fleet: 0xa1b2, blade: 9, generation: 3 }) ?? NO_KEY,
    'blade number 9 (in no document), generation 3',
  ],
] as const
for (const [whose, key, text] of strangers)
  test(`a key that is ${whose}`, () => assert.equal(ownerText(keyOwner(fleet, key)), text))

test('a volume’s key is its home’s in its generation, where the array guards it', () => {
  const guarded = { ...ldap, writer: 'array', home: b('blade2'), generation: 3 } as const
  assert.equal(documentedKey(fleet, guarded), 'a1b2000200000003')
  for (const volume of [ldap, { ...guarded, writer: 'shared' } as const, { ...guarded, home: b('blade3') }])
    assert.equal(documentedKey(fleet, volume), undefined)
})

const numbered = (...keys: number[]): Fleet => ({
  ...fleet,
  blades: new Map(keys.map((key, i): [Blade['name'], Blade] => [b(`blade${i + 1}` as 'blade1'), { ...blade1, key }])),
})

test('a new blade’s number is above all others, for a lower one may still be registered', () => {
  assert.deepEqual([freeBladeKey(numbered()), freeBladeKey(numbered(1, 7))], [1, 8])
  assert.throws(() => freeBladeKey(numbered(65535)), /65535, the last one, is given/)
})
