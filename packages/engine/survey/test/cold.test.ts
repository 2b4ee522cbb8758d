import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Blade, Fleet, Vm, VmName } from '#documents'
import { coldOf, type Domain, heldUpBy, read } from '#survey'
import { b, domain, fleetOf, report, VM } from '../../test/lab-fleet.ts'
import { look, silent } from '../../test/reserved-lun.ts'

const fleet = fleetOf()
const at = (blade1: readonly Domain[] | undefined, blade2: readonly Domain[] = [], of: Fleet = fleet) =>
  coldOf(
    of,
    look(of, {
      blade1: blade1 === undefined ? silent : report('blade1', { domains: read(blade1) }),
      blade2: report('blade2', { domains: read(blade2) }),
    }),
  )
const leftAs = ({ left }: ReturnType<typeof at>) => left.map(({ why, because }) => [why, because] as const)

test('off at its home, or not even defined there any more: it is for the start to judge', () => {
  for (const found of [[domain('shut off')], [domain('crashed')], []])
    assert.deepEqual(at(found), { start: [VM], stayOff: [], up: [], left: [] })
})

test('one that runs, at home or elsewhere, is up and left alone', () => {
  assert.deepEqual(at([domain('running')]), { start: [], stayOff: [], up: [VM], left: [] })
  assert.deepEqual(at(undefined, [domain('running')]), { start: [], stayOff: [], up: [VM], left: [] })
})

test('who shall not run stays off, unless it is up; others start after those that they name', () => {
  const [one] = fleet.vms.values()
  assert.ok(one)
  const named = (name: string, change: Partial<Vm>): Vm => ({
    ...{ ...one, name: name as VmName, uuid: one.uuid.replace('1111', name === 'a' ? 'aaaa' : 'bbbb') },
    ...change,
  })
  const of = (...vms: readonly Vm[]): Fleet => ({ ...fleet, vms: new Map(vms.map((vm) => [vm.name, vm])) })
  assert.deepEqual(at([domain('shut off')], [], of({ ...one, shall_run: false })).stayOff, [VM])
  assert.deepEqual(at([domain('running')], [], of({ ...one, shall_run: false })).up, [VM])
  const a = named('a', { start_after: [VM] })
  const chain = of(a, named('b', {}), { ...one, start_after: ['b' as VmName] })
  assert.deepEqual(at([], [], chain).start, ['b', VM, 'a'])
  assert.equal(heldUpBy(chain, a.name, new Set([VM])), VM)
  assert.equal(heldUpBy(chain, a.name, new Set()), undefined)
})

test('one that is paused is not started over that', () => {
  const [left] = leftAs(at([domain('paused')]))
  assert.equal(left?.[0], 'refused')
  assert.match(left?.[1] ?? '', /anyblade vm resume ldap/)
})

test('a home that gives no answer, or is fenced, is named with what its VM needs', () => {
  const [silently] = leftAs(at(undefined))
  assert.deepEqual(silently, ['silent', 'at its home, blade1 gave no answer (timed out: no answer in 45 s)'])
  const home = { ...fleet.blades.get(b('blade1')), fenced: true } as Blade
  const fenced = { ...fleet, blades: new Map(fleet.blades).set(b('blade1'), home) }
  const [shutOut] = leftAs(at([domain('shut off')], [], fenced))
  assert.equal(shutOut?.[0], 'refused')
  assert.match(shutOut?.[1] ?? '', /its home blade1 is fenced: anyblade vm start ldap --on BLADE --cold/)
})
