/**
 * A blade with six guests under write load and ping is emptied, in a lab of three blades: by an operator who is killed
 * in the middle and another one, then by two who share the slots of a blade, then undisturbed. Proof is what
 * libvirt, the processes, device-mapper, the LAN and the guests' records say.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Operators } from './crash.ts'
import { CMDLINE, type Ended, GUEST, makeFleet, ownSite, run, running, type Site, start, until } from './site.ts'

const COUNT = 6
const GUESTS = Array.from({ length: COUNT }, (_, at) => ({ vm: `evac${at + 1}`, mac: `52:54:00:88:00:6${at + 1}` }))
const NAMES = GUESTS.map(({ vm }) => vm)
const AT_ONCE = 2
/** Records of each guest are a second apart: at ten a second, six of them leave an emulated processor no time for a move. */
const [flag = '', words = ''] = CMDLINE
const SELDOM = [flag, `${words} lab.every=1000`]
/** Of six moves or starts in a row, on emulated processors. */
const LONGEST_MS = 10 * 60_000
let here: Site
let operators: Operators

before(async () => {
  here = await ownSite('three', 3)
  await makeFleet(here)
  await here.done('volume', 'create', ...NAMES, '--size', '64M', '--home', 'blade1')
  for (const { vm, mac } of GUESTS) {
    const network = ['--network', 'br0', '--mac', mac]
    const small = GUEST.map((word) => (word === '160M' ? '96M' : word))
    await here.done('vm', 'create', vm, '--volume', vm, '--home', 'blade1', ...network, ...small, ...SELDOM)
  }
  const up = await long(here, 'fleet', 'up')
  assert.equal(up.exit, 0, `${up.stdout}\n${up.stderr}`)
  operators = new Operators(here)
  await allAnswer()
})
after(async () => {
  await here?.lab.down()
})

const long = (by: Site, ...words: readonly string[]): Promise<Ended> =>
  run(words, { ANYBLADE_FLEET: by.fleet }, '.', LONGEST_MS)

const allAnswer = (): Promise<void> =>
  until('all guests answer', 180_000, async () => {
    const { guests } = await here.lab.lan()
    return GUESTS.every(({ mac }) => guests.some((guest) => guest.mac === mac && guest.answered > 10))
  })

const homes = async (): Promise<ReadonlyMap<string, readonly string[]>> =>
  new Map(await Promise.all(here.lab.blades.map(async (blade) => [blade, await running(here, blade)] as const)))

/** Nothing of any guest on the blade, by libvirt's word, by the processes, and by who has a map open. */
async function isEmpty(blade: string): Promise<void> {
  assert.equal(await here.on(blade, 'virsh -q list --all --name'), '')
  assert.equal(await here.on(blade, 'pgrep -l qemu-system || :'), '')
  assert.equal(await here.on(blade, 'dmsetup info -c --noheadings -o name,open | grep -E "^evac.*:[^0]" || :'), '')
}

/** Each runs once, is defined once, and has lost nothing; the longest time without a write, by the guest's own clock. */
async function allSound(): Promise<void> {
  const places = [...(await homes()).values()].flat().sort()
  assert.deepEqual(places, NAMES)
  const defined = await Promise.all(here.lab.blades.map((blade) => here.on(blade, 'virsh -q list --all --name')))
  assert.deepEqual(defined.flatMap((names) => names.split('\n').filter(Boolean)).sort(), NAMES)
  await here.lab.resetLan()
  await allAnswer()
  for (const vm of NAMES) {
    const { boots, holes, rollbacks, foreignWrites, vanished } = await here.lab.verify(vm)
    assert.deepEqual([boots.length, holes, rollbacks, foreignWrites, vanished], [1, [], 0, 0, 0], vm)
  }
}

/** What libvirt says that the transfer of each guest took, asked where it came to. */
async function transferSeconds(): Promise<number> {
  let total = 0
  for (const [blade, names] of await homes())
    for (const vm of names) {
      const said = await here.on(blade, `virsh domjobinfo ${vm} --completed`)
      total += Number(/Time elapsed: +(\d+)/.exec(said)?.[1] ?? Number.NaN) / 1000
    }
  return total
}

const seconds = (from: number): number => (Date.now() - from) / 1000

/** Kills it while moves are under way: once two have ended, or that many lines of moves were told. */
async function killedInTheMiddle(by: Site): Promise<void> {
  const child = start(['blade', 'evacuate', 'blade1'], { ANYBLADE_FLEET: by.fleet })
  let told = ''
  child.stdout.resume()
  child.stderr.on('data', (text: string) => {
    told += text
    if ((told.match(/: moved, run /g) ?? []).length >= 2 && (told.match(/: begun, run /g) ?? []).length >= 3)
      child.kill('SIGKILL')
  })
  const signal = await new Promise((resolve) => child.on('close', (_, by) => resolve(by)))
  assert.equal(signal, 'SIGKILL', told)
}

test('killed in the middle; another operator with an empty store types it again: empty, and no guest has noticed', async (t) => {
  const began = Date.now()
  await killedInTheMiddle(operators.another())
  const left = await running(here, 'blade1')
  assert.ok(left.length > 0 && left.length < COUNT, `${left.length} left`)
  const killed = seconds(began)
  const { exit, stdout, stderr } = await long(operators.another(), 'blade', 'evacuate', 'blade1')
  const whole = seconds(began)
  t.diagnostic(`killed after ${killed.toFixed(1)} s with ${left.length} left; empty after ${whole.toFixed(1)} s`)
  assert.equal(exit, 0, `${stdout}\n${stderr}`)
  assert.match(stdout, /blade1 is empty: safe to reboot/)
  await isEmpty('blade1')
  await allSound()
  const { runs } = JSON.parse((await operators.another().done('run', 'list', '--output', 'json')).stdout)
  assert.deepEqual(
    runs.filter(({ state }: { state: string }) => state === 'killed' || state === 'stuck' || state === 'running'),
    [],
  )
})

test('two operators on one machine empty the two others at once, all back to the first: no more than two come in at a time', async (t) => {
  const began = Date.now()
  let most = 0
  let isOn = true
  const watching = (async () => {
    while (isOn) {
      const coming = await here.on('blade1', 'virsh -q list --state-paused --name | grep -c evac || :')
      most = Math.max(most, Number(coming))
      await new Promise((resolve) => setTimeout(resolve, 1000))
    }
  })()
  const them = operators.another()
  const back = (blade: string) => long(them, 'blade', 'evacuate', blade, '--to', 'blade1')
  const ended = await Promise.all([back('blade2'), back('blade3')])
  isOn = false
  await watching
  t.diagnostic(`${seconds(began).toFixed(1)} s; ${most} at most were landing at once`)
  for (const { exit, stdout, stderr } of ended) assert.equal(exit, 0, `${stdout}\n${stderr}`)
  assert.ok(most <= AT_ONCE, `${most} at once`)
  await isEmpty('blade2')
  await isEmpty('blade3')
  await allSound()
})

test('six guests leave at two at once; the blade is empty, no guest has noticed, and each was announced where it came to', async (t) => {
  await here.lab.resetLan()
  const began = Date.now()
  const { exit, stdout, stderr } = await long(operators.another(), 'blade', 'evacuate', 'blade1')
  const took = seconds(began)
  assert.equal(exit, 0, `${stdout}\n${stderr}`)
  assert.match(stdout, /blade1 is empty: safe to reboot/)
  await isEmpty('blade1')
  const bound = (await transferSeconds()) / AT_ONCE
  t.diagnostic(
    `${took.toFixed(1)} s; transfers alone, two at once: ${bound.toFixed(1)} s; ${(took / bound).toFixed(2)} times`,
  )
  const { guests, sights } = await here.lab.lan()
  const gaps = guests.map(({ longestGap }) => longestGap?.ms ?? 0)
  t.diagnostic(`longest silence of each in the LAN: ${gaps.map((ms) => `${(ms / 1000).toFixed(1)} s`).join(', ')}`)
  for (const [blade, names] of await homes())
    for (const { mac } of GUESTS.filter(({ vm }) => names.includes(vm)))
      assert.ok(
        sights.some((sight) => sight.kind === 'rarp' && sight.mac === mac && sight.port === blade),
        `RARP of ${mac} from ${blade}`,
      )
  await allSound()
  assert.deepEqual((await here.lab.health()).because, [])
})
