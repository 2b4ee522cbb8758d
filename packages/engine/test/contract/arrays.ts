/** What an array's hands promise: each act looks for the tag first, and an answer that was lost is never a failure. */
import assert from 'node:assert/strict'
import type {
  Alias,
  ArrayAction,
  ArrayActor,
  ArrayReader,
  ArrayVolume,
  At,
  BladeName,
  Bytes,
  LunNumber,
  Outcome,
  RunId,
  StorageArray,
  Wwid,
  Wwpn,
} from '../../index.ts'
import { type Behaviour, CALLED_OFF, isDone, isFailed, LIMITS, within } from './behaviour.ts'

export type ArraySubject = {
  readonly array: StorageArray
  readonly hands: ArrayReader & ArrayActor
  /** A name and a tag that nothing on the array has. */
  readonly volume: Alias
  readonly tag: string
  readonly size: Bytes
  readonly lun: LunNumber
  /** The ports of one blade, and of another one. */
  readonly initiators: readonly Wwpn[]
  readonly others: readonly Wwpn[]
  /** More than there is room for. */
  readonly tooMuch: Bytes
  /** A LUN of this size that somebody else has carved, of a name of his own; its id. */
  readonly foreign?: () => Wwid
  /** The next act is done, and its answer is lost. */
  readonly loseAnswer?: () => void
  /** The same array by a way that leads nowhere. */
  readonly unreachable?: ArrayReader & ArrayActor
  /** From here on it answers nothing. */
  readonly standStill?: () => void
  /** It refuses who was taken over by itself. */
  readonly heeding?: true
}

const STILL_MS = 6000
const GRACE_MS = 3000

const named = ({ array, volume, tag }: ArraySubject) => ({ array: array.name, volume, tag })
const carving = (it: ArraySubject, size = it.size): ArrayAction => ({ ...named(it), kind: 'carve-volume', size })
const deleting = (it: ArraySubject): ArrayAction => ({ ...named(it), kind: 'delete-volume', size: it.size })
const mapping = (it: ArraySubject, kind: 'map-volume' | 'unmap-volume', initiators: readonly Wwpn[]): ArrayAction => ({
  ...named(it),
  kind,
  lun: it.lun,
  initiators,
  wwid: '' as Wwid,
})
const showing = (it: ArraySubject, kind: 'show-volume' | 'hide-volume', initiators: readonly Wwpn[]): ArrayAction => ({
  ...named(it),
  ...{ kind, lun: it.lun, initiators, wwid: '' as Wwid, initiatorsOf: 'blade1' as BladeName },
})
const growing = (it: ArraySubject, size: Bytes): ArrayAction => ({
  ...named(it),
  ...{ kind: 'grow-volume', size, wwid: '' as Wwid },
})
const marking = (it: ArraySubject, kind: 'tag-volume' | 'untag-volume', wwid: Wwid): ArrayAction => ({
  ...named(it),
  ...{ kind, wwid },
})
/** By the run of the contract, under its one lease. */
const BY: At = { run: 'r-contract' as RunId, epoch: 7, step: 1, way: 'do' }
const act = (it: ArraySubject, action: ArrayAction, by: At = BY): Promise<Outcome> =>
  it.hands.act(it.array, by, action, LIMITS)

async function volumes(it: ArraySubject): Promise<readonly ArrayVolume[]> {
  const report = await it.hands.report(it.array, LIMITS)
  assert.equal(report.state, 'read', JSON.stringify(report))
  return report.state === 'read' ? report.value.volumes : []
}
const ours = async (it: ArraySubject): Promise<ArrayVolume[]> =>
  (await volumes(it)).filter(({ tag, name }) => tag === it.tag || name === it.volume)

async function carved(it: ArraySubject): Promise<Wwid> {
  const outcome = await act(it, carving(it))
  isDone(outcome, 'carve')
  const id = outcome.state === 'done' ? outcome.evidence.wwid : undefined
  assert.ok(id !== undefined, 'a carving tells the id')
  return id
}

/** Who sees it, by the array's word. */
async function initiatorsSeen(it: ArraySubject): Promise<Wwpn[]> {
  const seen = (await ours(it)).flatMap(({ mappings }) => mappings.map(({ initiator }) => initiator))
  return [...new Set(seen)].sort()
}

function sure(port: Wwpn | undefined): Wwpn {
  assert.ok(port !== undefined, 'the subject has no such port')
  return port
}

export const arrayContract: readonly Behaviour<ArraySubject>[] = [
  {
    name: 'who was taken over is refused once his run has acted by a newer epoch; other runs are none of that',
    needs: 'heeding',
    holds: async (it) => {
      await carved(it)
      const run = 'r-epochs' as RunId // epochs stay on the array
      const [older, newer] = [7, 8].map((epoch) => ({ ...BY, run, epoch }))
      isDone(await act(it, deleting(it), newer), 'delete, by the newer')
      isFailed(await act(it, carving(it), older), /taken over/, 'carve, by the older')
      assert.deepEqual(await ours(it), [])
      isDone(await act(it, carving(it), { ...BY, run: 'r-other' as RunId, epoch: 1 }), 'carve, by another run')
      isDone(await act(it, deleting(it), newer), 'delete, by the newer again')
    },
  },
  {
    name: 'carved twice by one tag it is one volume, with the id that was told and the size that was asked',
    holds: async (it) => {
      const id = await carved(it)
      assert.equal(await carved(it), id)
      const found = await ours(it)
      assert.deepEqual(
        found.map(({ wwid, tag, size, mappings }) => ({ wwid, tag, size, mappings })),
        [{ wwid: id, tag: it.tag, size: it.size, mappings: [] }],
      )
    },
  },
  {
    name: 'shown twice each initiator has it once, under that number; hidden and deleted twice nothing is left',
    holds: async (it) => {
      await carved(it)
      for (const turn of [1, 2]) isDone(await act(it, mapping(it, 'map-volume', it.initiators)), `map ${turn}`)
      const [volume] = await ours(it)
      const shown = volume?.mappings.map(({ initiator, lun }) => `${initiator} ${lun}`).sort()
      assert.deepEqual(shown, it.initiators.map((initiator) => `${initiator} ${it.lun}`).sort())
      for (const turn of [1, 2]) isDone(await act(it, mapping(it, 'unmap-volume', it.initiators)), `unmap ${turn}`)
      assert.deepEqual(
        (await ours(it)).flatMap(({ mappings }) => mappings),
        [],
      )
      for (const turn of [1, 2]) isDone(await act(it, deleting(it)), `delete ${turn}`)
      assert.deepEqual(await ours(it), [])
    },
  },
  {
    name: 'what is shown to somebody is not deleted',
    holds: async (it) => {
      await carved(it)
      isDone(await act(it, mapping(it, 'map-volume', it.initiators)), 'map')
      isFailed(await act(it, deleting(it)), /shown/, 'delete')
      const [volume] = await ours(it)
      assert.equal(volume?.mappings.length, it.initiators.length)
    },
  },
  {
    name: 'nobody loses what they hold who was not named: with another holder it is not unmapped at all',
    holds: async (it) => {
      await carved(it)
      isDone(await act(it, mapping(it, 'map-volume', [...it.initiators, ...it.others])), 'map')
      isFailed(await act(it, mapping(it, 'unmap-volume', it.initiators)), /shown to/, 'unmap for one of two')
      const [volume] = await ours(it)
      assert.equal(volume?.mappings.length, it.initiators.length + it.others.length)
    },
  },
  {
    name: 'a pool without the room says so and is left as it was',
    holds: async (it) => {
      const before = await volumes(it)
      isFailed(await act(it, carving(it, it.tooMuch)), /free|full/, 'carve')
      assert.deepEqual(await volumes(it), before)
    },
  },
  {
    name: 'put aside and shown again it is the same LUN, with its id, its size and its tag',
    holds: async (it) => {
      const id = await carved(it)
      isDone(await act(it, mapping(it, 'map-volume', it.initiators)), 'map')
      isDone(await act(it, mapping(it, 'unmap-volume', it.initiators)), 'unmap')
      const kept = { wwid: id, tag: it.tag, size: it.size }
      const told = async () => (await ours(it)).map(({ wwid, tag, size }) => ({ wwid, tag, size }))
      assert.deepEqual(await told(), [kept])
      isDone(await act(it, mapping(it, 'map-volume', it.initiators)), 'map again')
      assert.deepEqual(await told(), [kept])
    },
  },
  {
    name: 'shown to one blade more, and hidden from that one alone, twice each: who saw it before sees it as before',
    holds: async (it) => {
      await carved(it)
      isDone(await act(it, mapping(it, 'map-volume', it.initiators)), 'map')
      const before = await initiatorsSeen(it)
      for (const turn of [1, 2]) isDone(await act(it, showing(it, 'show-volume', it.others)), `show ${turn}`)
      assert.deepEqual(await initiatorsSeen(it), [...before, ...it.others].sort())
      for (const turn of [1, 2]) isDone(await act(it, showing(it, 'hide-volume', it.others)), `hide ${turn}`)
      assert.deepEqual(await initiatorsSeen(it), before)
    },
  },
  {
    name: 'grown twice it has that size once, and it is never made smaller',
    holds: async (it) => {
      const id = await carved(it)
      const size = (2 * it.size) as Bytes
      for (const turn of [1, 2]) isDone(await act(it, growing(it, size)), `grow ${turn}`)
      isFailed(await act(it, growing(it, it.size)), /smaller/, 'grow to less')
      assert.deepEqual(
        (await ours(it)).map((volume) => [volume.wwid, volume.size]),
        [[id, size]],
      )
    },
  },
  {
    name: 'a pool without the room for what is to grow says so and leaves it as it was',
    holds: async (it) => {
      await carved(it)
      const before = await volumes(it)
      isFailed(await act(it, growing(it, (it.size + it.tooMuch) as Bytes)), /free|full/, 'grow')
      assert.deepEqual(await volumes(it), before)
    },
  },
  {
    name: 'what is there becomes ours by its id, once, and nothing else of it changes; then it is told as one of ours',
    needs: 'foreign',
    holds: async (it) => {
      const id = it.foreign?.() ?? ('' as Wwid)
      const of = async () => (await volumes(it)).filter(({ wwid }) => wwid === id)
      const before = await of()
      for (const turn of [1, 2]) isDone(await act(it, marking(it, 'tag-volume', id)), `tag ${turn}`)
      assert.deepEqual(
        await of(),
        before.map((volume) => ({ ...volume, tag: it.tag })),
      )
      isDone(await act(it, mapping(it, 'map-volume', it.initiators)), 'map')
      isDone(await act(it, showing(it, 'hide-volume', it.initiators)), 'hide')
      isDone(await act(it, mapping(it, 'unmap-volume', it.initiators)), 'unmap')
      isDone(await act(it, growing(it, (2 * it.size) as Bytes)), 'grow')
      for (const turn of [1, 2]) isDone(await act(it, deleting(it)), `delete ${turn}`)
      assert.deepEqual(await of(), [])
    },
  },
  {
    name: 'a mark that is taken off leaves what was there before, and a mark of somebody else’s stays',
    needs: 'foreign',
    holds: async (it) => {
      const id = it.foreign?.() ?? ('' as Wwid)
      const before = await volumes(it)
      isDone(await act(it, marking(it, 'tag-volume', id)), 'tag')
      const theirs = { ...it, volume: `${it.volume}x` as Alias, tag: `${it.tag}x` }
      isFailed(await act(theirs, marking(theirs, 'tag-volume', id)), /tagged/, 'tag as another')
      isDone(await act(theirs, marking(theirs, 'untag-volume', id)), 'untag as another')
      assert.deepEqual(
        (await volumes(it)).flatMap(({ tag }) => tag ?? []),
        [it.tag],
      )
      for (const turn of [1, 2]) isDone(await act(it, marking(it, 'untag-volume', id)), `untag ${turn}`)
      assert.deepEqual(await volumes(it), before)
    },
  },
  {
    name: 'of an id that the array has not, nothing becomes ours',
    holds: async (it) => {
      const before = await volumes(it)
      isFailed(await act(it, marking(it, 'tag-volume', '36001405ffffffffffffffffffffffff0' as Wwid)), /no LUN/, 'tag')
      assert.deepEqual(await volumes(it), before)
    },
  },
  {
    name: 'a number under which somebody sees another volume is not given again',
    needs: 'foreign',
    holds: async (it) => {
      const id = it.foreign?.() ?? ('' as Wwid)
      isDone(await act(it, marking(it, 'tag-volume', id)), 'tag')
      isDone(await act(it, mapping(it, 'map-volume', it.initiators)), 'map')
      const other = { ...it, volume: `${it.volume}x` as Alias, tag: `${it.tag}x` }
      await carved(other)
      isFailed(await act(other, mapping(other, 'map-volume', it.initiators)), /LUN/, 'map another')
      isFailed(await act(other, showing(other, 'show-volume', it.initiators)), /LUN/, 'show another')
      assert.deepEqual(await initiatorsSeen(other), [])
    },
  },
  {
    name: 'a namesake under another tag is somebody else’s: it is not taken for ours, and not deleted',
    holds: async (it) => {
      const id = await carved(it)
      const theirs = { ...it, tag: `${it.tag}x` }
      isFailed(await act(it, carving(theirs)), /tag|already/, 'carve')
      await act(it, deleting(theirs))
      assert.deepEqual(
        (await ours(it)).map(({ wwid }) => wwid),
        [id],
      )
    },
  },
  {
    name: 'a volume that is not there can’t be shown',
    holds: async (it) => {
      isFailed(await act(it, mapping(it, 'map-volume', it.initiators)), /no (volume|backstore)/, 'map')
    },
  },
  {
    name: 'an answer that was lost is unknown, and told again it is done and there once',
    needs: 'loseAnswer',
    holds: async (it) => {
      it.loseAnswer?.()
      assert.equal((await act(it, carving(it))).state, 'unknown')
      await carved(it)
      assert.equal((await ours(it)).length, 1)
    },
  },
  {
    name: 'of each act the lost answer is unknown, a report that is asked at once tells what was done, and told again it is done',
    needs: 'loseAnswer',
    holds: async (it) => {
      const size = (2 * it.size) as Bytes
      const acts: readonly (readonly [ArrayAction, () => Promise<boolean>])[] = [
        [carving(it), async () => (await ours(it)).length === 1],
        [mapping(it, 'map-volume', it.initiators), async () => (await initiatorsSeen(it)).length > 0],
        [showing(it, 'show-volume', it.others), async () => (await initiatorsSeen(it)).includes(sure(it.others[0]))],
        [growing(it, size), async () => (await ours(it))[0]?.size === size],
        [showing(it, 'hide-volume', it.others), async () => !(await initiatorsSeen(it)).includes(sure(it.others[0]))],
        [mapping(it, 'unmap-volume', it.initiators), async () => (await initiatorsSeen(it)).length === 0],
        [deleting(it), async () => (await ours(it)).length === 0],
      ]
      for (const [action, isSo] of acts) {
        it.loseAnswer?.()
        assert.equal((await act(it, action)).state, 'unknown', action.kind)
        assert.ok(await isSo(), `${action.kind}, right after`)
        isDone(await act(it, action), `${action.kind} again`)
        assert.ok(await isSo(), `${action.kind}, again`)
      }
    },
  },
  {
    name: 'where nothing could be sent it has failed, and a report is none',
    needs: 'unreachable',
    holds: async (it) => {
      const there = it.unreachable ?? it.hands
      isFailed(await there.act(it.array, BY, carving(it), LIMITS), /./, 'carve')
      assert.notEqual((await there.report(it.array, LIMITS)).state, 'read')
      assert.deepEqual(await ours(it), [])
    },
  },
  {
    name: 'a deadline is kept by an array that answers nothing: unknown, and no report',
    needs: 'standStill',
    holds: async (it) => {
      await carved(it)
      it.standStill?.()
      const began = performance.now()
      assert.equal((await it.hands.act(it.array, BY, deleting(it), within(STILL_MS))).state, 'unknown')
      assert.equal((await it.hands.report(it.array, within(STILL_MS))).state, 'timed out')
      assert.ok(performance.now() - began < 2 * (STILL_MS + GRACE_MS), 'it took longer than it may')
    },
  },
  {
    name: 'called off before it begins nothing is made',
    holds: async (it) => {
      assert.equal((await it.hands.act(it.array, BY, carving(it), CALLED_OFF)).state, 'failed')
      assert.deepEqual(await ours(it), [])
    },
  },
]

/** An array that nobody can tell anything: it says so, and is never taken for one that has nothing or has done something. */
export const manualContract: readonly Behaviour<ArraySubject>[] = [
  {
    name: 'it is not asked, and says why',
    holds: async (it) => {
      const report = await it.hands.report(it.array, LIMITS)
      assert.ok(report.state === 'not asked' && report.because !== '', JSON.stringify(report))
    },
  },
  {
    name: 'each act fails, and says that nothing was begun',
    holds: async (it) => {
      const acts = [
        ...[carving(it), deleting(it), growing(it, it.size)],
        ...(['map-volume', 'unmap-volume'] as const).map((kind) => mapping(it, kind, it.initiators)),
        ...(['show-volume', 'hide-volume'] as const).map((kind) => showing(it, kind, it.others)),
        ...(['tag-volume', 'untag-volume'] as const).map((kind) => marking(it, kind, '36001405a' as Wwid)),
      ]
      for (const action of acts) isFailed(await act(it, action), /nothing was begun/, action.kind)
    },
  },
]
