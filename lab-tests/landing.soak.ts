/**
 * A move that something breaks at its landing, or right after it: afterwards one blade runs the guest, from its newest
 * memory. What is done at an event comes 0.1 to 0.4 s after it: too late for an emulator at the destination that is to die
 * before it goes on. Proof is what libvirt on both blades, the guest's own records and the station on the LAN say.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { atEvent, poised } from './events.ts'
import { answersPing, CMDLINE, GUEST, running, type Site, site, until } from './site.ts'

const VM = 'lander'
const MAC = '52:54:00:88:00:57'
/** Pings are answered again so long after the guest goes on. */
const ANNOUNCED_MS = 2000
let here: Site
before(async () => {
  here = await site()
  await here.done('volume', 'create', VM, '--size', '1G', '--home', 'blade1')
  const network = ['--network', 'br0', '--mac', MAC]
  await here.done('vm', 'create', VM, '--volume', VM, '--home', 'blade1', ...network, ...GUEST, ...CMDLINE)
  await here.done('vm', 'start', VM)
  await until('it answers', 120_000, () => answersPing(here, MAC))
})
after(async () => {
  await here.lab.restore()
  await here.anyblade('vm', 'stop', VM, '--force', '--yes')
})

/** The helper through which the source's libvirt speaks to the destination's. */
const CONNECTION = 'pkill -KILL -f virt-ssh-helper'
const EMULATOR = `pkill -KILL -f "guest=${VM},"`
type Side = 'source' | 'destination'
const faults: readonly { readonly what: string; readonly at: string; readonly on: Side; readonly script: string }[] = [
  { what: 'the connection breaks', at: 'Defined', on: 'destination', script: CONNECTION },
  { what: 'the connection breaks', at: 'Resumed', on: 'destination', script: CONNECTION },
  { what: 'the source’s emulator dies', at: 'Defined', on: 'source', script: EMULATOR },
  { what: 'the source’s emulator dies', at: 'Resumed', on: 'source', script: EMULATOR },
]

async function places(): Promise<readonly string[]> {
  const all = await Promise.all(
    here.lab.blades.map(async (blade) => ((await running(here, blade)).includes(VM) ? [blade] : [])),
  )
  return all.flat()
}

for (const { what, at, on, script } of faults)
  test(`${what} as the destination tells ${at}: one guest, its newest memory`, async (t) => {
    const [source, ...others] = await places()
    const destination = here.lab.blades.find((blade) => blade !== source)
    assert.ok(source !== undefined && destination !== undefined && others.length === 0)
    const since = (await here.lab.verify(VM)).last ?? 0
    await here.lab.resetLan()
    const strike = poised(here, on === 'source' ? source : destination, script)
    const watching = atEvent(here, destination, `domain '${VM}': ${at}`, strike)
    await watching.ready
    const { exit, stdout, stderr } = await here.anyblade('vm', 'migrate', VM, '--to', destination)
    watching.stop()
    assert.ok([0, 1, 4].includes(exit), `${exit}\n${stdout}\n${stderr}`)
    const run = exit === 4 ? /r-[0-9a-z]+/.exec(stdout + stderr)?.[0] : undefined
    if (run !== undefined) await here.anyblade('run', 'resume', run)
    await until('one blade runs it, and no other has it', 180_000, async () => {
      const all = await Promise.all(here.lab.blades.map((blade) => here.on(blade, 'virsh -q list --all --name')))
      const defined = all.flatMap((names) => names.split('\n')).filter((name) => name === VM)
      return defined.length === 1 && (await places()).length === 1
    })
    await until('it answers', 60_000, () => answersPing(here, MAC))
    const { boots, holes, rollbacks, foreignWrites, longestGapMs } = await here.lab.verify(VM, since)
    const unanswered = (await here.lab.lan()).guests.find(({ mac }) => mac === MAC)?.longestGap?.ms ?? 0
    const found = `exit ${exit}${run === undefined ? '' : ', resumed'}, now on ${(await places()).join()}`
    t.diagnostic(`${found}; without a write ${longestGapMs} ms, without an answer ${unanswered} ms`)
    assert.deepEqual([boots.length, holes, rollbacks, foreignWrites], [1, [], 0, 0])
    assert.ok(unanswered < longestGapMs + ANNOUNCED_MS, `${unanswered} ms without an answer`)
  })
