import assert from 'node:assert/strict'
import { test } from 'node:test'
import { commands, helpText, invocation } from '../command/arguments.ts'
import { LabError } from '../errors.ts'

function asked(line: string) {
  const found = invocation(line.split(' '))
  assert.notEqual(found, 'help')
  return found === 'help' ? undefined : found
}

test('up takes a number of blades and --fresh', () => {
  const found = asked('up --blades 3 --fresh --name dev')
  assert.deepEqual([found?.command, found?.blades, found?.name], ['up', 3, 'dev'])
  assert.equal(found?.flags.has('fresh'), true)
})

test('what follows the node belongs to the command that runs there', () => {
  assert.deepEqual(asked('ssh --name dev blade1 ls -l --name x')?.words, ['blade1', 'ls', '-l', '--name', 'x'])
  assert.equal(asked('ssh --name dev blade1 ls')?.name, 'dev')
})

test('cut takes a fabric and a node', () => {
  const found = asked('cut A blade1 --silent')
  assert.deepEqual(found?.words, ['A', 'blade1'])
  assert.equal(found?.flags.has('silent'), true)
})

const refused = [
  ['an unknown command', 'fly', /no such command/],
  ['an unknown option', 'up --quick', /quick/],
  ['an option of another command', 'down --fresh', /--fresh/],
  ['too few words', 'power-off', /0/],
  ['too many words', 'verify a b', /2/],
  ['a number that is none', 'up --blades many', /many/],
  ['an unknown output', 'status --output xml', /xml/],
] as const
for (const [rule, line, found] of refused)
  test(`refused with exit code 2: ${rule}`, () => {
    assert.throws(
      () => invocation(line.split(' ')),
      (error) => error instanceof LabError && error.exitCode === 2 && found.test(error.explanation.found),
    )
  })

test('help names every command', () => {
  assert.equal(invocation([]), 'help')
  assert.equal(invocation(['up', '--help']), 'help')
  for (const command of Object.keys(commands)) assert.match(helpText(), new RegExp(`^  ${command}\\b`, 'm'))
})
