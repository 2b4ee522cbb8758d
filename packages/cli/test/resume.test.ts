import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ExitCode } from '../exit-code.ts'
import { exitOfAll } from '../several.ts'
import { anyblade, madeFleet } from './anyblade.ts'

test('who is not named, or named twice over, is asked about at nobody’s: exit 2', async (t) => {
  const cwd = await madeFleet(t)
  for (const [words, found] of [
    [[], /none is named/],
    [['--io-error', 'ldap'], /--io-error with names/],
    [['ldap', '--blades', 'blade1'], /--blades without --io-error/],
    [['ldpa'], /ldpa/],
    [['--io-error', '--blades', 'balde1'], /blade1/],
  ] as const) {
    const { exit, stderr } = await anyblade(['vm', 'resume', ...words], { cwd })
    assert.equal(exit, 2, stderr)
    assert.match(stderr, found)
  }
})

test('after an outage, blades that do not tell who stands still are named: exit 5', async (t) => {
  const cwd = await madeFleet(t)
  for (const more of [['--plan'], []]) {
    const { exit, stdout, stderr } = await anyblade(['vm', 'resume', '--io-error', '--timeout', '20', ...more], { cwd })
    assert.equal(exit, 5, stdout + stderr)
    assert.match(stdout, /silent {2}blade1 gave no answer.*\nsilent {2}blade2 gave no answer/)
  }
})

const { done, failed, refused, interrupted, unreachable } = ExitCode
for (const [what, exits, acted, planned] of [
  ['all go on', [done, done], done, done],
  ['nobody stood still', [], done, done],
  ['one may not, the others go on', [done, refused, done], refused, refused],
  ['one did not come to its end', [done, interrupted], interrupted, interrupted],
  ['one failed, one goes on', [done, failed], interrupted, failed],
  ['a blade is silent, the others’ go on', [done, unreachable], interrupted, unreachable],
  ['a blade is silent, and nobody was set going', [refused, unreachable], unreachable, unreachable],
  ['all failed', [failed, failed], failed, failed],
] as const)
  test(`the exit code of several: ${what}`, () => {
    assert.deepEqual([exitOfAll(exits, false), exitOfAll(exits, true)], [acted, planned])
  })
