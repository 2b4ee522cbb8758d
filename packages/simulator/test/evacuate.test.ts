/** A blade with several VMs is emptied on the real road; an operator dies in the middle, and another one finishes. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type EvacuationEvent, type EvacuationTold, evacuate, evacuationEnd, runId } from '@anyblade/engine'
import { handsOf, Operator, type Strike } from '#operators'
import { domainOf, type World } from '#world'
import { passed } from '../histories/history.ts'
import { HOME, sure } from '../histories/site.ts'
import { farm, GUESTS, whereabouts, XML_OF_NONE } from './farm.ts'

const HOUR_MS = 3600_000
const UNHURT: Strike = () => () => {}

type Watched = { readonly events: EvacuationEvent[]; readonly operator: Operator; isOver: boolean }

let runs = 0

/** Somebody begins it; nothing happens until time passes. */
function begin(world: World, name: string, atOnce: number | undefined, strike = UNHURT): Watched {
  const operator = new Operator(name)
  const told: Watched = { events: [], operator, isOver: false }
  const newRun = () => {
    runs += 1
    return sure(runId(`r-${name}${runs}`), 'run')
  }
  const going = evacuate({
    fleet: async () => world.documents.fleet,
    intent: { blades: [HOME], to: undefined, degraded: false },
    hands: handsOf(world, operator, strike),
    atOnce,
    to: { newRun, operator: name },
    signal: operator.cancel.signal,
    pause: (ms) => new Promise((resolve) => world.time.in(ms, () => world.time.answer(resolve))),
  })
  const follow = async () => {
    for await (const event of going) told.events.push(event)
    told.isOver = true
  }
  follow().catch((error) => {
    throw error
  })
  return told
}

function toldBy({ events }: Watched): EvacuationTold {
  const placements = events.flatMap((event) => (event.kind === 'placed' ? [event.placement] : []))
  return {
    placement: sure(placements.at(-1), 'placement'),
    moved: events.flatMap((event) => (event.kind === 'moved' ? [event.moved] : [])),
    proof: events.findLast((event) => event.kind === 'proof')?.proof,
  }
}

function isMovedAway(world: World): void {
  for (const { runs: on, recorded } of whereabouts(world)) {
    assert.deepEqual(on, [recorded])
    assert.notEqual(recorded, HOME)
  }
}

test('four VMs leave a blade, two at once, the largest first, each recorded; then it is proved empty', async () => {
  const { world, judged } = await farm(1)
  let [underWay, most] = [0, 0]
  const strike: Strike = ({ kind }) => {
    if (kind !== 'migrate-domain') return () => {}
    return (boundary) => {
      if (boundary === 'during') underWay += 1
      if (boundary === 'after') underWay -= 1
      most = Math.max(most, underWay)
    }
  }
  const watched = begin(world, 'first', undefined, strike)
  await world.time.pass(() => watched.isOver, world.now() + HOUR_MS)
  const told = toldBy(watched)
  assert.equal(evacuationEnd(told), 'empty', world.trace.slice(-20).join('\n'))
  assert.deepEqual(
    told.placement.moves.map(({ vm }) => vm),
    ['wiki', 'news', 'mail', 'ldap'],
  )
  assert.equal(most, 2)
  assert.deepEqual(told.placement.spare, { holds: 'yes' })
  isMovedAway(world)
  assert.deepEqual(judged.violations, [])
})

/** However the moves of one and of the other fall together: none is begun from documents that have moved on since. */
for (const seed of [11, 12, 13, 14, 15, 16, 17, 18])
  test(`moves that end beside others that begin do not meet in the documents, seed ${seed}`, async () => {
    const { world, judged } = await farm(seed)
    const watched = begin(world, 'first', undefined)
    await world.time.pass(() => watched.isOver, world.now() + HOUR_MS)
    assert.deepEqual(
      toldBy(watched).moved.map(({ end, because }) => [end, because]),
      GUESTS.map(() => ['done', '']),
    )
    isMovedAway(world)
    assert.deepEqual(judged.violations, [])
  })

for (const seed of [21, 22, 23])
  test(`two operators empty the same blade at once: both find it empty, each VM has moved once, seed ${seed}`, async () => {
    const { world, judged } = await farm(seed)
    const both = [begin(world, 'first', undefined), begin(world, 'second', undefined)]
    await world.time.pass(() => both.every(({ isOver }) => isOver), world.now() + HOUR_MS)
    assert.deepEqual(
      both.map((one) => evacuationEnd(toldBy(one))),
      ['empty', 'empty'],
      world.trace.slice(-30).join('\n'),
    )
    const done = both.flatMap((one) => toldBy(one).moved.filter(({ end }) => end === 'done'))
    assert.deepEqual(
      done.map(({ vm }) => String(vm)).sort(),
      GUESTS.map(({ vm }) => String(vm)),
    )
    isMovedAway(world)
    assert.deepEqual(judged.violations, [])
  })

test('one that may not move stops no other, and what the fleet does not know is left and named', async () => {
  const { world, judged } = await farm(5)
  const [first] = GUESTS
  assert.ok(first)
  const home = world.machine(HOME)
  home.libvirt.add({ ...domainOf('theirs', 'ffffffff-2222-3333-4444-555555555555', XML_OF_NONE), state: 'running' })
  for (const other of ['blade2', 'blade3']) {
    const { multipathd } = world.machine(other)
    multipathd.flush(sure(multipathd.map(first.volume), 'map'))
  }
  const watched = begin(world, 'first', undefined)
  await world.time.pass(() => watched.isOver, world.now() + HOUR_MS)
  const told = toldBy(watched)
  assert.equal(evacuationEnd(told), 'refused')
  assert.deepEqual(told.moved.map(({ vm }) => String(vm)).sort(), ['mail', 'news', 'wiki'])
  assert.deepEqual(
    told.placement.left.map(({ vm }) => vm),
    [first.vm],
  )
  assert.match(
    told.proof?.flatMap(({ remains }) => remains).join() ?? '',
    /^ldap is running,theirs is running,\/dev\/mapper\/ldap is open, 1 times$/,
  )
  assert.deepEqual(judged.violations, [])
})

test('one that would not converge while others take its link is asked once more by itself, and moved', async () => {
  const { world, judged } = await farm(6)
  const [last] = GUESTS
  const busy = sure(
    world.machine(HOME).libvirt.active.find(({ name }) => name === last?.vm),
    'the last one',
  )
  busy.dirtyBytesPerSecond = 20 * 1024 ** 2
  const whole = world.lan.bytesPerSecond
  let left = GUESTS.length - 1
  const strike: Strike = ({ kind }) => {
    if (kind !== 'migrate-domain') return () => {}
    return (boundary) => {
      if (boundary === 'after') left -= 1
      world.lan.bytesPerSecond = left > 0 ? whole / 10 : whole
    }
  }
  const watched = begin(world, 'first', undefined, strike)
  await world.time.pass(() => watched.isOver, world.now() + HOUR_MS)
  const told = toldBy(watched)
  assert.deepEqual(
    told.moved.filter(({ vm }) => vm === last?.vm).map(({ end }) => end),
    ['refused', 'done'],
    JSON.stringify(told.moved),
  )
  assert.equal(evacuationEnd(told), 'empty')
  isMovedAway(world)
  assert.deepEqual(judged.violations, [])
})

test('an operator is killed while two VMs move; another one goes on with his runs and moves the rest', async () => {
  for (const boundary of ['before', 'during', 'after'] as const) {
    const { world, judged } = await farm(2)
    let count = 0
    const strike: Strike = ({ kind }, _, by) => {
      count += kind === 'migrate-domain' ? 1 : 0
      const isTheSecond = kind === 'migrate-domain' && count === 2
      return (now) => {
        if (isTheSecond && now === boundary) by.life.end()
      }
    }
    const first = begin(world, 'first', undefined, strike)
    await world.time.pass(() => !first.operator.life.goesOn, world.now() + HOUR_MS)
    assert.equal(first.isOver, false)
    const second = begin(world, 'second', undefined)
    await world.time.pass(() => second.isOver, world.now() + HOUR_MS)
    assert.equal(evacuationEnd(toldBy(second)), 'empty', `${boundary}: ${world.trace.slice(-30).join('\n')}`)
    isMovedAway(world)
    await passed(world, 60_000)
    assert.deepEqual(judged.violations, [], boundary)
  }
})

test('called off: no further move is begun, and what was under way is where it was', async () => {
  const { world, judged } = await farm(3)
  const strike: Strike = ({ kind }, _, by) => {
    return (boundary) => {
      if (kind === 'await-landing' && boundary === 'after') by.cancel.abort()
    }
  }
  const watched = begin(world, 'first', 1, strike)
  await world.time.pass(() => watched.isOver, world.now() + HOUR_MS)
  const told = toldBy(watched)
  assert.deepEqual([told.moved.map(({ end }) => end), told.proof], [['undone'], undefined])
  assert.equal(evacuationEnd(told), 'partly')
  assert.deepEqual(judged.violations, [])
})

test('the plan says how long it takes, from links that are measured one after the other; each move takes what was wished for', async () => {
  const { world } = await farm(1)
  const operator = new Operator('first')
  const events: EvacuationEvent[] = []
  const going = evacuate({
    fleet: async () => world.documents.fleet,
    intent: { blades: [HOME], to: undefined, degraded: false, transfer: { bandwidthMibPerSecond: 7 } },
    hands: handsOf(world, operator, UNHURT),
    atOnce: undefined,
    to: 'plan',
    signal: operator.cancel.signal,
    pause: async () => {},
  })
  let isOver = false
  const follow = async () => {
    for await (const event of going) events.push(event)
    isOver = true
  }
  follow().catch((error) => {
    throw error
  })
  await world.time.pass(() => isOver, world.now() + HOUR_MS)
  const { timetable } = sure(
    events.find((event) => event.kind === 'timed'),
    'timetable',
  )
  assert.deepEqual([timetable.moves.length, timetable.untold, timetable.never], [4, [], []])
  const { placement } = sure(
    events.find((event) => event.kind === 'placed'),
    'placement',
  )
  const pairs = new Set(placement.moves.map(({ from, to }) => `${from} ${to}`))
  assert.equal(events.filter(({ kind }) => kind === 'measuring').length, pairs.size)
  const bytes = placement.moves.reduce((sum, one) => sum + one.bytes, 0)
  assert.ok(timetable.seconds > 0 && timetable.seconds < bytes / (7 * 1024 ** 2) + 1, String(timetable.seconds))
})
