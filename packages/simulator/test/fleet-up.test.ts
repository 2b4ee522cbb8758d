/** All was without power, the array has lost its reservations with it, and the fleet is started by real walks. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  coldOf,
  documentedKey,
  type Finding,
  fleetUp,
  look,
  NOTHING,
  type RoadEvent,
  reservationKey,
} from '@anyblade/engine'
import { UNRESERVED } from '@anyblade/scsi'
import { handsOf, Operator } from '#operators'
import { nexusOf, type World } from '#world'
import { Crew, type End } from '../histories/crew.ts'
import { passed } from '../histories/history.ts'
import { AWAY, HOME, sure } from '../histories/site.ts'
import { farm, GUESTS, whereabouts } from './farm.ts'

const [LDAP, MAIL, NEWS, WIKI] = GUESTS.map(({ vm }) => vm)

/** mail lives on another blade; wiki is to start after mail, and news after wiki. */
async function outage(seed: number) {
  const { world, judged } = await farm(seed)
  const crew = new Crew(world)
  const moving = crew.begin('earlier', { kind: 'migrate-vm', vm: sure(MAIL, 'VM'), to: AWAY, degraded: false })
  await crew.atEnd()
  assert.equal(moving.end, 'done', world.trace.slice(-6).join('\n'))
  for (const [vm, other] of [
    [WIKI, MAIL],
    [NEWS, WIKI],
  ] as const)
    world.documents.record({
      changes: [{ document: `vms/${vm}.yaml`, set: [{ path: ['start_after'], value: [sure(other, 'VM')] }] }],
    })
  world.san.losePower()
  for (const unit of world.san.units) unit.reservation = UNRESERVED
  for (const machine of world.machines.values()) machine.losePower()
  await passed(world, 60_000)
  world.san.isUp = true
  for (const machine of world.machines.values()) machine.boot(world.now())
  await passed(world, 60_000)
  return { world, judged }
}

/** As `fleet up` does it: what was walked, in order, and who was held up. */
async function up(world: World, reassert: boolean): Promise<string[]> {
  const operator = new Operator('starter')
  const { signal } = operator.cancel
  const { fleet } = world.documents
  const asked = { ...NOTHING, domains: true }
  const question = { blades: new Map([...fleet.blades.keys()].map((blade) => [blade, asked])), arrays: [] }
  const survey = await during(
    world,
    look(
      fleet,
      question,
      handsOf(world, operator, () => () => {}),
      signal,
    ),
  )
  const crew = new Crew(world)
  const told: string[] = []
  const came = fleetUp<{ readonly end: End | undefined; readonly findings: readonly Finding[] }>({
    ...{ fleet, cold: coldOf(fleet, survey), degraded: false, reassert, isPlan: false, signal },
    isDone: ({ end }) => end === 'done',
    walked: async (intent) => {
      let findings: readonly Finding[] = []
      const heard = (event: RoadEvent) => {
        if (event.kind === 'judged') findings = event.findings
      }
      const walking = crew.begin('starter', intent, { heard })
      await crew.atEnd()
      told.push(`${intent.kind} ${intent.kind === 'start-vm' ? intent.vm : intent.volume}: ${walking.end}`)
      return { end: walking.end, findings }
    },
  })
  for await (const one of came) if ('heldUpBy' in one) told.push(`${one.vm} waits for ${one.heldUpBy}`)
  return told
}

/** While time passes. */
async function during<T>(world: World, promise: Promise<T>): Promise<T> {
  let isOver = false
  const over = promise.finally(() => {
    isOver = true
  })
  await world.time.pass(() => isOver, world.now() + 60_000)
  return over
}

/** Under whose keys each guest's volume is, by the array. */
const keys = (world: World) =>
  GUESTS.map(({ volume }) => {
    const unit = sure(
      [...world.san.units].find(({ name }) => name === volume),
      'unit',
    )
    return [...new Set(unit.reservation.registrations.map(({ key }) => key))]
  })
const NOBODY = GUESTS.map(() => [])

test('all is started at its home, in order and once, under the keys that its home had; nothing before that is said', async () => {
  const { world, judged } = await outage(1)
  assert.deepEqual(await up(world, false), [
    `start-vm ${LDAP}: refused`,
    `start-vm ${MAIL}: refused`,
    `${WIKI} waits for ${MAIL}`,
    `${NEWS} waits for ${WIKI}`,
  ])
  assert.deepEqual(keys(world), NOBODY)
  assert.deepEqual(
    await up(world, true),
    [LDAP, MAIL, WIKI, NEWS].flatMap((vm) => [
      `start-vm ${vm}: refused`,
      `reassert-volume ${vm}: done`,
      `start-vm ${vm}: done`,
    ]),
  )
  await passed(world, 10_000)
  for (const [i, { runs, recorded }] of whereabouts(world).entries()) {
    assert.deepEqual([runs, recorded], [[recorded], GUESTS[i]?.vm === MAIL ? AWAY : HOME])
  }
  const { fleet } = world.documents
  assert.deepEqual(
    keys(world),
    GUESTS.map(({ volume }) => [documentedKey(fleet, sure(fleet.volumes.get(volume), 'volume'))]),
  )
  assert.deepEqual(judged.violations, [])
})

test('one volume that somebody else has taken meanwhile: its VM stays off, and only who starts after it with it', async () => {
  const { world, judged } = await outage(2)
  const { kernel, document } = world.machine(HOME)
  const strange = sure(reservationKey(world.documents.fleet, document, 77), 'key')
  const mail = sure(
    [...world.san.units].find(({ name }) => name === MAIL),
    'unit',
  )
  for (const device of kernel.devices)
    if (kernel.inquire(device, world.now()) === mail)
      world.san.reserveOut(mail, nexusOf(device), { kind: 'register-ignore', newKey: strange, aptpl: true })
  assert.deepEqual(await up(world, true), [
    ...[`start-vm ${LDAP}: refused`, `reassert-volume ${LDAP}: done`, `start-vm ${LDAP}: done`],
    `start-vm ${MAIL}: refused`,
    `${WIKI} waits for ${MAIL}`,
    `${NEWS} waits for ${WIKI}`,
  ])
  assert.deepEqual(
    whereabouts(world).map(({ runs }) => runs),
    [[HOME], [], [], []],
  )
  assert.deepEqual(judged.violations, [])
})
