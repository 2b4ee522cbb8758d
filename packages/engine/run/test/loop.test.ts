/** The loop over hands that say what the test wants of the blades' leases; what it does then, in order. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NO_EVIDENCE } from '#actions'
import { runId } from '#documents'
import type { Barred, BladeActor, Hands, LeaseAsk, Leased, Outcome } from '#hands'
import { type Plan, planOf } from '#plans'
import { type Run, type RunEvent, run } from '#run'
import { DEADLINE_MS, LEASE_SECONDS } from '../../deadlines.ts'
import { b, fleetOf, LDAP, report, SAN, SIZE, surveyOf, VM, WWID } from '../../test/lab-fleet.ts'

const fleet = fleetOf({ blades: 3 })
const survey = surveyOf(fleet, { blade1: report('blade1'), blade2: report('blade2') })
const migrate = planOf(fleet, survey, { kind: 'migrate-vm', vm: VM, to: b('blade2'), degraded: false })
const bare = fleetOf({ withVolume: false, withVm: false })
const create = planOf(bare, surveyOf(bare, { blade1: report('blade1'), blade2: report('blade2') }), {
  ...{ kind: 'create-volume', writer: undefined, home: undefined, volumes: [{ volume: LDAP, size: SIZE }], array: SAN },
})
const id = runId('r-abcdef')
const done: Outcome = { state: 'done', evidence: NO_EVIDENCE }

type Told = {
  readonly plan?: Plan
  readonly leased?: Readonly<Record<string, Leased>>
  /** What the wrapper answers to a line of what happens elsewhere. */
  readonly note?: (event: string) => Outcome | Barred
  readonly resumed?: Pick<Run, 'past' | 'again'>
  /** What the recorder says of the documents. */
  readonly ready?: Outcome
  /** Whether a blade says anything to the first, second, third look at it. */
  readonly answers?: (look: number) => boolean
  readonly act?: (n: number, ask: LeaseAsk) => Outcome | Barred | Promise<Outcome | Barred>
}

/** Runs a plan, a migration, over hands of which `told` says how they answer; all else goes well. */
async function play({
  plan = migrate,
  leased = {},
  resumed = { past: undefined },
  act = () => done,
  note = () => done,
  ready = done,
  answers = () => true,
}: Told) {
  assert.ok(id)
  const calls: string[] = []
  const events: RunEvent[] = []
  const looksMs: number[] = []
  let asked: LeaseAsk | undefined
  let acts = 0
  const bladeActor: BladeActor = {
    async lease(blade, ask) {
      asked = ask
      calls.push(`lease ${blade.name} ${ask.words.map(({ name, limit }) => `${name}=${limit}`).join(' ')}`)
      return leased[blade.name] ?? { state: 'leased', epoch: blade.name === 'blade1' ? 11 : 22 }
    },
    async act(blade, at, { kind }) {
      acts += 1
      calls.push(`${at.way} ${kind} ${blade.name} ${at.epoch}`)
      assert.ok(asked)
      return act(acts, asked)
    },
    async note(blade, at, event) {
      calls.push(`note ${event} ${blade.name} ${at.epoch}`)
      return note(event)
    },
    async release(blade, { epoch }, end) {
      calls.push(`release ${blade.name} ${epoch} ${end?.event ?? ''}`.trim())
      return done
    },
    abort: async () => done,
  }
  const hands: Hands = {
    bladeActor,
    bladeReader: {
      async survey(blade, _, { deadlineMs }) {
        looksMs.push(deadlineMs)
        if (!answers(looksMs.length)) return { state: 'timed out', because: 'the probe did not end in time' }
        return survey.blades.get(blade.name) ?? { state: 'refused', because: 'unknown' }
      },
      guestState: async () => ({ state: 'refused', because: 'not asked' }),
      runs: async () => ({ state: 'read', value: [] }),
      journal: async () => ({ state: 'read', value: undefined }),
    },
    arrayReader: { report: async () => ({ state: 'refused', because: 'not asked' }) },
    arrayActor: {
      async act(_, by, { kind }) {
        calls.push(`array ${kind} ${by.epoch}`)
        return done
      },
      heedsEpochs: () => true,
    },
    powerActor: { off: async () => done },
    recorder: { ready: async () => ready, record: async () => done },
    publisher: {
      ready: async () => done,
      publish: async () => done,
      restore: async () => done,
      held: async () => undefined,
    },
  }
  const outcome = await run({
    id,
    plan,
    fleet,
    hands,
    operator: 'ann@north',
    seen: survey,
    ...resumed,
    signal: new AbortController().signal,
    tell: (event) => events.push(event),
  })
  return { outcome, calls, events, looksMs }
}

const WORDS = 'vm/ldap=1'

test('documents that have moved on, as seen under the leases: nothing is begun, and the leases are given back', async () => {
  const { outcome, calls } = await play({ ready: { state: 'failed', because: 'moved on', evidence: NO_EVIDENCE } })
  assert.equal(outcome, 'not begun')
  assert.deepEqual(
    calls.map((call) => call.split(' ').slice(0, 2).join(' ')),
    ['lease blade1', 'lease blade2', 'release blade1', 'release blade2'],
  )
})

test('leases are taken in order before anything is begun, every act comes with its blade’s epoch, all are given back', async () => {
  const { calls } = await play({ act: () => ({ state: 'failed', because: 'no', evidence: NO_EVIDENCE }) })
  assert.deepEqual(calls.slice(0, 3), [
    `lease blade1 moves-out=2 ${WORDS}`,
    `lease blade2 moves-in=2 ${WORDS}`,
    'do await-landing blade2 22',
  ])
  assert.deepEqual(calls.slice(-3), [
    'undo dismiss-unit blade2 22',
    'release blade1 11 ended stuck',
    'release blade2 22 ended stuck',
  ])
})

test('steps that go together are begun at once, and a failure of one lets the others come to their end before all go back', async () => {
  const steps = create.steps.flatMap((step) =>
    step.action.kind === 'check-lun-free'
      ? [{ ...step, action: { ...step.action, luns: step.action.luns.map((lun) => ({ ...lun, wwid: WWID })) } }]
      : [],
  )
  const together: Plan = { ...create, steps: steps.map((step, i) => ({ ...step, number: i + 1 })) }
  const both = Promise.withResolvers<void>()
  const { outcome, calls } = await play({
    plan: together,
    act: async (n) => {
      if (n === 1) await both.promise
      if (n === 2) both.resolve()
      return n === 2 ? { state: 'failed', because: 'no', evidence: NO_EVIDENCE } : done
    },
  })
  assert.equal(outcome, 'undone')
  const acts = calls.filter((call) => call.includes('lun-free') || call.includes('remove-paths'))
  assert.deepEqual(acts, [
    'do check-lun-free blade1 11',
    'do check-lun-free blade2 22',
    'undo remove-paths blade1 11',
    'undo remove-paths blade2 22',
  ])
})

const begins = (answer: Outcome | Barred) => async () => {
  const carve = create.steps.find(({ action }) => action.kind === 'carve-volume')
  assert.ok(carve)
  const plan: Plan = { ...create, steps: [{ ...carve, number: 1, requires: [] }] }
  const { calls } = await play({ plan, note: (event) => (event === 'started' ? answer : done) })
  // What the way back then tells it comes after a line of its own.
  assert.equal(calls.includes('array carve-volume 11'), answer.state === 'done')
  assert.ok(calls.includes('note started blade1 11'))
}

test('an array is told only what a blade has just let its lease begin', begins(done))
for (const [why, answer] of [
  ['another has taken the run over', { state: 'barred', by: 'epoch', because: 'taken over by bob' }],
  ['the run was asked to end', { state: 'barred', by: 'abort', because: 'asked by bob' }],
  ['the journal can’t be written', { state: 'failed', because: 'full', evidence: NO_EVIDENCE }],
  ['nobody knows whether the lease is held', { state: 'unknown', because: 'no answer in time' }],
] as const)
  test(`an array is not told to do it where ${why}`, begins(answer))

test('what an array is told is over before the lease, renewed right before it, can be another one’s', () => {
  for (const within of [DEADLINE_MS.onArray, DEADLINE_MS.power]) assert.ok(within <= (LEASE_SECONDS * 1000) / 2)
})

const past = { journal: [], wish: 'on', text: '' } as const

test('who goes on with a run goes on from the journal as it stands when he has the leases, not from before', async () => {
  const order: string[] = []
  const again = async () => {
    order.push('read again')
    return { ...past, wish: 'back' as const, journal: [] }
  }
  const { outcome, calls } = await play({ resumed: { past, again } })
  assert.deepEqual(order, ['read again'])
  assert.equal(outcome, 'undone') // as the journal read last wants it; nothing of it was begun
  assert.deepEqual(
    calls.filter((call) => call.startsWith('do ')),
    [],
  )
})

test('a run that was ended while its leases were waited for is left alone, and the leases are given back', async () => {
  const over = new Error('it was done to its end')
  const again = () => Promise.reject(over)
  await assert.rejects(play({ resumed: { past, again } }), over)
})

test('held by another: what was leased is given back, nothing is begun, and it is told by whom', async () => {
  const by = { run: 'r-other', operator: 'bob@south', sinceSeconds: 40, leftSeconds: 80 }
  const { outcome, calls, events } = await play({ leased: { blade2: { state: 'held', by } } })
  assert.equal(outcome, 'held')
  assert.deepEqual(calls.slice(2), ['release blade1 11'])
  const [told] = events
  assert.match(
    told?.kind === 'ended' ? told.because : '',
    /blade2 is held by run r-other of bob@south since 40 s, for 80 s yet/,
  )
})

test('a new run asks the first blade alone and then the others at once; who goes on with one waits for each in its order', async () => {
  const plan = { ...migrate, blades: [b('blade1'), b('blade2'), b('blade3')] }
  const held: Leased = {
    state: 'held',
    by: { run: 'r-other', operator: 'bob@south', sinceSeconds: 40, leftSeconds: 80 },
  }
  const asked = async (told: Told) => {
    const { outcome, calls } = await play({ plan, ...told })
    assert.equal(outcome, 'held')
    return calls.map((call) => call.split(' ').slice(0, 2).join(' '))
  }
  assert.deepEqual(await asked({ leased: { blade1: held } }), ['lease blade1'])
  assert.deepEqual(await asked({ leased: { blade2: held } }), [
    ...['lease blade1', 'lease blade2', 'lease blade3'],
    ...['release blade1', 'release blade3'],
  ])
  assert.deepEqual(await asked({ leased: { blade2: held }, resumed: { past } }), [
    ...['lease blade1', 'lease blade2'],
    'release blade1',
  ])
})

test('a blade that gives no answer gives no lease: unreachable, nothing is begun', async () => {
  const { outcome, calls } = await play({ leased: { blade1: { state: 'unreachable', because: 'no answer in time' } } })
  assert.deepEqual([outcome, calls.length], ['unreachable', 1])
})

test('taken over by another: this one stops, undoes nothing, and writes no end', async () => {
  const { outcome, calls } = await play({ act: () => ({ state: 'barred', by: 'epoch', because: 'taken over by bob' }) })
  assert.equal(outcome, 'stuck')
  assert.deepEqual(calls.slice(2), ['do await-landing blade2 22', 'release blade1 11', 'release blade2 22'])
})

test('asked to end while it acts: no further step is begun, and what was begun is taken back', async () => {
  const barred: Barred = { state: 'barred', by: 'abort', because: 'asked to end by bob' }
  const { outcome, calls } = await play({
    act: (n, ask) => {
      if (n === 1) ask.ended(barred)
      return done
    },
  })
  assert.equal(outcome, 'undone')
  assert.deepEqual(calls.slice(2), [
    'do await-landing blade2 22',
    'undo dismiss-unit blade2 22',
    'release blade1 11 ended undone',
    'release blade2 22 ended undone',
  ])
})

const rollOut = planOf(fleet, survey, { kind: 'roll-out', blades: [b('blade1'), b('blade2')], degraded: false })
const onBlades = (calls: readonly string[]) => calls.filter((call) => /^(do|undo) /.test(call))

test('a blade with LUNs that a look is about has longer to answer than one that is asked for nothing else', async () => {
  const { looksMs } = await play({ plan: rollOut })
  const longest = Math.max(...looksMs)
  assert.ok(longest > DEADLINE_MS.look && longest <= DEADLINE_MS.look + 300_000, `${looksMs}`)
})

test('a blade that says nothing for once is asked again, and given up when it goes on saying nothing', async () => {
  const refusal = ({ events }: Awaited<ReturnType<typeof play>>) =>
    JSON.stringify(events.find((event) => event.kind === 'step' && event.event === 'refused'))
  const lively = await play({ plan: rollOut })
  const busy = await play({ plan: rollOut, answers: (look) => look > 2 })
  assert.equal(refusal(busy), refusal(lively))
  assert.equal(busy.looksMs.length, lively.looksMs.length + 2)
  const mute = await play({ plan: rollOut, answers: () => false })
  assert.match(refusal(mute), /gave no answer/)
})

test('a candidate that one blade refuses is taken back there, and goes nowhere else', async () => {
  const failing: Outcome = { state: 'failed', because: 'multipath says of the candidate: no', evidence: NO_EVIDENCE }
  const { outcome, calls } = await play({ plan: rollOut, act: (n) => (n === 1 ? failing : done) })
  assert.equal(outcome, 'undone')
  assert.deepEqual(onBlades(calls), ['do install-config blade1 11', 'undo install-config blade1 11'])
})

test('a first blade that does not show what it was given: the others keep their files', async () => {
  // these hands say that it was done, and every look goes on showing a blade without the alias
  const { outcome, calls, events } = await play({ plan: rollOut })
  assert.equal(outcome, 'undone')
  assert.deepEqual(onBlades(calls), ['do install-config blade1 11', 'undo install-config blade1 11'])
  const refused = events.find((event) => event.kind === 'step' && event.event === 'refused')
  assert.match(JSON.stringify(refused), /configuration of blade1 does not call .* ldap/)
})
