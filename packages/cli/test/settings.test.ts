import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Context } from '../context.ts'
import { checkSettings, fleetAsked, isColored, isQuiet, isVerbose, lookMs, outputOf } from '../settings.ts'

const world = (env: Record<string, string>): Context => ({
  process: { ...process, exitCode: null, stdin: process.stdin, stdout: process.stdout, stderr: process.stderr },
  env,
  cwd: '/',
  program: [],
})

test('each common flag has its variable, and what is typed wins', () => {
  const context = world({
    ANYBLADE_OUTPUT: 'json',
    ANYBLADE_FLEET: '/srv/san',
    ANYBLADE_QUIET: '1',
    ANYBLADE_TIMEOUT: '2.5',
  })
  assert.equal(outputOf(context, {}), 'json')
  assert.equal(outputOf(context, { output: 'yaml' }), 'yaml')
  assert.equal(fleetAsked(context, {}), '/srv/san')
  assert.equal(fleetAsked(context, { fleet: 'here' }), 'here')
  assert.equal(isQuiet(context, {}), true)
  assert.equal(isQuiet(context, { verbose: true }), false)
  assert.equal(lookMs(context, {}), 2500)
  assert.equal(lookMs(context, { timeout: 9 }), 9000)
  assert.equal(isVerbose(world({ ANYBLADE_VERBOSE: 'yes' }), {}), true)
  assert.equal(lookMs(world({}), {}), undefined)
})

test('an empty variable is one that is not set', () => {
  const context = world({
    ANYBLADE_OUTPUT: '',
    ANYBLADE_FLEET: '',
    ANYBLADE_QUIET: '',
    ANYBLADE_TIMEOUT: '',
    NO_COLOR: '',
  })
  checkSettings(context, {})
  assert.equal(outputOf(context, {}), 'table')
  assert.equal(fleetAsked(context, {}), undefined)
  assert.equal(isColored(context, undefined, { isTTY: true }), true)
})

for (const [name, nonsense] of [
  ['ANYBLADE_OUTPUT', 'xml'],
  ['ANYBLADE_COLOR', 'red'],
  ['ANYBLADE_QUIET', 'maybe'],
  ['ANYBLADE_VERBOSE', 'x'],
  ['ANYBLADE_TIMEOUT', '-1'],
] as const)
  test(`${name}=${nonsense} is refused by name`, () =>
    assert.throws(() => checkSettings(world({ [name]: nonsense }), {}), new RegExp(name)))

test('colour: a terminal that wants it, or whoever insists', () => {
  const [tty, pipe] = [{ isTTY: true }, { isTTY: false }]
  assert.equal(isColored(world({}), undefined, tty), true)
  assert.equal(isColored(world({}), undefined, pipe), false)
  assert.equal(isColored(world({ NO_COLOR: '1' }), undefined, tty), false)
  assert.equal(isColored(world({ TERM: 'dumb' }), undefined, tty), false)
  assert.equal(isColored(world({ ANYBLADE_COLOR: 'always' }), undefined, pipe), true)
  assert.equal(isColored(world({ NO_COLOR: '1' }), 'always', pipe), true)
  assert.equal(isColored(world({ ANYBLADE_COLOR: 'always' }), 'never', tty), false)
})
