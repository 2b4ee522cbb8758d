import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Fleet, Volume } from '#documents'
import { prove } from '#findings'
import { type Domain, read, standstillOf } from '#survey'
import { b, domain, fleetOf, LDAP, report, SIZE, surveyOf, UUID, VM, WWID } from '../../test/lab-fleet.ts'
import { key, knowing, look, silent } from '../../test/reserved-lun.ts'

const still = (pausedBy?: Domain['pausedBy']) => domain('paused', pausedBy && { pausedBy })
const at = (found: Domain) =>
  surveyOf(fleetOf(), { blade1: report('blade1', { domains: read([found]) }), blade2: report('blade2') })

for (const [what, found, byError, byEither] of [
  ['an I/O error', still('io-error'), 'proved', 'proved'],
  ['an operator', still('operator'), 'refuted', 'proved'],
  ['something else, such as a move', still('other'), 'refuted', 'refuted'],
  ['nobody knows whom', still(), 'unknown', 'unknown'],
  ['nobody: it runs', domain('running'), 'refuted', 'refuted'],
  ['nobody: it is off', domain('shut off'), 'refuted', 'refuted'],
] as const)
  test(`paused by ${what}`, () => {
    const claim = { kind: 'paused', blade: b('blade1'), vm: VM, uuid: UUID } as const
    const judged = (['io-error', 'either'] as const).map((by) => prove({ ...claim, by }, fleetOf(), at(found)).verdict)
    assert.deepEqual(judged, [byError, byEither])
  })

function reserved(home: 'blade1' | 'blade2'): Fleet {
  const fleet = fleetOf()
  const volume = { ...fleet.volumes.get(LDAP), writer: 'array', home: b(home), generation: 3 } as Volume
  return { ...fleet, volumes: new Map([[LDAP, volume]]) }
}
const claim = {
  kind: 'kept',
  blade: b('blade1'),
  vm: VM,
  key: key(1, 3),
  volume: { alias: LDAP, wwid: WWID, size: SIZE },
} as const

test('a disk that the array still keeps to its blade may be gone on with', () => {
  const found = prove(claim, reserved('blade1'), look(reserved('blade1'), { blade1: knowing('blade1', [key(1, 3)]) }))
  assert.deepEqual([found.verdict, found.claim], ['proved', claim])
})

for (const [how, home, keys] of [
  ['by another blade’s key, though no document says so', 'blade1', [key(2, 4)]],
  ['by its document, though the key has come back', 'blade2', [key(1, 3)]],
] as const)
  test(`a disk that was taken meanwhile, ${how}: the memory is older, and only a start from the disk is left`, () => {
    const found = prove(claim, reserved(home), look(reserved(home), { blade1: knowing('blade1', keys) }))
    assert.equal(found.verdict, 'refuted')
    assert.match(found.because, /ldap was taken from blade1 while ldap stood still.*older than the disk/)
    assert.match(found.next ?? '', /^anyblade vm stop ldap --force; then anyblade vm start ldap/)
  })

test('another blade’s key beside its own may be of a move that was cut off: its run is asked for first', () => {
  const both = look(reserved('blade1'), { blade1: knowing('blade1', [key(1, 3), key(2, 4)]) })
  const found = prove(claim, reserved('blade1'), both)
  assert.equal(found.verdict, 'refuted')
  assert.match(found.next ?? '', /^anyblade run list; where no move of ldap is open/)
})

test('a disk that the array keeps to nobody is put back first, and a silent one is not known', () => {
  const gone = look(reserved('blade1'), { blade1: knowing('blade1', []) })
  assert.deepEqual(
    [prove(claim, reserved('blade1'), gone)].map(({ verdict, next }) => [verdict, next]),
    [['refuted', 'anyblade volume reassert ldap']],
  )
  const mute = look(reserved('blade1'), { blade1: silent })
  assert.equal(prove(claim, reserved('blade1'), mute).verdict, 'unknown')
})

test('what an outage leaves: VMs of the fleet that an I/O error has stopped, and whoever does not tell', () => {
  const fleet = fleetOf()
  const blades = [b('blade1'), b('blade2')]
  assert.deepEqual(standstillOf(fleet, at(still('io-error')), blades), { vms: [VM], silent: [] })
  assert.deepEqual(standstillOf(fleet, at(still('io-error')), [b('blade2')]), { vms: [], silent: [] })
  assert.deepEqual(standstillOf(fleet, at(still('operator')), blades), { vms: [], silent: [] })
  assert.deepEqual(standstillOf(fleet, at({ ...still('io-error'), uuid: 'a stranger' }), blades).vms, [])
  assert.match(standstillOf(fleet, at(still()), blades).silent.join(), /blade1 does not say why ldap is paused/)
  assert.match(standstillOf(fleet, look(fleet, { blade1: silent }), blades).silent[0] ?? '', /blade1 gave no answer/)
})
