import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BladeName, Domain } from '@anyblade/engine'
import { stateText } from '../vm/places.ts'

for (const [said, found] of [
  ['paused by an I/O error', { state: 'paused', pausedBy: 'io-error' }],
  ['paused by an operator', { state: 'paused', pausedBy: 'operator' }],
  ['paused', { state: 'paused', pausedBy: 'other' }],
  ['paused', { state: 'paused' }],
  ['running', { state: 'running' }],
] as const satisfies readonly (readonly [string, Pick<Domain, 'state' | 'pausedBy'>])[])
  test(`vm list of one that is ${JSON.stringify(found)}: ${said}`, () =>
    assert.equal(stateText({ blade: 'blade1' as BladeName, ...found }), said))
