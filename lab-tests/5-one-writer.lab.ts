/**
 * One writer, enforced by the array, and a move that is cut off at its landing. Proof is what the array and the guest say.
 * The VM mail is there and runs on blade1.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { atEvent } from './events.ts'
import { answersPing, running, type Site, site, until } from './site.ts'

const MAC = '52:54:00:88:00:52'
let here: Site
before(async () => {
  here = await site()
})
after(async () => {
  await here.lab.restore()
})

/** The keys that the array has for the volume, as a blade's mpathpersist reads them; sorted, each once. */
const keys = async (blade: string): Promise<string[]> => {
  const said = await here.on(blade, 'mpathpersist --in -k /dev/mapper/mail')
  return [...new Set(said.match(/0x[0-9a-f]{12,16}/g) ?? [])].sort()
}

test('a volume is its home’s alone: another blade’s write is refused by the array', async () => {
  const [key, ...others] = await keys('blade1')
  assert.match(key ?? '', /^0x[0-9a-f]{1,4}0001[0-9a-f]{8}$/, 'the key of blade 1')
  assert.deepEqual(others, [])
  const write = 'dd if=/dev/zero of=/dev/mapper/mail bs=4096 count=1 oflag=direct 2>&1; echo "exit $?"'
  assert.match(await here.on('blade2', write), /exit 1$/)
  assert.match(await here.on('blade1', 'mpathpersist --in -r /dev/mapper/mail'), /Write Exclusive, all registrants/)
})

test('the same VM started by hand on a second blade: it stops at its first write, and the first one notices nothing', async () => {
  const xml = await here.on('blade1', 'virsh dumpxml --inactive mail')
  await here.on('blade2', 'printf %s "$1" >/root/mail.xml; virsh -q define /root/mail.xml; virsh -q start mail', xml)
  await until('the second one has stopped', 120_000, async () =>
    (await here.on('blade2', 'virsh domstate --reason mail')).includes('I/O error'),
  )
  await here.on('blade2', 'virsh -q destroy mail; virsh -q undefine mail')
  const { holes, foreignWrites, rollbacks } = await here.lab.verify('mail')
  assert.deepEqual([holes, foreignWrites, rollbacks], [[], 0, 0])
})

test('the migration network goes silent at the landing: exactly one goes on, from the newest memory', async () => {
  await here.lab.resetLan()
  const watching = atEvent(here, 'blade2', `domain 'mail': Defined`, () => {
    void here.lab.cut({ network: 'mig', how: 'silent' })
  })
  await watching.ready
  const { exit, stdout, stderr } = await here.anyblade('vm', 'migrate', 'mail', '--to', 'blade2')
  watching.stop()
  await here.lab.restore()
  assert.ok(exit === 0 || exit === 4, `${stdout}\n${stderr}`)
  await until('one blade runs it, and no other has it', 180_000, async () => {
    const all = await Promise.all(here.lab.blades.map((blade) => here.on(blade, 'virsh -q list --all --name')))
    const live = await Promise.all(here.lab.blades.map((blade) => running(here, blade)))
    const count = (names: readonly string[]) => names.filter((name) => name === 'mail').length
    return count(all.flatMap((names) => names.split('\n'))) === 1 && count(live.flat()) === 1
  })
  await until('it answers', 60_000, async () => answersPing(here, MAC))
  const { boots, holes, rollbacks, foreignWrites } = await here.lab.verify('mail')
  assert.deepEqual([boots.length, holes, rollbacks, foreignWrites], [1, [], 0, 0])
})
