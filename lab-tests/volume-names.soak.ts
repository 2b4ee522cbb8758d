/** A volume's name is changed while its map is open, and two change places; under a running guest it is refused. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { after, before, test } from 'node:test'
import {
  answersPing,
  CMDLINE,
  GUEST,
  multipathFiles,
  namedEverywhere,
  type Site,
  site,
  until,
  writesPast,
  wwidOf,
} from './site.ts'

const [ONE, OTHER, NEW] = ['name1', 'name2', 'name3']
const MAC = '52:54:00:88:00:59'
let here: Site
let ids: readonly string[] = []
before(async () => {
  here = await site()
  await here.done('volume', 'create', ONE, OTHER, '--size', '64M', '--home', 'blade1')
  ids = [await wwidOf(here, ONE), await wwidOf(here, OTHER)]
  const network = ['--network', 'br0', '--mac', MAC]
  await here.done('vm', 'create', 'named', '--volume', ONE, '--home', 'blade1', ...network, ...GUEST, ...CMDLINE)
})
after(async () => {
  await here.lab.restore()
})

test('under a running guest it is refused, and nothing is changed', async () => {
  await here.done('vm', 'start', 'named')
  await until('the guest writes', 120_000, () => answersPing(here, MAC))
  const before = await multipathFiles(here)
  const { exit, stdout } = await here.anyblade('volume', 'rename', ONE, NEW)
  assert.equal(exit, 3, stdout)
  assert.match(stdout, /named on blade1 has name1 as its disk and is running/)
  assert.deepEqual(await multipathFiles(here), before)
  await here.done('vm', 'stop', 'named', '--force', '--yes')
})

test('a map that is open gets another name, and who has it open goes on', async () => {
  const held =
    'setsid sh -c "exec 3<\\"/dev/mapper/$1\\"; echo \\$\\$ >/run/holder; exec sleep 600" >/dev/null 2>&1 </dev/null & sleep 1; cat /run/holder'
  const pid = await here.on('blade2', held, OTHER)
  await here.done('volume', 'rename', OTHER, NEW)
  await namedEverywhere(here, { [OTHER]: undefined, [NEW]: ids[1] })
  const [open, map] = (
    await here.on(
      'blade2',
      'stat -L -c %t:%T "/proc/$1/fd/3"; stat -L -c %t:%T "/dev/mapper/$2"; dd if="/proc/$1/fd/3" of=/dev/null bs=4096 count=1 2>&1; kill "$1"; rm /run/holder',
      pid,
      NEW,
    )
  ).split('\n')
  assert.equal(open, map, 'the same device')
  assert.match(await here.on('array', 'ls -d /sys/kernel/config/target/core/*/"$1"', OTHER), /name2$/)
})

test('two names change places: each is the other LUN on every blade, and the VM has its own disk still', async (t) => {
  const began = Date.now()
  await here.done('volume', 'rename', ONE, NEW, NEW, ONE)
  t.diagnostic(`a swap on ${here.lab.blades.length} blades: ${((Date.now() - began) / 1000).toFixed(1)} s`)
  await namedEverywhere(here, { [ONE]: ids[1], [NEW]: ids[0], [`${ONE}.swap`]: undefined })
  assert.match(await here.on('blade1', 'virsh dumpxml --inactive named'), /dev='\/dev\/mapper\/name3'/)
  const before = await here.lab.verify(ONE)
  await here.done('vm', 'start', 'named')
  // It goes on with the numbers of its own disk.
  await writesPast(here, ONE, before.last ?? 0)
  const { boots, holes, foreignWrites, rollbacks } = await here.lab.verify(ONE)
  assert.deepEqual([boots.length, holes, foreignWrites, rollbacks], [2, [], 0, 0])
  assert.equal((await here.lab.verify(OTHER)).records, 0, 'the other disk was never written')
  await here.done('vm', 'stop', 'named', '--force', '--yes')
})

test('the VM goes, and what it was about stays sound', async () => {
  await here.on('blade1', 'virsh -q undefine named')
  execFileSync('git', ['rm', '-q', 'vms/named.yaml', 'vms/named.xml'], { cwd: here.fleet })
  execFileSync('git', ['commit', '-qm', 'named: no VM any more'], { cwd: here.fleet })
  await here.done('volume', 'verify', ONE, NEW)
  assert.deepEqual((await here.lab.health()).because, [])
})
