import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Action, inverse, isOnArray, NO_EVIDENCE } from '#actions'
import type { Alias, Bytes, LunNumber, Wwid } from '#documents'
import { EngineError } from '#errors'
import { proveAll } from '#findings'
import { claimsOf, type Intent, leaseWords, type Plan, parsePlan, planOf } from '#plans'
import { join, read, type Survey } from '#survey'
import { resolve } from '../../run/prepare.ts'
import { b, fleetOf, LDAP, type Node, report, SAN, SIZE } from '../../test/lab-fleet.ts'

type Create = Extract<Intent, { readonly kind: 'create-volume' }>
const NAMES = ['blade1', 'blade2', 'blade3'] as const
/** A release that keeps a key for each map, so that the volumes are reserved. */
const CONFIG = new TextEncoder().encode('defaults {\n\treservation_key file\n}\n')
const bare = (name: Node) => report(name, { devices: [], maps: [], config: read({ main: CONFIG, dropIns: [] }) })

function fleetWith(blades: number) {
  return fleetOf({ blades, withVolume: false, withVm: false })
}

/** All blades answer, and the array has given these numbers to others. */
function seen(blades: number, taken: readonly number[] = [], freeBytes = 1000 * SIZE): Survey {
  const fleet = fleetWith(blades)
  const others = taken.map((lun) => ({
    name: `other${lun}`,
    tag: undefined,
    wwid: `360014${lun}` as Wwid,
    size: SIZE,
    mappings: [{ initiator: '2000525400aa0001', lun: lun as LunNumber }],
  }))
  const readings = new Map(NAMES.slice(0, blades).map((name) => [b(name), read(bare(name))]))
  return join(fleet, readings, new Map([[SAN, read({ ports: [], freeBytes, volumes: others } as never)]]))
}

const create = (sizes: readonly number[]): Create => ({
  kind: 'create-volume',
  volumes: sizes.map((size, at) => ({ volume: `vm${at + 1}` as Alias, size: (size * SIZE) as Bytes })),
  array: SAN,
  writer: undefined,
  home: undefined,
})

const planned = (blades: number, intent: Create, taken: readonly number[] = []): Plan =>
  planOf(fleetWith(blades), seen(blades, taken), intent)
const kindsOf = ({ steps }: Plan): string[] => steps.map(({ action }) => action.kind)
const actionsOf = <Kind extends Action['kind']>({ steps }: Plan, kind: Kind) =>
  steps.flatMap(({ action }) => (action.kind === kind ? [action as Extract<Action, { kind: Kind }>] : []))

const asked = fc.record({
  blades: fc.integer({ min: 1, max: 3 }),
  sizes: fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 20 }),
  taken: fc.uniqueArray(fc.integer({ min: 1, max: 25 }), { maxLength: 12 }),
})

test('however many: a number each that nobody has, one scan and one change of the configuration a blade, one record', () => {
  fc.assert(
    fc.property(asked, ({ blades, sizes, taken }) => {
      const plan = planned(blades, create(sizes), taken)
      const given = actionsOf(plan, 'map-volume').map(({ lun }) => Number(lun))
      assert.equal(new Set(given).size, sizes.length)
      assert.ok(given.every((lun) => lun > 0 && !taken.includes(lun)))
      const names = sizes.map((_, at) => `vm${at + 1}`)
      for (const kind of ['check-lun-free', 'scan-lun'] as const)
        for (const [at, { blade, luns }] of actionsOf(plan, kind).entries()) {
          assert.equal(blade, NAMES[at])
          assert.deepEqual([luns.map(({ volume }) => volume), luns.map(({ lun }) => lun)], [names, given])
        }
      const aliases = actionsOf(plan, 'add-aliases')
      assert.deepEqual(
        aliases.map(({ blade }) => blade),
        NAMES.slice(0, blades),
      )
      for (const one of aliases)
        assert.deepEqual(
          one.aliases.map(({ alias }) => alias),
          names,
        )
      const records = actionsOf(plan, 'record-documents')
      assert.deepEqual(
        records.map(({ changes }) => changes.map(({ document }) => document)),
        [names.map((name) => `volumes/${name}.yaml`)],
      )
    }),
  )
})

test('the id of each is taken from its own carving, and a journal gives the plan back as it was', () => {
  fc.assert(
    fc.property(asked, ({ blades, sizes, taken }) => {
      const plan = planned(blades, create(sizes), taken)
      assert.deepEqual(parsePlan(JSON.stringify(plan)), plan)
      const journal = plan.steps.flatMap(({ number, action }) =>
        action.kind === 'carve-volume'
          ? [{ step: number, event: 'done' as const, evidence: { ...NO_EVIDENCE, wwid: `3-${action.volume}` as Wwid } }]
          : [],
      )
      for (const { action } of plan.steps) {
        const ready = resolve(action, journal)
        const named =
          'luns' in ready
            ? ready.luns.map(({ volume, wwid }) => [volume, wwid])
            : 'aliases' in ready
              ? ready.aliases.map(({ alias, wwid }) => [alias, wwid])
              : ready.kind === 'reserve-volume'
                ? [[ready.alias, ready.wwid]]
                : []
        for (const [name, wwid] of named) assert.equal(wwid, `3-${name}`)
      }
    }),
  )
})

test('taken back from wherever it stops: maps, then the mappings, then paths, then what was carved; of each all', () => {
  fc.assert(
    fc.property(asked, fc.nat(), ({ blades, sizes, taken }, stop) => {
      const { steps } = planned(blades, create(sizes), taken)
      const begun = steps.slice(0, 1 + (stop % steps.length))
      const undo = begun.toReversed().flatMap(({ action }) => inverse(action) ?? [])
      const order = ['unregister-key', 'remove-aliases', 'flush-map', 'unmap-volume', 'remove-paths', 'delete-volume']
      const ranks = undo.map(({ kind }) => order.indexOf(kind))
      assert.deepEqual(
        ranks,
        ranks.toSorted((a, z) => a - z),
      )
      const left = new Set(
        begun.flatMap(({ action }) => (isOnArray(action) ? [`${action.kind} ${action.volume}`] : [])),
      )
      for (const action of undo) {
        if (action.kind === 'unmap-volume') left.delete(`map-volume ${action.volume}`)
        if (action.kind === 'delete-volume') left.delete(`carve-volume ${action.volume}`)
      }
      assert.deepEqual([...left], [])
    }),
  )
})

test('17 LUNs on three blades: one plan, in which a bad candidate stops at one blade', () => {
  const plan = planned(3, create(Array(17).fill(1)))
  const count = (kind: string) => kindsOf(plan).filter((one) => one === kind).length
  assert.deepEqual(
    [
      'carve-volume',
      'check-lun-free',
      'map-volume',
      'scan-lun',
      'add-aliases',
      'reserve-volume',
      'record-documents',
    ].map(count),
    [17, 3, 17, 3, 3, 17, 1],
  )
  assert.equal(plan.steps.length, 61)
  const canary = plan.steps.find(({ action }) => action.kind === 'add-aliases')
  assert.equal(canary?.together, undefined)
  const proved = new Set(
    plan.steps.at(-1)?.requires.map((claim) => `${claim.kind} ${'blade' in claim ? claim.blade : ''}`),
  )
  for (const name of NAMES)
    for (const kind of ['identity', 'redundancy', 'alias-held']) assert.ok(proved.has(`${kind} ${name}`))
  const words = leaseWords(fleetWith(3), plan, b('blade2')).map(({ name }) => name)
  assert.deepEqual(words.filter((name) => name.startsWith('volume/')).length, 17)
  assert.ok(words.includes('luns'))
})

test('room is asked for all together, and a namesake of any is told', () => {
  const open = (intent: Create, survey: Survey) => {
    const fleet = fleetWith(2)
    return proveAll(claimsOf(fleet, intent, survey), fleet, survey).filter(({ verdict }) => verdict !== 'proved')
  }
  assert.deepEqual(open(create([2, 2]), seen(2, [], 4 * SIZE)), [])
  assert.match(open(create([2, 3]), seen(2, [], 4 * SIZE))[0]?.because ?? '', /4096 MiB free, 5120 MiB are wanted/)
  const twin = create([1, 1])
  const named = { ...twin, volumes: [...twin.volumes, { volume: 'other3' as Alias, size: SIZE }] }
  assert.match(open(named, seen(2, [3]))[0]?.because ?? '', /has other3 already, not this fleet's/)
})

test('a name that is taken or typed twice is refused before anybody is asked', () => {
  const twice = { ...create([1]), volumes: [...create([1]).volumes, ...create([2]).volumes] }
  assert.throws(() => claimsOf(fleetWith(2), twice), /vm1 twice/)
  const known = { ...create([1]), volumes: [...create([1]).volumes, { volume: LDAP, size: SIZE }] }
  assert.throws(() => claimsOf(fleetOf({ withVm: false }), known), EngineError)
})
