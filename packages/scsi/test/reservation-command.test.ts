import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keyOf, NO_KEY, type ReserveOut, reserveIn, reserveOut } from '../index.ts'

const own = keyOf({ fleet: 0xa1b2, blade: 1, generation: 2 }) ?? NO_KEY
const foe = keyOf({ fleet: 0xa1b2, blade: 2, generation: 1 }) ?? NO_KEY
const OWN = 'a1b2000100000002'
const FOE = 'a1b2000200000001'
const ZERO = '0'.repeat(16)

const commands: readonly (readonly [ReserveOut, string, string])[] = [
  [
    { kind: 'register', key: NO_KEY, newKey: own, aptpl: true },
    '5f000000000000001800',
    `${ZERO}${OWN}0000000001000000`,
  ],
  [
    { kind: 'register', key: own, newKey: NO_KEY, aptpl: false },
    '5f000000000000001800',
    `${OWN}${ZERO}0000000000000000`,
  ],
  [{ kind: 'register-ignore', newKey: own, aptpl: true }, '5f060000000000001800', `${ZERO}${OWN}0000000001000000`],
  [{ kind: 'reserve', key: own, type: 7 }, '5f010700000000001800', `${OWN}${ZERO}0000000000000000`],
  [{ kind: 'preempt', key: own, victim: foe, type: 7 }, '5f040700000000001800', `${OWN}${FOE}0000000000000000`],
  [
    { kind: 'preempt-and-abort', key: own, victim: foe, type: 5 },
    '5f050500000000001800',
    `${OWN}${FOE}0000000000000000`,
  ],
]
for (const [command, cdb, parameters] of commands)
  test(`the bytes of ${command.kind}`, () => {
    const bytes = reserveOut(command)
    assert.equal(Buffer.from(bytes.cdb).toString('hex'), cdb)
    assert.equal(Buffer.from(bytes.parameters).toString('hex'), parameters)
  })

test('what is read, and how much of it', () => {
  assert.equal(Buffer.from(reserveIn('keys', 8192)).toString('hex'), '5e000000000000200000')
  assert.equal(Buffer.from(reserveIn('full-status', 65535)).toString('hex'), '5e030000000000ffff00')
})
