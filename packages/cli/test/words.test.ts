import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inOrder } from '../words.ts'

const habits = [
  ['help before the command', 'help vm migrate', 'vm migrate --help'],
  ['a flag before the command', '--fleet d vm list', 'vm list --fleet d'],
  ['several of them', '-q --fleet=d -o json --timeout 5 vm list', 'vm list -q --fleet=d -o json --timeout 5'],
  ['--dry-run', 'vm stop ldap --dry-run', 'vm stop ldap --plan'],
  ['--dry-run before the command', '--dry-run vm stop ldap', 'vm stop ldap --plan'],
  ['what stands behind --', 'multipath check -- --dry-run help', 'multipath check -- --dry-run help'],
  ['a flag that is no common one stays', '--version', '--version'],
  ['a value that is missing', '--fleet', '--fleet'],
  ['nothing', '', ''],
] as const
for (const [habit, typed, read] of habits)
  test(`${habit}: ${typed}`, () => assert.deepEqual(inOrder(typed.split(' ')), read.split(' ')))
