import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BladeName, RunId } from '#documents'
import type { RunReport } from '#survey'
import { isClosed, latestOf, progressOf, stageRuns } from '../stages.ts'

const BLADE = 'blade1' as BladeName
const WORK = { command: 'true', reboot: false }
type Said = { readonly run: string; readonly roll?: string; readonly stage?: string; readonly command?: string }

const reported = (
  { run, roll = 'r-roll', stage = 'work', command = 'true' }: Said,
  ageSeconds: number,
  ended: string | undefined,
): RunReport => ({
  run: run as RunId,
  ageSeconds,
  holder: undefined,
  asked: false,
  plan: JSON.stringify({
    ...{ version: 1, title: 'work', basis: 'c1', blades: ['blade1'] },
    intent: { kind: 'roll-blade', roll, stage, blade: 'blade1', command, seconds: 9, reboot: false, vms: ['ldap'] },
    steps: [
      {
        ...{ number: 1, requires: [], phase: 'forward', place: 'blade1', sentence: 'check' },
        action: { kind: 'check-command', blade: 'blade1', command },
      },
    ],
  }),
  entries: [
    { step: 1, event: 'started', evidence: '' },
    ...(ended === undefined ? [] : [{ step: 0, event: `ended ${ended}`, evidence: '' }]),
  ],
})

const read = (...reports: readonly RunReport[]) => stageRuns(new Map([[BLADE, reports]]))

test('a roll is known by its work; the youngest one goes on', () => {
  const runs = read(
    reported({ run: 'r-new1', roll: 'r-newer', command: 'other' }, 5, 'done'),
    reported({ run: 'r-mid1', roll: 'r-middle' }, 50, undefined),
    reported({ run: 'r-old1', roll: 'r-older' }, 500, 'done'),
  )
  assert.equal(latestOf(runs, WORK), 'r-middle')
  assert.equal(latestOf(runs, { ...WORK, command: 'other' }), 'r-newer')
  assert.equal(latestOf(runs, { ...WORK, reboot: true }), undefined)
})

test('of each stage the last run counts, and what was taken back is none', () => {
  const runs = read(
    reported({ run: 'r-back1' }, 1, 'undone'),
    reported({ run: 'r-work2' }, 10, 'stuck'),
    reported({ run: 'r-work1' }, 20, 'done'),
    reported({ run: 'r-open1', stage: 'open' }, 30, 'done'),
  )
  const progress = progressOf(runs, 'r-roll' as RunId, BLADE)
  assert.deepEqual([progress.open?.run, progress.work?.run, progress.work?.state], ['r-open1', 'r-work2', 'stuck'])
  assert.equal(isClosed(progress), false)
  const closed = progressOf(read(reported({ run: 'r-close1', stage: 'close' }, 1, 'done')), 'r-roll' as RunId, BLADE)
  assert.equal(isClosed(closed), true)
})

test('another run’s plan, or none that can be read, is passed over', () => {
  const odd = { ...reported({ run: 'r-odd1' }, 1, 'done'), plan: '{' }
  assert.deepEqual(read(odd, reported({ run: 'r-odd2', stage: 'else' }, 1, 'done')), [])
})
