/** What whoever keeps the documents promises, and whoever cuts a blade's power. */
import assert from 'node:assert/strict'
import type { Blade, PowerActor, RecordDocuments, Recorder } from '../../index.ts'
import { type Behaviour, isDone, isFailed, LIMITS } from './behaviour.ts'

export type RecordSubject = {
  readonly recorder: Recorder
  readonly head: () => Promise<string>
  /** Something that the documents do not say yet. */
  readonly action: RecordDocuments
}

export const recordContract: readonly Behaviour<RecordSubject>[] = [
  {
    name: 'a record is one commit, and the same again is none',
    holds: async ({ recorder, head, action }) => {
      const before = await head()
      isDone(await recorder.record(undefined, action, [], LIMITS), 'record')
      const after = await head()
      assert.notEqual(after, before)
      isDone(await recorder.record(undefined, action, [], LIMITS), 'record again')
      assert.equal(await head(), after)
    },
  },
  {
    name: 'a plan that was made from another commit is refused; a run that goes on is not',
    holds: async ({ recorder, head, action }) => {
      const before = await head()
      isDone(await recorder.ready(before), 'ready')
      isDone(await recorder.record(undefined, action, [], LIMITS), 'record')
      isFailed(await recorder.ready(before), /./, 'ready')
      isDone(await recorder.ready(undefined), 'ready to go on')
    },
  },
]

export type PowerSubject = {
  readonly actor: PowerActor
  readonly blade: Blade
  /** The same blade, and its document names nobody who cuts its power. */
  readonly unnamed: Blade
  readonly isOff?: () => boolean
  /** The next answer is lost. */
  readonly loseAnswer?: () => void
  /** The way leads nowhere. */
  readonly unreachable?: PowerActor
}

export const powerContract: readonly Behaviour<PowerSubject>[] = [
  {
    name: 'off is off, read back; off already is done',
    needs: 'isOff',
    holds: async ({ actor, blade, isOff }) => {
      for (const turn of [1, 2]) {
        isDone(await actor.off(blade, LIMITS), `off ${turn}`)
        assert.equal(isOff?.(), true)
      }
    },
  },
  {
    name: 'a blade whose power nobody can cut: failed, and says so',
    holds: async ({ actor, unnamed }) => isFailed(await actor.off(unnamed, LIMITS), /power/, 'off'),
  },
  {
    name: 'an answer that was lost is unknown, never failed',
    needs: 'loseAnswer',
    holds: async ({ actor, blade, loseAnswer }) => {
      loseAnswer?.()
      assert.equal((await actor.off(blade, LIMITS)).state, 'unknown')
      isDone(await actor.off(blade, LIMITS), 'off again')
    },
  },
  {
    name: 'where nothing could be sent it has failed, and the power is as it was',
    needs: 'unreachable',
    holds: async ({ unreachable, blade, isOff, actor }) => {
      isFailed(await (unreachable ?? actor).off(blade, LIMITS), /./, 'off')
      assert.notEqual(isOff?.(), true)
    },
  },
]
