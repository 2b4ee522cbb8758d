/**
 * A blade that served leaves the fleet, and nothing of ours is left on it: every file of its disk, its units, its maps and
 * paths, the keys and mappings at the array are what they were before `blade add`. In a lab of its own, as it is after its boot.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { answersPing, CMDLINE, GUEST, makeFleet, ownSite, running, type Site, until } from './site.ts'

const NAME = 'stays'
const MAC = '52:54:00:88:00:5a'
let here: Site
let fresh: readonly string[] = []
before(async () => {
  here = await ownSite('leaves', 2)
})
after(async () => {
  await here?.lab.down()
})

/**
 * What the system writes by itself while it runs is left out: its journal, the state of clock and random seed, working files
 * of libvirt and udev; and of multipath's own lists their comments: their heads, and what `multipath -w` makes of lines. All else counts.
 */
const LISTING = `
  own='-path /etc/multipath/wwids -o -path /etc/multipath/bindings -o -path /etc/multipath/prkeys'
  find / -xdev \\( -path /proc -o -path /sys -o -path /dev -o -path /var/log -o -path /var/lib/systemd -o -path /var/cache/libvirt \\
    -o -path /var/tmp -o -path /root/.cache -o $own \\) -prune -o -printf '%y %m %U:%G %l %p\\n'
  find /run /tmp -name '*anyblade*' -printf '%y %p\\n'
  find /etc /usr/local /root /home /opt /srv /var/spool /var/lib/libvirt -xdev -type f ! \\( $own \\) -exec sha256sum {} +
  cat /etc/multipath/wwids /etc/multipath/bindings /etc/multipath/prkeys 2>/dev/null | grep -v '#' | sed 's/^/listed /'
  systemctl list-unit-files --no-legend --no-pager | awk '{ print "unit", $1, $2 }'
  systemctl list-units --all --no-legend --no-pager --plain 'anyblade*' | awk '{ print "loaded", $1 }'
  ls /dev/mapper /dev/disk/by-id /sys/class/scsi_device | sed 's/^/device /'
  multipath -t 2>/dev/null | sed 's/^/effective /'
  virsh -q list --all --name | sed 's/^/domain /'
  ps -eo args | grep '[q]emu-system' | sed 's/^/process /'`
const LISTING_MS = 180_000

async function listed(): Promise<string[]> {
  const { exit, stdout, stderr } = await here.lab.ssh('blade1', LISTING, [], { deadlineMs: LISTING_MS })
  assert.equal(exit, 0, stderr)
  return stdout.trim().split('\n').sort()
}
function apart(before: readonly string[], now: readonly string[]) {
  const [had, has] = [new Set(before), new Set(now)]
  return { new: now.filter((line) => !had.has(line)), gone: before.filter((line) => !has.has(line)) }
}
/** To which of the array's own access lists something is mapped. */
const mappings = () =>
  here.on('array', 'cd /sys/kernel/config/target/fc; ls -d */tpgt_1/acls/*:0b/lun_* 2>/dev/null || :')

test('two looks before it is added are alike, so that what differs later is ours', async () => {
  fresh = await listed()
  assert.ok(fresh.length > 1000, `${fresh.length}`)
  assert.deepEqual(apart(fresh, await listed()), { new: [], gone: [] })
  assert.equal(await mappings(), '')
})

test('it serves: baseline, volumes, a guest that runs there and moves on', async () => {
  await makeFleet(here)
  await here.done('blade', 'baseline', 'blade1')
  await here.done('volume', 'create', NAME, 'parked', '--size', '64M', '--home', 'blade1')
  const network = ['--network', 'br0', '--mac', MAC]
  await here.done('vm', 'create', NAME, '--volume', NAME, '--home', 'blade1', ...network, ...GUEST, ...CMDLINE)
  await here.done('vm', 'start', NAME)
  await until('the guest answers', 120_000, () => answersPing(here, MAC))
  const refused = await here.anyblade('blade', 'remove', 'blade1')
  assert.equal(refused.exit, 2, `a VM is at home there\n${refused.stdout}`)
  await here.done('vm', 'migrate', NAME, '--to', 'blade2')
  const { new: added } = apart(fresh, await listed())
  for (const wanted of [/\/var\/lib\/anyblade/, /conf\.d\/anyblade\.conf/, /device stays/])
    assert.ok(
      added.some((line) => wanted.test(line)),
      `${wanted} is seen by the listing`,
    )
  assert.notEqual(await mappings(), '')
})

test('removed, its disk, units, devices and processes are what they were, and the array knows it no more', async (t) => {
  const began = Date.now()
  await here.done('blade', 'remove', 'blade1')
  t.diagnostic(`removed in ${((Date.now() - began) / 1000).toFixed(1)} s, with 2 volumes`)
  assert.deepEqual(apart(fresh, await listed()), { new: [], gone: [] })
  assert.equal(await mappings(), '')
  for (const volume of [NAME, 'parked'])
    assert.doesNotMatch(
      await here.on('blade2', 'mpathpersist --in -k "/dev/mapper/$1"', volume),
      /0x\w{0,4}0001\w{8}\b/,
    )
  assert.doesNotMatch((await here.done('blade', 'list')).stdout, /blade1/)
})

test('the guest has noticed nothing, and what was parked there has its writer on the other blade', async () => {
  assert.deepEqual(await running(here, 'blade2'), [NAME])
  assert.ok(await answersPing(here, MAC))
  const { boots, holes, rollbacks, foreignWrites } = await here.lab.verify(NAME)
  assert.deepEqual([boots.length, holes, rollbacks, foreignWrites], [1, [], 0, 0])
  const write = 'dd if=/dev/zero of=/dev/mapper/parked bs=4096 count=1 oflag=direct conv=nocreat 2>&1; echo "exit $?"'
  assert.match(await here.on('blade2', write), /exit 0$/)
})

test('added again it gets everything', async () => {
  await here.done('blade', 'add', 'blade1', '--ssh', 'blade1')
  await here.done('config', 'roll-out')
  for (const volume of [NAME, 'parked'])
    assert.match(
      await here.on('blade1', 'cat "/sys/block/$(basename "$(readlink "/dev/mapper/$1")")/dm/uuid"', volume),
      /^mpath-3/,
    )
  await here.done('vm', 'migrate', NAME, '--to', 'blade1')
  assert.deepEqual(await running(here, 'blade1'), [NAME])
  assert.deepEqual((await here.lab.health()).because, [])
})
