import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BladeName, RunId } from '@anyblade/engine'
import { type RollTold, rollExit, rollText } from '../render/roll.ts'
import { anyblade, madeFleet } from './anyblade.ts'

test('blades that give no answer: exit 5, by name, with the way to leave one out', async (t) => {
  const cwd = await madeFleet(t)
  const { exit, stderr } = await anyblade(['blade', 'roll', '--run', 'true', '--timeout', '20'], { cwd })
  assert.equal(exit, 5, stderr)
  assert.match(stderr, /journal of blade[12][\s\S]*--skip blade[12]/)
})

test('no command, an empty one, and no blade that is left: exit 2 before anybody is asked', async (t) => {
  const cwd = await madeFleet(t)
  for (const [words, found] of [
    [[], /--run/],
    [['--run', ' '], /nothing/],
    [['--run', 'true', '--skip', 'blade1,blade2'], /none is left/],
    [['--run', 'true', '--blades', 'balde1'], /blade1/],
    [['--run', 'true', '--pause-between', 'x'], /whole number/],
  ] as const) {
    const { exit, stderr } = await anyblade(['blade', 'roll', ...words], { cwd })
    assert.equal(exit, 2, stderr)
    assert.match(stderr, found)
  }
})

const b = (name: string) => name as BladeName
const told: RollTold = {
  begun: {
    ...{ kind: 'begun', roll: 'r-roll' as RunId, isNew: false },
    ...{ done: [b('blade1')], ahead: [b('blade2'), b('blade3'), b('blade4')] },
  },
  over: [b('blade2')],
  stopped: [
    {
      ...{ kind: 'stopped', blade: b('blade3'), doing: 'work', run: 'r-work' as RunId, how: 'stuck' },
      because: 'the command ended with 100',
    },
  ],
  ...{ away: [], placed: [], timed: [], judged: [] },
}

test('the account: done before, done, where it stopped and why, what is not begun, and what goes on', () => {
  assert.equal(
    rollText(told),
    [
      'before  blade1',
      'done    blade2',
      'stopped blade3, the command, run r-work: the command ended with 100',
      'not begun blade4',
      'Next: anyblade run show r-work',
      'Next: the same command goes on; --skip blade3 leaves that blade out',
    ].join('\n'),
  )
})

test('exit codes: 4 where anything was begun, 3 and 5 where nothing was, 0 where all is done', () => {
  const nothing = (how: 'refused' | 'unreachable'): RollTold => ({
    ...{ ...told, over: [] },
    stopped: [{ kind: 'stopped', blade: b('blade2'), doing: 'placement', run: undefined, how, because: '' }],
  })
  assert.deepEqual(
    [told, nothing('refused'), nothing('unreachable'), { ...told, stopped: [] }].map((one) => rollExit(one, false)),
    [4, 3, 5, 0],
  )
})
