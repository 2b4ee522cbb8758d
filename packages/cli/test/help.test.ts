import assert from 'node:assert/strict'
import { test } from 'node:test'
import { root } from '../app.ts'

type Target = ReturnType<typeof root.getRoutingTargetForInput>

/** Every command with the words that lead to it. */
function* commands(target: Target, words: readonly string[] = []): Generator<readonly [string, string | undefined]> {
  if (target === undefined) return
  if ('getAllEntries' in target)
    for (const { name, target: next } of target.getAllEntries())
      yield* commands(next, [...words, name['convert-camel-to-kebab']])
  else yield [words.join(' '), target.fullDescription]
}

/** The multipath room tells its examples where its commands are described at length. */
const ELSEWHERE = /^multipath /

test('every command’s help has an example of that very command', () => {
  const all = [...commands(root)]
  assert.ok(all.length > 20)
  const without = all.filter(([words, help]) => !ELSEWHERE.test(words) && !help?.includes(`anyblade ${words}`))
  assert.deepEqual(
    without.map(([words]) => words),
    [],
  )
})
