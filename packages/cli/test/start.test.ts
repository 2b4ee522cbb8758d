import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anyblade, withVms } from './anyblade.ts'

test('a cold start is on another blade, and what is only for one is typed with it: exit 2 before anybody is asked', async (t) => {
  const { cwd } = await withVms(t)
  for (const [words, found] of [
    [['--cold'], /--cold without --on/],
    [['--on', 'blade2'], /--on without --cold/],
    [['--eject'], /--eject without --cold/],
    [['--lose-local-state'], /--lose-local-state without --cold/],
    [['--on', 'blade2', '--cold', '--eject'], /blade1, its home, is not fenced/],
  ] as const) {
    const { exit, stderr } = await anyblade(['vm', 'start', 'ldap', ...words], { cwd })
    assert.equal(exit, 2, stderr)
    assert.match(stderr, found)
  }
})
