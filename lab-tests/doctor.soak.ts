/**
 * The doctor on blades as any libvirt host is, with no fleet: nothing invented while nothing is wrong, fifteen faults made
 * for real found one at a time, and the blades as they were before it looked.
 */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { CMDLINE, GUEST, type Site, site, until, wwidOf } from './site.ts'

const NAME = 'patient'
const MAC = '52:54:00:88:00:58'
/** The lab's own multipath.conf asks for `multibus`, and its guest has no other peculiarity. */
const OF_THE_LAB = new Set(['MP040'])
const LIMIT_SECONDS = 15
let here: Site
let wwid = ''
let seconds: number[] = []

before(async () => {
  here = await site()
  for (const blade of here.lab.blades) await here.done('blade', 'baseline', blade)
  await here.done('volume', 'create', NAME, '--size', '256M', '--home', 'blade1')
  wwid = await wwidOf(here, NAME)
  const network = ['--network', 'br0', '--mac', MAC]
  await here.done('vm', 'create', NAME, '--volume', NAME, '--home', 'blade1', ...network, ...GUEST, ...CMDLINE)
})
after(async () => {
  await here.lab.restore()
})

const folder = mkdtempSync(join(tmpdir(), 'anyblade-doctor-'))
type Told = { readonly check: string; readonly because: string }

async function found(...flags: readonly string[]): Promise<readonly Told[]> {
  const hosts = ['--blades', here.lab.blades.join(), '--ssh-config', here.lab.sshConfig]
  const { exit, stdout, stderr } = await here.elsewhere(folder, 'doctor', ...hosts, '--output', 'json', ...flags)
  assert.ok(exit === 0 || exit === 3, `${stdout}\n${stderr}`)
  const { findings, seconds: took } = JSON.parse(stdout)
  seconds = [...seconds, took]
  return findings.filter(({ check }: Told) => !OF_THE_LAB.has(check))
}

test('nothing is wrong: nothing is found, nothing is changed, and the page can be read without a network', async () => {
  const footprint =
    'find /etc /var/lib/anyblade /var/lib/libvirt /run/anyblade* -type f 2>/dev/null | sort | xargs -r sha256sum; dmsetup ls | sort; ls /sys/class/scsi_device'
  const before = await here.on('blade1', footprint)
  const page = join(folder, 'report.html')
  assert.deepEqual(await found('--html', page), [])
  assert.equal(await here.on('blade1', footprint), before)
  assert.doesNotMatch(readFileSync(page, 'utf8'), /(src|href)="(https?:)?\/\//)
})

const SETTLED = 'sleep 1; until multipathd show daemon | grep -q idle; do sleep 0.2; done'
const DROP_IN = '/etc/multipath/conf.d/anyblade.conf'
const RECONFIGURE = `multipathd reconfigure >/dev/null; ${SETTLED}`
const edited = (sed: string) =>
  `virsh dumpxml --inactive ${NAME} >/root/kept.xml; sed "${sed}" /root/kept.xml >/root/new.xml; virsh -q define /root/new.xml`
const asBefore = 'virsh -q define /root/kept.xml'
const config = (text: string) => `cp ${DROP_IN} /root/kept.conf; printf '%s\\n' '${text}' >>${DROP_IN}; ${RECONFIGURE}`
const configBack = `cp /root/kept.conf ${DROP_IN}; ${RECONFIGURE}`
const anyPath = `$(multipathd show paths raw format "%d %m" | sed -n "s/ ${NAME}$//p" | head -n 1)`

/** What is done on which blade, what takes it back, and the check that has to find it. */
const PLANTED: readonly (readonly [string, string, string, string, RegExp])[] = [
  ['autostart', 'blade1', `virsh -q autostart ${NAME}`, `virsh -q autostart --disable ${NAME}`, /^autostart$/],
  [
    'a host cache',
    'blade1',
    edited("s/cache=.none./cache='writeback'/; s/io=.native./io='threads'/"),
    asBefore,
    /^error-policy$/,
  ],
  ['no stop at an error', 'blade1', edited('s/ r\\?error_policy=.stop.//g'), asBefore, /^error-policy$/],
  ['a disk named by its number', 'blade1', edited('s#/dev/mapper/patient#/dev/dm-0#'), asBefore, /^disk-by-number$/],
  [
    'a disk that is one path',
    'blade1',
    `sd=${anyPath}; ${edited('s#/dev/mapper/patient#/dev/$sd#')}`,
    asBefore,
    /^disk-by-path$/,
  ],
  [
    'a path out of its map',
    'blade2',
    `multipathd del path "${anyPath}"`,
    `multipathd reconfigure; for s in /sys/block/sd*; do multipathd add path "\${s##*/}"; done; ${SETTLED}`,
    /^path-in-no-map$/,
  ],
  [
    'an alias that is another name',
    'blade2',
    `cp ${DROP_IN} /root/kept.conf; sed -i 's/alias *"*patient"*/alias other/' ${DROP_IN}; ${RECONFIGURE}`,
    configBack,
    /^aliases$/,
  ],
  ['queueing for ever', 'blade2', config('overrides { no_path_retry queue }'), configBack, /^(timers|MP025)$/],
  [
    'a one-line blacklist',
    'blade2',
    config('blacklist { wwid 36001405ffffffffffffffffffffffffff }'),
    configBack,
    /^MP0/,
  ],
  [
    'the host’s LVM looks at guests’ disks',
    'blade2',
    'for f in $(grep -rl anyblade /etc/lvm); do mv "$f" "/root/$(basename "$f").kept"; echo "$f" >/root/lvm.at; done',
    'f=$(cat /root/lvm.at); mv "/root/$(basename "$f").kept" "$f"',
    /^baseline/,
  ],
  [
    'partitions of a guest mapped on the host',
    'blade2',
    `dmsetup create ${NAME}-part1 --table "0 2048 linear /dev/mapper/${NAME} 0"`,
    `dmsetup remove ${NAME}-part1`,
    /^held-by-host$/,
  ],
  [
    'another bridge',
    'blade2',
    'ip link set br0 down; ip link set br0 name br9',
    'ip link set br9 name br0; ip link set br0 up',
    /^network-elsewhere$/,
  ],
  [
    'an emulator that is not there',
    'blade2',
    'mv /usr/bin/qemu-system-x86_64 /usr/bin/qemu-moved; systemctl restart libvirtd',
    'mv /usr/bin/qemu-moved /usr/bin/qemu-system-x86_64; systemctl restart libvirtd',
    /^emulator-elsewhere$/,
  ],
]

for (const [what, blade, plant, takeBack, check] of PLANTED)
  test(`planted: ${what}`, async () => {
    await here.on(blade, plant)
    try {
      const told = await found()
      assert.ok(
        told.some((one) => check.test(one.check)),
        JSON.stringify(told, undefined, 1),
      )
    } finally {
      await here.on(blade, takeBack)
    }
  })

test('planted: a cable pulled', async () => {
  await here.lab.cut({ network: 'fabB', node: 'blade2' })
  try {
    await until('blade2 notices', 60_000, async () => (await found()).some(({ check }) => check === 'port-down'))
  } finally {
    await here.lab.restore()
  }
})

test('planted: the VM is defined on a second blade', async () => {
  const xml = await here.on('blade1', `virsh dumpxml --inactive ${NAME}`)
  await here.on('blade2', 'printf %s "$1" >/root/twice.xml; virsh -q define /root/twice.xml', xml)
  try {
    assert.ok((await found()).some(({ check }) => check === 'defined-twice'))
  } finally {
    await here.on('blade2', `virsh -q undefine ${NAME}`)
  }
})

test('all was taken back, and nothing is found again; each look in time', async (t) => {
  await until('both paths are back', 120_000, async () => (await found()).length === 0)
  const slowest = Math.max(...seconds)
  t.diagnostic(`${PLANTED.length + 2} planted; ${seconds.length} looks, the slowest ${slowest.toFixed(1)} s; ${wwid}`)
  assert.ok(slowest < LIMIT_SECONDS, `${slowest} s`)
})
