import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inverse } from '#actions'
import type { Fleet, Volume } from '#documents'
import { EngineError } from '#errors'
import { claimsOf, planOf } from '#plans'
import { b, fleetOf, LDAP, report, surveyOf, VM } from '../../test/lab-fleet.ts'

function reserved(): Fleet {
  const fleet = fleetOf()
  const volume = { ...fleet.volumes.get(LDAP), writer: 'array', home: b('blade2'), generation: 3 } as Volume
  return { ...fleet, volumes: new Map([[LDAP, volume]]) }
}
const intent = { kind: 'reassert-volume', volume: LDAP } as const
const survey = surveyOf(reserved(), { blade1: report('blade1'), blade2: report('blade2') })

test('one act, on the home and under its key, and nothing that would take the key away again', () => {
  const { steps } = planOf(reserved(), survey, intent)
  assert.deepEqual(
    steps.map(({ action }) => [action.kind, 'blade' in action && action.blade, 'key' in action && action.key]),
    [['reassert-volume', 'blade2', 'a1b2000200000003']],
  )
  assert.deepEqual(
    steps.map(({ action }) => inverse(action)),
    [undefined],
  )
})

test('whoever runs on it elsewhere would be stopped: every other blade is asked, and the VM itself is no exception', () => {
  const elsewhere = claimsOf(reserved(), intent).filter((claim) => claim.kind === 'disk-unused')
  assert.deepEqual(elsewhere, [{ kind: 'disk-unused', blade: b('blade1'), volume: LDAP, except: '' }])
})

test('a volume that the array does not keep has nothing to reassert', () => {
  assert.throws(() => claimsOf(fleetOf(), intent), EngineError)
})

test('before a key is registered on a blade, its key file is in effect and nothing of its own is on the volume', () => {
  const { steps } = planOf(reserved(), survey, { kind: 'migrate-vm', vm: VM, to: b('blade2'), degraded: false })
  const register = steps.find(({ action }) => action.kind === 'register-key')
  const kinds = register?.requires.map(({ kind }) => kind) ?? []
  assert.ok(kinds.includes('key-file') && kinds.includes('unheld'), kinds.join(' '))
})
