/** Three blades are worked on one by one on the real road; operators die in the middle, commands fail, others go on. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Doing, type RollEvent, type RollWish, roll, runId } from '@anyblade/engine'
import { handsOf, Operator, type Strike } from '#operators'
import type { World } from '#world'
import { Crew } from '../histories/crew.ts'
import { passed } from '../histories/history.ts'
import { HOME, sure } from '../histories/site.ts'
import { farm, GUESTS, whereabouts } from './farm.ts'

const DAY_MS = 24 * 3600_000
const UNHURT: Strike = () => () => {}
const COMMAND = 'apt-get -y upgrade'

type Watched = { readonly events: RollEvent[]; readonly operator: Operator; isOver: boolean }

/** Every blade has its baseline, as a roll wants it before it begins. */
async function ready(seed: number) {
  const { world, judged } = await farm(seed)
  for (const blade of world.machines.keys()) {
    const crew = new Crew(world)
    const walking = crew.begin('earlier', { kind: 'baseline-blade', blade })
    await crew.atEnd()
    assert.equal(walking.end, 'done', world.trace.slice(-6).join('\n'))
  }
  return { world, judged }
}

let runs = 0

function begin(world: World, name: string, wish: Partial<RollWish> = {}, strike = UNHURT, isPlan = false): Watched {
  const operator = new Operator(name)
  const told: Watched = { events: [], operator, isOver: false }
  const newRun = () => {
    runs += 1
    return sure(runId(`r-${name}${runs}`), 'run')
  }
  const going = roll({
    fleet: async () => world.documents.fleet,
    wish: {
      ...{ blades: [...world.machines.keys()], command: COMMAND, seconds: 600, reboot: true, home: true },
      ...{
        withoutSpare: false,
        trustNetwork: false,
        eject: false,
        again: false,
        limit: undefined,
        pauseMs: 0,
        rebootMs: 600_000,
      },
      ...wish,
    },
    hands: handsOf(world, operator, strike),
    atOnce: undefined,
    to: isPlan ? 'plan' : { newRun, operator: name },
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

const toItsEnd = (world: World, watched: Watched) =>
  world.time.pass(() => watched.isOver, world.now() + DAY_MS).then(() => watched)
const over = ({ events }: Watched) => events.flatMap((one) => (one.kind === 'over' ? [String(one.blade)] : []))
const stopped = ({ events }: Watched) => events.find((one) => one.kind === 'stopped')
/** How often the command has run on each blade, and how often it was booted. */
const worked = (world: World) =>
  [...world.machines.values()].map(({ host, boots }) => [host.commands.map(({ status }) => status), boots])
const areHome = (world: World) => {
  for (const { runs: on, recorded } of whereabouts(world)) assert.deepEqual([on, recorded], [[HOME], HOME])
}
const DRIVE = `<disk type='file' device='cdrom'><source file='/srv/d.iso'/><target dev='hdc' bus='ide'/><readonly/></disk>`
const ONCE = [[0], 2] as const

test('each blade is emptied, worked on, booted and proved; its VMs come home before the next one', async () => {
  const { world, judged } = await ready(1)
  const watched = await toItsEnd(world, begin(world, 'first'))
  assert.deepEqual(over(watched), ['blade1', 'blade2', 'blade3'], JSON.stringify(stopped(watched)))
  assert.deepEqual(worked(world), [ONCE, ONCE, ONCE])
  areHome(world)
  // Typed once more it has nothing to do; anew only where that is said.
  const second = await toItsEnd(world, begin(world, 'second'))
  const [begun] = second.events
  assert.ok(begun?.kind === 'begun')
  assert.deepEqual([begun.isNew, begun.done.length, begun.ahead], [false, 3, []])
  const third = await toItsEnd(world, begin(world, 'third', { again: true, limit: 1 }))
  assert.deepEqual(over(third), ['blade1'])
  assert.deepEqual(worked(world), [[[0, 0], 3], ONCE, ONCE])
  assert.deepEqual(judged.violations, [])
})

test('a plan moves nothing and runs nothing, and tells of every blade', async () => {
  const { world } = await ready(2)
  const watched = await toItsEnd(world, begin(world, 'first', {}, UNHURT, true))
  assert.deepEqual(
    watched.events.flatMap((one) => (one.kind === 'placed' ? [String(one.blade)] : [])),
    ['blade1', 'blade2', 'blade3'],
  )
  assert.deepEqual(worked(world), [
    [[], 1],
    [[], 1],
    [[], 1],
  ])
  areHome(world)
})

test('a command that fails stops the roll there; mended, the same command goes on from that blade', async () => {
  const { world, judged } = await ready(3)
  const second = world.machine('blade2')
  second.host.fails.add(COMMAND)
  const first = await toItsEnd(world, begin(world, 'first'))
  const why = stopped(first)
  assert.ok(why?.kind === 'stopped')
  assert.deepEqual([why.blade, why.doing, why.how], ['blade2', 'work', 'stuck'])
  assert.match(why.because, /ended with 100/)
  assert.deepEqual(worked(world), [ONCE, [[100], 1], [[], 1]])
  second.host.fails.delete(COMMAND)
  const next = await toItsEnd(world, begin(world, 'next'))
  assert.deepEqual(over(next), ['blade2', 'blade3'], JSON.stringify(stopped(next)))
  assert.deepEqual(worked(world), [ONCE, [[100, 0], 2], ONCE])
  areHome(world)
  assert.deepEqual(judged.violations, [])
})

const ACTS = ['check-command', 'migrate-domain', 'run-command', 'reboot-host', 'record-documents'] as const
for (const [i, act] of ACTS.entries())
  for (const boundary of ['before', 'during', 'after'] as const)
    test(`the operator dies ${boundary} ${act}; another one finishes, and no command runs twice`, async () => {
      const { world, judged } = await ready(10 + i)
      const strike: Strike = ({ kind }, _, by) => {
        return (now) => {
          if (kind === act && now === boundary) by.life.end()
        }
      }
      const first = begin(world, 'first', {}, strike)
      await world.time.pass(() => !first.operator.life.goesOn, world.now() + DAY_MS)
      assert.equal(first.isOver, false)
      // What he has begun there ends by itself; his lease runs out.
      await passed(world, 200_000)
      const second = await toItsEnd(world, begin(world, 'second'))
      assert.deepEqual(over(second), ['blade1', 'blade2', 'blade3'], JSON.stringify(stopped(second)))
      assert.deepEqual(worked(world), [ONCE, ONCE, ONCE])
      areHome(world)
      assert.deepEqual(judged.violations, [])
    })

test('power is lost while the command runs: by that run it is not run again, and the roll stands there', async () => {
  const { world } = await ready(20)
  const machine = world.machine(HOME)
  const strike: Strike = ({ kind }) => {
    return (now) => {
      if (kind !== 'run-command' || now !== 'during' || machine.boots > 1) return
      world.time.in(1000, () => {
        machine.losePower()
        world.time.in(30_000, () => machine.boot(world.now()))
      })
    }
  }
  const first = await toItsEnd(world, begin(world, 'first', {}, strike))
  await passed(world, 200_000)
  const second = await toItsEnd(world, begin(world, 'second'))
  for (const watched of [first, second]) {
    const why = stopped(watched)
    assert.ok(why?.kind === 'stopped')
    assert.deepEqual([why.blade, why.doing], [HOME, 'work' satisfies Doing])
  }
  assert.deepEqual(
    machine.host.commands.map(({ status }) => status),
    [undefined],
  )
  // Who has looked, and says so, lets it be run anew.
  const why = stopped(second)
  assert.ok(why?.kind === 'stopped' && why.run !== undefined)
  const crew = new Crew(world)
  const back = crew.takeUp('third', why.run, 'back')
  await crew.atEnd()
  assert.equal(back.end, 'undone')
  const last = await toItsEnd(world, begin(world, 'fourth', { limit: 1 }))
  assert.deepEqual(over(last), [HOME], JSON.stringify(stopped(last)))
})

test('no further blade could be lost meanwhile: refused before anything moves, unless that is accepted', async () => {
  const { world } = await ready(30)
  for (const name of ['blade2', 'blade3']) world.machine(name).memoryBytes = 1.8 * 1024 ** 3
  const first = await toItsEnd(world, begin(world, 'first'))
  const why = stopped(first)
  assert.ok(why?.kind === 'stopped')
  assert.deepEqual([why.doing, why.how], ['placement', 'refused'])
  assert.match(why.because, /no further blade may be lost/)
  areHome(world)
  const accepted = await toItsEnd(world, begin(world, 'second', { withoutSpare: true, limit: 1 }))
  assert.deepEqual(over(accepted), ['blade1'])
})

test('an image in a drive that no other blade has: refused before anything moves, and taken out where that is wished', async () => {
  const { world, judged } = await ready(31)
  const [guest] = GUESTS
  const domain = sure(guest && world.machine(HOME).libvirt.domains.get(guest.uuid), 'domain')
  domain.xml = domain.xml.replace('<interface', `${DRIVE}<interface`)
  const first = await toItsEnd(world, begin(world, 'first', { limit: 1 }))
  const why = stopped(first)
  assert.ok(why?.kind === 'stopped')
  assert.deepEqual([why.doing, why.how], ['placement', 'refused'])
  areHome(world)
  const ejected = await toItsEnd(world, begin(world, 'second', { limit: 1, eject: true }))
  assert.deepEqual(over(ejected), ['blade1'], JSON.stringify(stopped(ejected)))
  areHome(world)
  assert.doesNotMatch(world.machine(HOME).libvirt.domains.get(domain.uuid)?.xml ?? DRIVE, /d\.iso/)
  assert.deepEqual(judged.violations, [])
})
