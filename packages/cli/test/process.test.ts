/** The process that an operator starts says what the command says, and ends with its code. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anyblade, madeFleet, started } from './anyblade.ts'

const FILE = 'defaults {\n\tuser_friendly_names no\n}\nblacklist {\n\tdevnode "*"\n}\n'

/** One of each kind: an answer, JSON, what was typed wrong, a refusal, standard input, nobody who could be asked, silence. */
const commands = [
  [['--version'], 0],
  [['blade', 'list', '-o', 'json'], 0],
  [['vm', 'lst'], 2],
  [['blade', 'show', 'balde1', '--color', 'always'], 2],
  [['multipath', 'check', '-', '--as', '0.9.4'], 2],
  [['multipath', 'diff', '-', '/dev/null', '--as', '0.9.4'], 6],
  [['blade', 'fence', 'blade1'], 2],
  [['audit', '--timeout', '20'], 5],
] as const
test('the same words end in the same way', async (t) => {
  const cwd = await madeFleet(t)
  for (const [words, code] of commands)
    await t.test(words.join(' '), async () => {
      const options = { cwd, input: FILE, env: { ANYBLADE_QUIET: '1' } }
      const ended = started(words, options)
      assert.equal(ended.exit, code, ended.stderr)
      assert.deepEqual(timeless(ended), timeless(await anyblade(words, options)))
    })
})

const timeless = ({ stdout, ...rest }: ReturnType<typeof started>) => ({
  ...rest,
  stdout: stdout.replace(/[\d.]+ s\n/, ''),
})
