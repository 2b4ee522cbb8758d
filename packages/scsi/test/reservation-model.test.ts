import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  applyReservation,
  heldKey,
  keyOf,
  type ModelCommand,
  mayRead,
  mayWrite,
  type Nexus,
  NO_KEY,
  powerLost,
  RESERVATION_TYPES,
  type ReservationState,
  type ReservationType,
  registeredKey,
  sameNexus,
  UNRESERVED,
  unmapped,
} from '../index.ts'

const key = (blade: number) => keyOf({ fleet: 0xa1b2, blade, generation: 1 }) ?? assert.fail()
const [B1, B2, B3] = [key(1), key(2), key(3)]
const nexus = (blade: number, fabric: string): Nexus => ({
  initiator: `blade${blade}-${fabric}`,
  target: `san1-${fabric}`,
})
const [A1, A1b, A2, A2b] = [nexus(1, 'A'), nexus(1, 'B'), nexus(2, 'A'), nexus(2, 'B')]

/** The state after these commands, each of which must be good. */
function after(state: ReservationState, ...steps: readonly (readonly [Nexus, ModelCommand])[]): ReservationState {
  return steps.reduce((now, [by, command]) => {
    const applied = applyReservation(now, by, command)
    return applied.status === 'good' ? applied.state : assert.fail(`${command.kind}: ${applied.status}`)
  }, state)
}
const statusOf = (state: ReservationState, by: Nexus, command: ModelCommand) =>
  applyReservation(state, by, command).status
const register = (newKey = B1, own = NO_KEY, aptpl = false): ModelCommand => ({
  kind: 'register',
  key: own,
  newKey,
  aptpl,
})
const ignore = (newKey = B1, aptpl = false): ModelCommand => ({ kind: 'register-ignore', newKey, aptpl })
const reserve = (type: ReservationType, own = B1): ModelCommand => ({ kind: 'reserve', key: own, type })
const preempt = (own: typeof B1, victim: typeof B1, type: ReservationType): ModelCommand => ({
  kind: 'preempt-and-abort',
  key: own,
  victim,
  type,
})
const keys = ({ registrations }: ReservationState) => registrations.map((one) => one.key)

/** blade1 registered on both fabrics, and reserved through fabric A. */
const reserved = (type: ReservationType) => after(UNRESERVED, [A1, register()], [A1b, register()], [A1, reserve(type)])

describe('as measured in the lab (facts: reservations.md)', () => {
  test('a key is there once for each nexus', () => assert.deepEqual(keys(reserved(5)), [B1, B1]))

  for (const type of [5, 7] as const) {
    test(`type ${type}: who is not registered writes nothing, and reads`, () => {
      const state = reserved(type)
      assert.deepEqual(
        [A1, A1b, A2].map((one) => mayWrite(state, one)),
        [true, true, false],
      )
      assert.ok(mayRead(state, A2))
    })

    test(`type ${type}: a fence takes the other blade’s nexuses, and this one writes`, () => {
      const registered = after(reserved(type), [A2, register(B2)], [A2b, register(B2)])
      const fenced = applyReservation(registered, A2, preempt(B2, B1, type))
      assert.ok(fenced.status === 'good')
      assert.deepEqual(
        [keys(fenced.state), fenced.lost],
        [
          [B2, B2],
          [A1, A1b],
        ],
      )
      assert.deepEqual(
        [A1, A1b, A2, A2b].map((one) => mayWrite(fenced.state, one)),
        [false, false, true, true],
      )
      assert.equal(heldKey(fenced.state), type === 7 ? NO_KEY : B2)
    })

    test(`type ${type}: a destination that unregisters leaves the source’s keys and reservation`, () => {
      const registered = after(reserved(type), [A2, register(B2)])
      assert.ok(mayWrite(registered, A2), 'until it is undone, the destination can write')
      const undone = after(registered, [A2, register(NO_KEY, B2)])
      assert.deepEqual([mayWrite(undone, A2), keys(undone), undone.held?.type], [false, [B1, B1], type])
    })

    test(`type ${type}: who was fenced writes again once it registers, which multipathd before 0.13 may do`, () => {
      const fenced = after(reserved(type), [A2, register(B2)], [A2, preempt(B2, B1, type)])
      assert.ok(mayWrite(after(fenced, [A1, ignore()]), A1))
    })

    test(`type ${type}: a preempt that comes again is a conflict: the key is gone`, () => {
      const fenced = after(reserved(type), [A2, register(B2)], [A2, preempt(B2, B1, type)])
      assert.equal(statusOf(fenced, A2, preempt(B2, B1, type)), 'conflict')
    })

    test(`type ${type}: the array forgets a nexus that holds nothing alone: the reservation stays`, () => {
      const state = unmapped(reserved(type), A1b)
      assert.deepEqual([mayWrite(state, A1), mayWrite(state, A1b), state.held?.type], [true, false, type])
      assert.ok(mayWrite(after(state, [A1b, ignore()]), A1b))
    })
  }

  test('register is a conflict on a nexus that is registered, register and ignore is not', () => {
    assert.equal(statusOf(reserved(5), A1, register()), 'conflict')
    assert.deepEqual(keys(after(reserved(5), [A1, ignore()])), [B1, B1])
  })

  test('type 5: a holder that unregisters frees the LUN for all', () => {
    const freed = after(reserved(5), [A1, register(NO_KEY, B1)], [A1b, register(NO_KEY, B1)])
    assert.deepEqual([freed.held, mayWrite(freed, A2)], [undefined, true])
  })

  test('type 5 hangs on one nexus: with its mapping the reservation goes, and nobody reserves again', () => {
    const lost = unmapped(reserved(5), A1)
    assert.deepEqual([lost.held, mayWrite(lost, A2)], [undefined, true])
    assert.ok(mayWrite(after(lost, [A1, ignore()]), A2), 'to register again does not bring it back')
  })

  test('type 7 hangs on all of them: it goes with the last', () => {
    const one = unmapped(reserved(7), A1)
    assert.deepEqual([one.held?.type, mayWrite(one, A1), mayWrite(one, A2)], [7, false, false])
    assert.equal(unmapped(one, A1b).held, undefined)
  })

  test('type 7 says no holder’s key', () => assert.equal(heldKey(reserved(7)), NO_KEY))

  test('keys on a blade that it does not run on: who reserves shuts the running one out', () => {
    const state = after(UNRESERVED, [A2, register(B2)], [A2, reserve(7, B2)])
    assert.equal(mayWrite(state, A1), false)
    assert.ok(mayWrite(after(state, [A1, register()]), A1))
  })

  test('an array that reboots keeps all or nothing, as the last registration said', () => {
    const kept = after(UNRESERVED, [A1, register(B1, NO_KEY, true)], [A1, reserve(7)])
    assert.deepEqual([powerLost(kept).held, keys(powerLost(kept))], [kept.held, [B1]])
    assert.deepEqual(powerLost(after(kept, [A1, ignore(B1, false)])), UNRESERVED)
  })

  test('registering at the landing, then preempting: the source is shut out', () => {
    const landed = after(reserved(7), [A2, ignore(B2)], [A2b, ignore(B2)], [A2, preempt(B2, B1, 7)])
    assert.deepEqual([mayWrite(landed, A1), mayWrite(landed, A2b), landed.held?.type], [false, true, 7])
  })

  test('each change of registrations counts, a reserve does not', () => {
    assert.equal(reserved(5).generation, 2)
    assert.equal(after(reserved(5), [A2, register(B2)], [A2, preempt(B2, B1, 5)]).generation, 4)
  })
})

/** Who may write and read: holder, registrant, stranger. */
const rights = [
  [1, 'w--', 'rrr'],
  [3, 'w--', 'r--'],
  [5, 'ww-', 'rrr'],
  [6, 'ww-', 'rr-'],
  [7, 'ww-', 'rrr'],
  [8, 'ww-', 'rr-'],
] as const
for (const [type, writes, reads] of rights)
  test(`type ${type}: holder, registrant and stranger may ${writes} and ${reads}`, () => {
    const state = after(UNRESERVED, [A1, register()], [A1, reserve(type)], [A2, register(B2)])
    const told = (may: typeof mayRead, letter: string) =>
      [A1, A2, A2b].map((one) => (may(state, one) ? letter : '-')).join('')
    assert.deepEqual([told(mayWrite, 'w'), told(mayRead, 'r')], [writes, reads])
  })

const refusals: readonly (readonly [string, ReservationState, Nexus, ModelCommand, string])[] = [
  ['a stranger that registers with a key that it does not have', UNRESERVED, A1, register(B2, B1), 'conflict'],
  ['a stranger that reserves', UNRESERVED, A1, reserve(7), 'conflict'],
  ['a registrant with another’s key', reserved(7), A1, reserve(7, B2), 'conflict'],
  ['a second type', reserved(7), A1, reserve(5), 'conflict'],
  [
    'a registrant that reserves what another holds',
    after(reserved(5), [A2, register(B2)]),
    A2,
    reserve(5, B2),
    'conflict',
  ],
  ['a holder that reserves once more', reserved(5), A1, reserve(5), 'good'],
  [
    'another registrant of type 7 that reserves once more',
    after(reserved(7), [A2, register(B2)]),
    A2,
    reserve(7, B2),
    'good',
  ],
  ['a stranger that preempts', reserved(7), A2, preempt(B2, B1, 7), 'conflict'],
  ['a preempt of nobody', reserved(7), A1, preempt(B1, B3, 7), 'conflict'],
  ['a preempt of all under type 5', reserved(5), A1, preempt(B1, NO_KEY, 5), 'illegal'],
  [
    'a release by who holds nothing',
    after(reserved(5), [A2, register(B2)]),
    A2,
    { kind: 'release', key: B2, type: 5 },
    'good',
  ],
  ['a release of another type', reserved(5), A1, { kind: 'release', key: B1, type: 7 }, 'illegal'],
]
for (const [what, state, by, command, status] of refusals)
  test(`${status}: ${what}`, () => assert.equal(statusOf(state, by, command), status))

test('a preempt of all under type 7 leaves the sender alone, with the type that it asked for', () => {
  const state = after(reserved(7), [A2, register(B2)], [A2, preempt(B2, NO_KEY, 5)])
  assert.deepEqual([keys(state), state.held], [[B2], { type: 5, holder: A2 }])
})

test('a holder that preempts its own key under type 5 keeps this nexus and loses its others', () => {
  const state = after(reserved(5), [A1, preempt(B1, B1, 7)])
  assert.deepEqual([state.registrations, state.held?.type], [[{ nexus: A1, key: B1 }], 7])
})

test('release and clear free the LUN for all; that is why nobody sends them', () => {
  for (const command of [
    { kind: 'release', key: B1, type: 7 },
    { kind: 'clear', key: B1 },
  ] as const)
    assert.ok(mayWrite(after(reserved(7), [A1, command]), A2), command.kind)
})

// -- laws -------------------------------------------------------------------------------------------------------------

const someNexus = fc.constantFrom(A1, A1b, A2, A2b, nexus(3, 'A'))
const someKey = fc.constantFrom(B1, B2, B3)
const anyKey = fc.oneof(someKey, fc.constant(NO_KEY))
const someType = fc.constantFrom(...RESERVATION_TYPES)
const registering: fc.Arbitrary<ModelCommand> = fc.oneof(
  fc.record({ kind: fc.constant('register' as const), key: anyKey, newKey: anyKey, aptpl: fc.boolean() }),
  fc.record({ kind: fc.constant('register-ignore' as const), newKey: anyKey, aptpl: fc.boolean() }),
)
const seizing: fc.Arbitrary<ModelCommand> = fc.oneof(
  fc.record({ kind: fc.constant('reserve' as const), key: someKey, type: someType }),
  fc.record({
    kind: fc.constantFrom('preempt' as const, 'preempt-and-abort' as const),
    key: someKey,
    victim: anyKey,
    type: someType,
  }),
)
const freeing: fc.Arbitrary<ModelCommand> = fc.oneof(
  fc.record({ kind: fc.constant('release' as const), key: someKey, type: someType }),
  fc.record({ kind: fc.constant('clear' as const), key: someKey }),
)
const anyCommand = fc.oneof({ weight: 3, arbitrary: registering }, { weight: 3, arbitrary: seizing }, freeing)

/** Commands are tried with the sender's own key half of the time, or most would be conflicts. */
const history = fc.array(fc.tuple(someNexus, anyCommand, fc.boolean()), { maxLength: 30 })
type History = readonly (readonly [Nexus, ModelCommand, boolean])[]

function* played(steps: History) {
  let state = UNRESERVED
  for (const [by, drawn, withOwn] of steps) {
    const own = registeredKey(state, by)
    const command = withOwn && own !== undefined && 'key' in drawn ? { ...drawn, key: own } : drawn
    const applied = applyReservation(state, by, command)
    yield { before: state, by, command, applied }
    if (applied.status === 'good') state = applied.state
  }
}

test('law: whoever holds it is registered, no nexus is twice, and without registrants nothing is held', () => {
  fc.assert(
    fc.property(history, (steps) => {
      for (const { applied } of played(steps)) {
        if (applied.status !== 'good') continue
        const { registrations, held } = applied.state
        const names = registrations.map((one) => `${one.nexus.initiator}/${one.nexus.target}`)
        assert.equal(new Set(names).size, names.length)
        assert.ok(registrations.every((one) => one.key !== NO_KEY))
        const { holder } = held ?? {}
        if (holder) assert.ok(registrations.some((one) => sameNexus(one.nexus, holder)))
        if (registrations.length === 0) assert.equal(held, undefined)
        assert.equal(held !== undefined && held.holder === undefined, held?.type === 7 || held?.type === 8)
      }
    }),
    { numRuns: 2000 },
  )
})

test('law: what we send never frees a LUN that type 7 guards while anybody is registered', () => {
  fc.assert(
    fc.property(history, (steps) => {
      for (const { before, command, applied } of played(steps)) {
        if (applied.status !== 'good' || before.held?.type !== 7) continue
        if (command.kind === 'release' || command.kind === 'clear') continue
        assert.ok(applied.state.held !== undefined || applied.state.registrations.length === 0)
        const stranger = nexus(9, 'A')
        if (applied.state.held !== undefined) assert.equal(mayWrite(applied.state, stranger), false)
      }
    }),
    { numRuns: 2000 },
  )
})

test('law: after a preempt of a key nobody has it but the sender, and who lost it is told', () => {
  fc.assert(
    fc.property(history, (steps) => {
      for (const { before, by, command, applied } of played(steps)) {
        if (applied.status !== 'good' || !('victim' in command) || command.victim === NO_KEY) continue
        for (const one of applied.state.registrations) assert.ok(one.key !== command.victim || sameNexus(one.nexus, by))
        const gone = before.registrations.filter(
          (one) => registeredKey(applied.state, one.nexus) === undefined && !sameNexus(one.nexus, by),
        )
        assert.deepEqual(
          applied.lost,
          gone.map((one) => one.nexus),
        )
      }
    }),
    { numRuns: 2000 },
  )
})
