/**
 * What a blade's hands promise: nobody acts without the lease, every act stands in the journal with how it ended, and an
 * answer that was lost is never a failure.
 */
import assert from 'node:assert/strict'
import type { At, Blade, BladeAct, BladeActor, BladeReader, LeaseAsk, RunId, RunReport } from '../../index.ts'
import { type Behaviour, CALLED_OFF, isDone, isFailed, LIMITS, within } from './behaviour.ts'

export type BladeHands = { readonly reader: BladeReader; readonly actor: BladeActor }

export type BladeSubject = {
  readonly blade: Blade
  /** One operator, and another one: each with a session of its own. */
  readonly one: BladeHands
  readonly other: BladeHands
  readonly run: RunId
  readonly otherRun: RunId
  /** An act that is not done yet and can be, and one that can't. */
  readonly act: BladeAct
  readonly failing: BladeAct
  /** How often what `act` does has been done to the blade. */
  readonly doneCount: () => number | Promise<number>
  /** The next act of `one` is carried out, and its answer is lost; settled when the blade is through with it. */
  readonly loseAnswer?: () => () => Promise<void>
  /** The same blade by a way that leads nowhere. */
  readonly unreachable?: BladeHands
  /** Nobody minds when what runs have kept there goes. */
  readonly leaves?: true
  /** An act that never ends by itself. */
  readonly hanging?: BladeAct
}

const WORDS = [{ name: 'vm/contract', limit: 1 }]
/** A blade's own deadline is at least 10 s, whatever is asked (drivers/blade/act-call.ts). */
const HANGS_MS = 40_000
const nobody = () => {}

const ask = (run: RunId, operator: string, words = WORDS): LeaseAsk => ({
  run,
  operator,
  seconds: 120,
  words,
  plan: '{}',
  wait: undefined,
  ended: nobody,
})

async function leased(it: BladeSubject, hands = it.one, run = it.run, words = WORDS): Promise<number> {
  const lease = await hands.actor.lease(it.blade, ask(run, 'ann@here', words), LIMITS)
  assert.equal(lease.state, 'leased', JSON.stringify(lease))
  return lease.state === 'leased' ? lease.epoch : 0
}

const acting = (it: BladeSubject, at: Partial<At> & Pick<At, 'epoch'>, act = it.act, limits = LIMITS) =>
  it.one.actor.act(it.blade, { run: it.run, step: 1, way: 'do', ...at }, act, limits, nobody)

async function journal(it: BladeSubject, run = it.run): Promise<RunReport | undefined> {
  const reading = await it.other.reader.journal(it.blade, run, LIMITS)
  assert.equal(reading.state, 'read', JSON.stringify(reading))
  return reading.state === 'read' ? reading.value : undefined
}
const events = async (it: BladeSubject): Promise<string[]> =>
  (await journal(it))?.entries.map(({ step, event }) => `${step} ${event}`) ?? []

export const bladeContract: readonly Behaviour<BladeSubject>[] = [
  {
    name: 'an act is journaled with its evidence; told again it is done, and not done twice',
    holds: async (it) => {
      const epoch = await leased(it)
      const outcome = await acting(it, { epoch })
      isDone(outcome, 'act')
      const last = (await journal(it))?.entries.at(-1)
      assert.equal(last?.event, 'done')
      if (outcome.state === 'done') assert.equal(last?.evidence.trim(), outcome.evidence.lines.join('\n').trim())
      isDone(await acting(it, { epoch }), 'act again')
      assert.deepEqual(await events(it), ['1 started', '1 done', '1 started', '1 done'])
      assert.equal(await it.doneCount(), 1)
    },
  },
  {
    name: 'an act that can’t be done has failed, says why, and is journaled so',
    holds: async (it) => {
      isFailed(await acting(it, { epoch: await leased(it) }, it.failing), /./, 'act')
      assert.deepEqual(await events(it), ['1 started', '1 failed'])
    },
  },
  {
    name: 'an older epoch is refused: nothing is done and nothing journaled',
    holds: async (it) => {
      const older = await leased(it)
      const newer = await leased(it)
      assert.ok(newer > older, `epoch ${newer} after ${older}`)
      for (const late of [
        await acting(it, { epoch: older }),
        await it.one.actor.note(it.blade, { run: it.run, epoch: older, step: 2, way: 'do' }, 'done', '', LIMITS),
        await it.one.actor.release(it.blade, { run: it.run, epoch: older }, undefined, LIMITS),
      ])
        assert.equal(late.state === 'barred' && late.by, 'epoch', JSON.stringify(late))
      assert.equal(await it.doneCount(), 0)
      assert.deepEqual(await events(it), [])
      isDone(await acting(it, { epoch: newer }), 'the newer one acts')
    },
  },
  {
    name: 'who wants what another run holds is told who has it, and leaves nothing',
    holds: async (it) => {
      await leased(it)
      const lease = await it.other.actor.lease(it.blade, ask(it.otherRun, 'bob@there'), LIMITS)
      assert.equal(lease.state, 'held', JSON.stringify(lease))
      if (lease.state === 'held') {
        assert.deepEqual([lease.by.run, lease.by.operator], [it.run, 'ann@here'])
        assert.ok(lease.by.leftSeconds > 0 && lease.by.leftSeconds <= 120, `${lease.by.leftSeconds} s left`)
      }
      assert.equal(await journal(it, it.otherRun), undefined)
    },
  },
  {
    name: 'a run that was asked to end begins nothing more, and goes back',
    holds: async (it) => {
      const epoch = await leased(it)
      isDone(await it.other.actor.abort(it.blade, it.run, 'bob@there', LIMITS), 'abort')
      const barred = await acting(it, { epoch })
      assert.equal(barred.state === 'barred' && barred.by, 'abort', JSON.stringify(barred))
      assert.equal(await it.doneCount(), 0)
      assert.equal((await journal(it))?.asked, true)
      isDone(await acting(it, { epoch, way: 'undo' }), 'undo')
    },
  },
  {
    name: 'released, its end is the last line, the next one may, and who comes late is refused',
    holds: async (it) => {
      const epoch = await leased(it)
      const at = { run: it.run, epoch, step: 1, way: 'do' } as const
      isDone(await it.one.actor.note(it.blade, at, 'started', 'why', LIMITS), 'note')
      const end = { event: 'ended stuck', text: 'because' }
      isDone(await it.one.actor.release(it.blade, at, end, LIMITS), 'release')
      const { entries, holder } = (await journal(it)) ?? { entries: [], holder: undefined }
      assert.deepEqual(
        entries.map(({ step, event, evidence }) => `${step} ${event}: ${evidence}`),
        ['1 started: why', '0 ended stuck: because'],
      )
      assert.equal(holder, undefined)
      assert.ok((await leased(it, it.other, it.otherRun)) > epoch)
      const late = await acting(it, { epoch })
      assert.equal(late.state === 'barred' && late.by, 'epoch')
    },
  },
  {
    name: 'a run of which nothing happened leaves nothing',
    holds: async (it) => {
      const epoch = await leased(it)
      isDone(await it.one.actor.release(it.blade, { run: it.run, epoch }, undefined, LIMITS), 'release')
      assert.equal(await journal(it), undefined)
      const runs = await it.other.reader.runs(it.blade, 'recent', LIMITS)
      assert.ok(runs.state === 'read' && !runs.value.some(({ run }) => run === it.run))
    },
  },
  {
    name: 'a blade that has left the fleet keeps nothing once that run has come to its good end, and no earlier',
    needs: 'leaves',
    holds: async (it) => {
      const epoch = await leased(it)
      isDone(await acting(it, { epoch }, { kind: 'leave-fleet', blade: it.blade.name }), 'act')
      assert.deepEqual(await events(it), ['1 started', '1 done'])
      isDone(
        await it.one.actor.release(it.blade, { run: it.run, epoch }, { event: 'ended done', text: '' }, LIMITS),
        'release',
      )
      const runs = await it.other.reader.runs(it.blade, 'all', LIMITS)
      assert.deepEqual(runs.state === 'read' && runs.value, [])
      assert.ok((await leased(it, it.other, it.otherRun)) > 0)
    },
  },
  {
    name: 'called off before it begins nothing is done, nor journaled',
    holds: async (it) => {
      const epoch = await leased(it)
      isFailed(await acting(it, { epoch }, it.act, CALLED_OFF), /nothing was begun/, 'act')
      assert.equal(await it.doneCount(), 0)
      assert.deepEqual(await events(it), [])
    },
  },
  {
    name: 'an answer that was lost is unknown; the blade carries it to its end and journals that',
    needs: 'loseAnswer',
    holds: async (it) => {
      const epoch = await leased(it)
      const through = it.loseAnswer?.()
      assert.equal((await acting(it, { epoch })).state, 'unknown')
      await through?.()
      assert.deepEqual(await events(it), ['1 started', '1 done'])
      assert.equal(await it.doneCount(), 1)
    },
  },
  {
    name: 'a blade that can’t be reached gives no lease and no reading, and nothing is begun there',
    needs: 'unreachable',
    holds: async (it) => {
      const { actor, reader } = it.unreachable ?? it.one
      const lease = await actor.lease(it.blade, ask(it.run, 'ann@here'), LIMITS)
      assert.equal(lease.state, 'unreachable', JSON.stringify(lease))
      const at = { run: it.run, epoch: 1, step: 1, way: 'do' } as const
      isFailed(await actor.act(it.blade, at, it.act, LIMITS, nobody), /nothing was begun/, 'act')
      assert.notEqual((await reader.runs(it.blade, 'recent', LIMITS)).state, 'read')
      assert.equal(await it.doneCount(), 0)
    },
  },
  {
    name: 'an act that hangs is ended within its deadline, and the journal says so',
    needs: 'hanging',
    holds: async (it) => {
      const epoch = await leased(it)
      const began = performance.now()
      isFailed(await acting(it, { epoch }, it.hanging, within(HANGS_MS)), /cut off/, 'act')
      assert.ok(performance.now() - began < HANGS_MS, 'it took longer than it may')
      assert.deepEqual(await events(it), ['1 started', '1 failed'])
    },
  },
  {
    name: 'an act that goes on for long holds no other run of the same operator up',
    needs: 'hanging',
    holds: async (it) => {
      const ended: string[] = []
      const long = acting(it, { epoch: await leased(it) }, it.hanging, within(HANGS_MS)).then(() => ended.push('long'))
      const epoch = await leased(it, it.one, it.otherRun, [{ name: 'vm/another', limit: 1 }])
      const at = { run: it.otherRun, epoch }
      isDone(await acting(it, at), 'the other run’s act')
      isDone(await it.one.actor.release(it.blade, at, { event: 'ended done', text: '' }, LIMITS), 'its release')
      ended.push('other')
      await long
      assert.deepEqual(ended, ['other', 'long'])
    },
  },
]
