import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { anyblade, madeFleet, main } from './anyblade.ts'

/** What was typed wrong, and what the answer must say of it. */
const mistakes = [
  ['vmm list', /no command "vmm"\n {2}next {3}did you mean vm\? anyblade --help\n$/],
  ['vm lst', /did you mean list\? anyblade vm --help/],
  ['vm list --outptu json', /no flag --outptu\n {2}next {3}did you mean --output\? anyblade vm list --help/],
  ['blade list --output xml', /"xml" for --output, which is one of table, json, yaml/],
  ['vm show', /no NAME/],
  ['vm show a b', /"b" where 1 at most are expected/],
  ['blade list --timeout soon', /"soon" for timeout: it is no number of seconds/],
] as const
for (const [typed, said] of mistakes)
  test(`anyblade ${typed}: exit 2, on stderr, with what to do`, async () => {
    const { exit, stdout, stderr } = await anyblade(typed.split(' '))
    assert.equal(exit, 2)
    assert.equal(stdout, '')
    assert.match(stderr, /^error: could not read the command line\n {2}found {2}/)
    assert.match(stderr, said)
  })

test('a word of any length or kind is quoted short, and can’t steer the terminal', async () => {
  for (const word of ['a'.repeat(100_000), '\u001b[2J\u202eevil']) {
    const { exit, stderr } = await anyblade([word])
    assert.equal(exit, 2)
    assert.ok(stderr.length < 400, `${stderr.length} characters`)
    assert.doesNotMatch(stderr, /[\u001b\u202e]/)
  }
})

test('lists: columns, no head, JSON with its schema, whichever way the fleet is named', async (t) => {
  const dir = await madeFleet(t)
  const list = (...words: string[]) => anyblade(['blade', 'ls', '--fleet', dir, ...words])
  assert.equal(
    (await list('--no-headers', '--columns', 'ssh,blade')).stdout,
    'root@blade1.invalid   blade1\nroot@blade2.invalid   blade2\n',
  )
  assert.match((await list('--columns', 'home-of')).stdout, /^HOME OF\n0\n0\n$/)
  const wrong = await list('--columns', 'shh')
  assert.equal(wrong.exit, 2)
  assert.match(wrong.stderr, /did you mean ssh\?/)
  const document = JSON.parse((await list('-o', 'json')).stdout)
  assert.equal(document.schema, 1)
  assert.equal(document.blades.length, 2)
  assert.match((await anyblade(['--fleet', dir, 'blade', 'ls'])).stdout, /^BLADE/)
  assert.equal(
    (await anyblade(['blade', 'ls'], { env: { ANYBLADE_FLEET: dir, ANYBLADE_OUTPUT: 'yaml' } })).stdout.slice(0, 10),
    'schema: 1\n',
  )
  assert.equal((await anyblade(['volume', 'ls', '--no-headers'], { cwd: dir })).stdout, '')
})

test('a name that is not there: the nearest is named, and a program is told as JSON', async (t) => {
  const dir = await madeFleet(t)
  const { exit, stdout, stderr } = await anyblade(['blade', 'show', 'balde1', '--output', 'json'], { cwd: dir })
  assert.equal(exit, 2)
  assert.match(stderr, /found {2}there are blade1, blade2\n {2}next {3}did you mean blade1\? anyblade blade list/)
  assert.equal(JSON.parse(stdout).error.code, 'document-missing')
})

test('colour only where it is asked for, and the same text beneath it', async (t) => {
  const dir = await madeFleet(t)
  const show = async (env: Record<string, string>) => (await anyblade(['vm', 'show', 'x'], { cwd: dir, env })).stderr
  const [plain, coloured] = [await show({}), await show({ ANYBLADE_COLOR: 'always' })]
  assert.doesNotMatch(plain, /\u001b/)
  assert.match(coloured, /\u001b\[31merror:/)
  assert.equal(coloured.replaceAll(/\u001b\[\d+m/g, ''), plain)
})

test('a reader that has gone does not change how a command ends', async (t) => {
  const dir = await madeFleet(t)
  const piped = (command: string) =>
    spawnSync('bash', ['-c', `${command}; echo "exit \${PIPESTATUS[0]}" >&2`], {
      cwd: dir,
      env: { ...process.env, RUN: `${process.execPath}`, MAIN: main, ANYBLADE_FLEET: dir },
      encoding: 'utf8',
      timeout: 60_000,
    }).stderr
  assert.equal(piped('"$RUN" "$MAIN" blade ls | :'), 'exit 0\n')
  assert.equal(piped('"$RUN" "$MAIN" blade show nope 2>&1 | :'), 'exit 2\n')
})

test('help: before and after the command, and the version of the package', async () => {
  const { exit, stdout } = await anyblade(['help', 'vm', 'migrate'])
  assert.equal(exit, 0)
  assert.equal(stdout, (await anyblade(['vm', 'migrate', '--help'])).stdout)
  assert.match(stdout, /Move a running VM to another blade\n\nExample: anyblade vm migrate ldap --to blade2 --plan\n/)
  const { version } = JSON.parse(readFileSync(join(main, '..', 'package.json'), 'utf8'))
  assert.equal((await anyblade(['--version'])).stdout, `${version}\n`)
})
