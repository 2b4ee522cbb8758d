import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RunId, VmName } from '#documents'
import type { RoadEnd } from '../../road.ts'
import { b } from '../../test/lab-fleet.ts'
import type { Emptiness } from '../emptiness.ts'
import type { Moved } from '../evacuate.ts'
import { type EvacuationEnd, evacuationEnd, lastOfEach, placementEnd } from '../outcome.ts'
import type { Placement } from '../placement.ts'

const nothing: Placement = {
  ...{
    blades: [b('blade1')],
    moves: [],
    left: [],
    strangers: [],
    remarks: [],
    silent: [],
    sentOn: [],
    spare: { holds: 'yes' },
  },
}
const withLeft: Placement = {
  ...nothing,
  left: [{ vm: 'mail' as VmName, from: b('blade1'), bytes: 1, because: ['no bridge'] }],
}
const withStranger: Placement = { ...nothing, strangers: [{ domain: 'theirs', blade: b('blade1') }] }
const silent: Placement = { ...nothing, silent: ['blade3 gave no answer'] }
const EMPTY = [{ blade: b('blade1'), empty: true, remains: [] }]
const NOT = [{ blade: b('blade1'), empty: false, remains: ['mail is running'] }]
const moved = (...ends: readonly RoadEnd[]): Moved[] =>
  ends.map((end, i) => ({
    vm: `vm${i}` as VmName,
    from: b('blade1'),
    to: b('blade2'),
    run: `r-${i}` as RunId,
    end,
    because: '',
  }))

const CASES: readonly [string, Placement, readonly Moved[], Emptiness[] | undefined, EvacuationEnd][] = [
  ['all moved and proved', nothing, moved('done', 'done'), EMPTY, 'empty'],
  ['nothing was there', nothing, [], EMPTY, 'empty'],
  ['moved, but a run is not at its end', nothing, moved('done', 'stuck'), EMPTY, 'partly'],
  ['one may not move', withLeft, moved('done'), NOT, 'refused'],
  ['one that is not the fleet’s', withStranger, moved('done'), NOT, 'refused'],
  ['refused when it was to begin', nothing, moved('done', 'refused'), NOT, 'refused'],
  ['one failed and was undone', withLeft, moved('done', 'undone'), NOT, 'partly'],
  ['one of two is empty', nothing, moved('done'), [...EMPTY, ...NOT], 'partly'],
  ['called off', nothing, moved('done'), undefined, 'partly'],
  ['somebody was silent, nothing moved', silent, [], NOT, 'unreachable'],
  ['somebody was silent, but one has moved', silent, moved('done', 'unreachable'), NOT, 'partly'],
  ['all moved, and yet something is there', nothing, moved('done'), NOT, 'partly'],
]
for (const [name, placement, all, proof, end] of CASES)
  test(`${name}: ${end}`, () => assert.equal(evacuationEnd({ placement, moved: all, proof }), end))

test('of one that was held first and moved later only the last counts', () => {
  const vm = 'vm0' as VmName
  const all = [...moved('held'), ...moved('done')]
  assert.deepEqual(
    lastOfEach(all).map((one) => [one.vm, one.end]),
    [[vm, 'done']],
  )
  assert.equal(evacuationEnd({ placement: withStranger, moved: all, proof: NOT }), 'refused')
})

test('a plan: silence before refusal, refusal before all is well', () => {
  assert.deepEqual([nothing, withLeft, withStranger, { ...withLeft, silent: ['x'] }].map(placementEnd), [
    'planned',
    'refused',
    'refused',
    'unreachable',
  ])
})
