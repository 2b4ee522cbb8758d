import assert from 'node:assert/strict'
import { test } from 'node:test'
import { claimsOf, planOf } from '#plans'
import { type BladeReport, type HostDisks, read } from '#survey'
import { b, device, fleetOf, LDAP, report, SIZE, surveyOf, WWID } from '../../test/lab-fleet.ts'
import { prove } from '../prove.ts'

const fleet = fleetOf({ withVm: false })
const root = (...devices: string[]): HostDisks => ({ uses: [{ use: 'mounted at /', devices }], untold: [] })
const volume = { alias: LDAP, wwid: WWID, size: SIZE }

const judged = (hostDisks: BladeReport['hostDisks'], change: Partial<BladeReport> = {}) =>
  prove(
    { kind: 'no-host-disk', blade: b('blade1'), volume },
    fleet,
    surveyOf(fleet, { blade1: report('blade1', { hostDisks, ...change }) }),
  )

const own: readonly (readonly [string, HostDisks])[] = [
  ['its map', root('dm-7', 'dm-0', 'sdb', 'sdc')],
  ['LVM on one of its paths, beside multipath', root('dm-9', 'sdc1', 'sdc')],
  [
    'something else that is mounted',
    {
      uses: [
        { use: 'mounted at /', devices: ['vda1', 'vda'] },
        { use: 'mounted at /srv', devices: ['sdb'] },
      ],
      untold: [],
    },
  ],
]
for (const [what, disks] of own)
  test(`a host that stands on the volume, by ${what}: the chain is named`, () => {
    const { verdict, evidence } = judged(read(disks))
    assert.equal(verdict, 'refuted')
    const chain = disks.uses.at(-1)
    assert.deepEqual(evidence, [`${chain?.use}: ${chain?.devices.join(' on ')}`])
  })

test('a map of another name is known by its id, and one of this name by the name', () => {
  const [map] = report('blade1').maps
  assert.ok(map)
  const renamed = { maps: [{ ...map, name: 'mpatha', dm: 'dm-5' }] }
  assert.equal(judged(read(root('dm-5')), renamed).verdict, 'refuted')
})

test('a host on its own disk', () => {
  const { verdict, because } = judged(read(root('dm-9', 'vda2', 'vda')))
  assert.deepEqual([verdict, because], ['proved', 'blade1 stands on vda, and nothing of ldap'])
  assert.equal(judged(read(root())).verdict, 'proved')
})

test('what is not told proves nothing: no answer, no root, a pool of unknown disks', () => {
  assert.equal(judged({ state: 'timed out', because: 'x' }).verdict, 'unknown')
  assert.equal(judged(read({ uses: [], untold: [] })).verdict, 'unknown')
  const pool = { ...root('vda'), untold: [{ use: 'mounted at /srv', source: 'tank' }] }
  assert.deepEqual(judged(read(pool)).evidence, ['mounted at /srv: tank'])
})

test('nothing of a volume is taken from a blade that was not asked for this', () => {
  const intent = { kind: 'delete-volume', volume: LDAP } as const
  const asked = claimsOf(fleet, intent).filter(({ kind }) => kind === 'no-host-disk')
  assert.equal(asked.length, 2)
  const [first] = planOf(fleet, surveyOf(fleet, {}), intent).steps
  assert.ok(first?.requires.some(({ kind }) => kind === 'no-host-disk'))
  const elsewhere = device('A', 'sdx')
  assert.equal(judged(read(root('sdx')), { devices: [elsewhere] }).verdict, 'refuted')
})
