import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseLog } from '../history.ts'
import { parseStatus } from '../state.ts'

test('svn status: what is changed, unknown, gone or in conflict of the fleet’s own, and a locked working copy', () => {
  const text = [
    'M       fleet.yaml',
    '?       vms/new @2.xml',
    '!       volumes/ldap.yaml',
    ' M      blades',
    'A  +    blades/blade3.yaml',
    '?       notes.txt',
    'X       lib',
    '  L     .',
    '      >   moved from somewhere',
    '',
  ].join('\n')
  assert.deepEqual(parseStatus(text), {
    uncommitted: ['fleet.yaml', 'vms/new @2.xml', 'volumes/ldap.yaml', 'blades', 'blades/blade3.yaml'],
    isLocked: true,
  })
})

test('svn log: a message that looks like a log is a message', () => {
  const rule = '-'.repeat(72)
  const head = (n: number, lines: string) => `r${n} | ann | 2026-01-02 03:04:05 +0000 (Fri, 02 Jan 2026) | ${lines}`
  const text = [
    rule,
    head(7, '4 lines'),
    '',
    'first',
    rule,
    head(9, '1 line'),
    'Run: r-abcdef',
    rule,
    head(6, '1 line'),
    '',
    'six',
    rule,
  ]
  assert.deepEqual(
    parseLog(text.join('\n')).map(({ commit, subject, run }) => [commit, subject, run]),
    [
      ['r7', 'first', 'r-abcdef'],
      ['r6', 'six', undefined],
    ],
  )
})
