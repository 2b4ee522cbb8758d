import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inverse } from '#actions'
import type { Fleet, Volume } from '#documents'
import { claimsOf, parsePlan, planOf } from '#plans'
import { b, fleetOf, LDAP, report, surveyOf, VM, WWID } from '../../test/lab-fleet.ts'

function reserved(): Fleet {
  const fleet = fleetOf()
  const volume = { ...fleet.volumes.get(LDAP), writer: 'array', home: b('blade1'), generation: 3 } as Volume
  return { ...fleet, volumes: new Map([[LDAP, volume]]) }
}
const intent = { kind: 'resume-vm', vm: VM, by: 'io-error', degraded: false } as const
const plan = planOf(reserved(), surveyOf(reserved(), { blade1: report('blade1') }), intent)

test('one act at its home, with every proof asked again right before it, and no way back', () => {
  assert.deepEqual(
    plan.steps.map(({ action, phase, requires }) => [action.kind, phase, requires, inverse(action)]),
    [['resume-domain', 'pivot', claimsOf(reserved(), intent), undefined]],
  )
  const [step] = plan.steps
  assert.deepEqual(step && 'disks' in step.action && step.action.disks, [{ alias: LDAP, wwid: WWID }])
})

test('why it stands still, that it is nowhere else, and that nobody was given its disk, come before all else is judged', () => {
  const kinds = claimsOf(reserved(), intent).map(({ kind }) => kind)
  assert.deepEqual(kinds.slice(0, 4), ['answers', 'paused', 'domain', 'kept'])
  for (const kind of ['identity', 'redundancy', 'disk-unused', 'writer', 'error-policy'] as const)
    assert.ok(kinds.includes(kind), kind)
  const wanted = claimsOf(reserved(), intent).flatMap((claim) => (claim.kind === 'domain' ? [claim.wanted] : []))
  assert.deepEqual(wanted, ['absent'])
})

test('a degraded one is content with one fabric', () => {
  const fabrics = (degraded: boolean) =>
    claimsOf(reserved(), { ...intent, degraded }).flatMap((claim) =>
      claim.kind === 'redundancy' ? [claim.fabrics] : [],
    )
  assert.deepEqual([fabrics(false), fabrics(true)], [[2], [1]])
})

test('whoever finds it in a journal reads the same plan', () => {
  assert.deepEqual(parsePlan(JSON.stringify(plan)), plan)
})
