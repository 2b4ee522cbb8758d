import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { anyblade, madeFleet } from './anyblade.ts'

const proposed = async (cwd: string, ...words: string[]): Promise<string[]> =>
  (await anyblade(['complete', '--', ...words], { cwd })).stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t')[0] ?? '')

test('commands, flags, their values and the names of the fleet; nobody is asked', async (t) => {
  const dir = await madeFleet(t)
  const names = ['blade1', 'blade2']
  assert.deepEqual(await proposed(dir, 'vm', 'st'), ['start', 'stop'])
  assert.deepEqual(await proposed(dir, 'blade', 'list', '--ou'), ['--output'])
  assert.deepEqual(await proposed(dir, 'blade', 'list', '--output', ''), ['table', 'json', 'yaml'])
  assert.deepEqual(await proposed(dir, 'blade', 'show', ''), names)
  assert.deepEqual(await proposed(dir, 'blade', 'show', 'blade2'), ['blade2'])
  assert.deepEqual(await proposed(dir, 'vm', 'migrate', 'x', '--to', ''), names)
  assert.deepEqual(await proposed(dir, 'help', 'vm', 'sta'), ['start'])
  // A blade that is added has no name yet.
  assert.deepEqual(await proposed(dir, 'blade', 'add', ''), [])
  // Named from elsewhere, in both places.
  assert.deepEqual(await proposed(dirname(dir), 'blade', 'show', '--fleet', dir, ''), names)
  assert.deepEqual(await proposed(dirname(dir), '--fleet', dir, 'blade', 'show', ''), names)
  assert.deepEqual(await proposed(dirname(dir), 'blade', 'show', ''), [])
})

/** Each shell's own way to ask what may follow `anyblade blade show bl`; it prints one a line. */
const shells = {
  bash: (script: string) =>
    `source '${script}'; COMP_WORDS=(anyblade blade show bl); COMP_CWORD=3; _anyblade; printf '%s\\n' "\${COMPREPLY[@]}"`,
  zsh: (script: string) =>
    `compdef() { : }; _describe() { print -l -- "\${(@P)3}" }; _files() { print files }; source '${script}'; ` +
    `words=(anyblade blade show bl); CURRENT=4; _anyblade`,
  fish: (script: string) => `source '${script}'; complete -C 'anyblade blade show bl'`,
} as const

for (const [shell, ask] of Object.entries(shells))
  test(`a real ${shell} completes by it`, async (t) => {
    if (spawnSync(shell, ['-c', 'exit 0']).status !== 0) return t.skip(`there is no ${shell} here`)
    const dir = await madeFleet(t)
    const { stdout } = await anyblade(['completion', shell])
    const file = join(dirname(dir), `anyblade.${shell}`)
    spawnSync('tee', [file], { input: stdout })
    const answer = spawnSync(shell, ['-c', ask(file)], { cwd: dir, encoding: 'utf8', timeout: 60_000 })
    assert.deepEqual(
      answer.stdout
        .trim()
        .split('\n')
        .map((line) => line.split(/[\t:]/)[0]),
      ['blade1', 'blade2'],
      answer.stderr,
    )
  })
