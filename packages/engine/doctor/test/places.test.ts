import assert from 'node:assert/strict'
import { test } from 'node:test'
import { check, type Fleet, type Vm, type VmName } from '#documents'
import { type Domain, read } from '#survey'
import { b, domain, fleetOf, report, sure, surveyOf, UUID } from '../../test/lab-fleet.ts'
import { wrongPlaces } from '../places.ts'

const uuidOf = (i: number): string => UUID.replace('1111', `000${i}`)
const vm = (i: number, said: Readonly<Record<string, string>>): Vm => ({
  ...sure(check.vms({ uuid: uuidOf(i), volumes: ['ldap'], home: 'blade1', ...said })),
  name: `vm${i}` as VmName,
  xml: '',
})
const up = (...which: readonly number[]): Domain[] =>
  which.map((i) => domain('running', { name: `vm${i}`, uuid: uuidOf(i) }))

function found(vms: readonly Vm[], on: readonly (readonly Domain[] | undefined)[], chassis: readonly string[] = []) {
  const plain = fleetOf({ blades: 3 })
  const blades = [...plain.blades.values()].map((blade, i) => {
    const name = chassis[i]
    return [blade.name, name === undefined ? blade : { ...blade, chassis: name }] as const
  })
  const fleet: Fleet = { ...plain, blades: new Map(blades), vms: new Map(vms.map((one) => [one.name, one])) }
  const told = (i: number, node: 'blade1' | 'blade2' | 'blade3') => {
    const domains = on[i]
    return domains === undefined
      ? report(node, { domains: { state: 'timed out', because: 'hangs' } })
      : report(node, { domains: read(domains) })
  }
  const survey = surveyOf(fleet, { blade1: told(0, 'blade1'), blade2: told(1, 'blade2'), blade3: told(2, 'blade3') })
  return wrongPlaces(fleet, survey).map(({ check, blades: at, mend }) => [check, at.join(), mend])
}

test('two of one group on one blade, or on two blades of one chassis while there is another', () => {
  const web = [vm(0, { anti_affinity: 'web' }), vm(1, { anti_affinity: 'web' }), vm(2, {})]
  assert.deepEqual(found(web, [up(0, 1, 2), [], []]), [
    ['anti-affinity', 'blade1', 'anyblade vm migrate vm1 --to BLADE'],
  ])
  assert.deepEqual(found(web, [up(0), up(1, 2), []], ['c1', 'c2', 'c1']), [])
  assert.deepEqual(
    found(web, [up(0), up(1, 2), []], ['c1', 'c1', 'c2']).map(([kind, at]) => [kind, at]),
    [['chassis', 'blade1,blade2']],
  )
  assert.deepEqual(found(web, [up(0), up(1, 2), []], ['c1', 'c1', 'c1']), [])
})

test('up though it shall not run, off though it shall; a silent blade may have it', () => {
  const said = [vm(0, { shall_run: 'false' }), vm(1, { shall_run: 'true' }), vm(2, {})]
  assert.deepEqual(
    found(said, [up(0), up(1), []]).map(([, at]) => at),
    ['blade1'],
  )
  assert.deepEqual(
    found(said, [up(), [], []]).map(([, , mend]) => mend),
    ['anyblade vm start vm1'],
  )
  assert.deepEqual(found(said, [up(), [], undefined]), [])
  assert.equal(b('blade1'), 'blade1')
})
