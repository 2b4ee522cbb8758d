/** The how-to for real: carve, alias everywhere, start, migrate live, survive a dead fabric. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { after, before, test } from 'node:test'
import { moveKilled, Operators } from './crash.ts'
import { answersPing, CMDLINE, GUEST, running, type Site, site, until } from './site.ts'

const MAC = '52:54:00:88:00:50'
/** In lines of steps: two undoable steps are begun and done, and the guest's move is begun. */
const PIVOT_BEGUN = 5
let here: Site
before(async () => {
  here = await site()
})
after(async () => {
  await here.lab.restore()
})

/** By the array's configfs. */
async function idOnArray(volume: string): Promise<string> {
  const serial = await here.on('array', 'cat /sys/kernel/config/target/core/iblock_*/"$1"/wwn/vpd_unit_serial', volume)
  return `36001405${serial.replace(/^.*: /, '').replaceAll('-', '').slice(0, 25)}`
}

test('a plan changes nothing', async () => {
  const before = await here.on('array', 'find /sys/kernel/config/target/core -maxdepth 2 | sort')
  const { stdout } = await here.done('volume', 'create', 'ldap', '--size', '1G', '--plan')
  assert.match(stdout, /carve 1 GiB for ldap/)
  assert.equal(await here.on('array', 'find /sys/kernel/config/target/core -maxdepth 2 | sort'), before)
  assert.equal(await here.on('blade1', 'ls /sys/class/scsi_disk | wc -l'), '1', 'only the local disk')
})

test('volume create: a LUN each, its id the same on every path of every blade, one alias everywhere', async () => {
  const confBefore = await here.on('blade1', 'sha256sum </etc/multipath.conf')
  const { stdout } = await here.done('volume', 'create', 'ldap', 'mail', '--size', '1G', '--output', 'json')
  const answer = JSON.parse(stdout)
  assert.equal(answer.outcome, 'done')
  for (const volume of ['ldap', 'mail']) {
    const id = await idOnArray(volume)
    for (const blade of here.lab.blades) {
      const map = '/sys/block/"$(basename "$(readlink "/dev/mapper/$1")")"'
      assert.equal(await here.on(blade, `cat ${map}/dm/uuid`, volume), `mpath-${id}`)
      const scsiId = `for s in ${map}/slaves/*; do /lib/udev/scsi_id -g -u -d "/dev/\${s##*/}"; done`
      assert.deepEqual((await here.on(blade, scsiId, volume)).split('\n'), [id, id])
    }
    const document = execFileSync('git', ['-C', here.fleet, 'show', `HEAD:volumes/${volume}.yaml`], {
      encoding: 'utf8',
    })
    assert.ok(document.includes(`wwid: "${id}"`), document)
  }
  assert.equal(
    await here.on('blade1', 'sha256sum </etc/multipath.conf'),
    confBefore,
    'the operator’s file is untouched',
  )
  assert.match(
    execFileSync('git', ['-C', here.fleet, 'log', '-1', '--format=%s'], { encoding: 'utf8' }),
    /volume ldap, mail: created/,
  )
})

test('the record holds what is deployed, byte for byte', async () => {
  for (const blade of here.lab.blades) {
    const deployed = await here.on(blade, 'cat /etc/multipath/conf.d/anyblade.conf')
    const recorded = execFileSync(
      'git',
      ['-C', here.fleet, 'show', `HEAD:rendered/${blade}/etc/multipath/conf.d/anyblade.conf`],
      {
        encoding: 'utf8',
      },
    )
    assert.equal(recorded.trim(), deployed)
  }
})

test('survey: four paths, the same LUN on all, nothing changed on a blade', async () => {
  const footprint =
    'ls -laR /etc/multipath /etc/multipath.conf /var/lib/anyblade /run/anyblade 2>/dev/null | grep -v "^total" | sha256sum'
  const before = await here.on('blade1', footprint)
  const { stdout } = await here.done('survey', '--output', 'json')
  const { luns } = JSON.parse(stdout)
  assert.deepEqual(luns.map((lun: { volume: string }) => lun.volume).sort(), ['ldap', 'mail'])
  for (const lun of luns) {
    assert.equal(lun.paths.length, 4)
    assert.deepEqual(lun.remarks, [])
    assert.deepEqual([...new Set(lun.paths.map((path: { fabric: string }) => path.fabric))].sort(), ['A', 'B'])
  }
  assert.equal(await here.on('blade1', footprint), before)
})

test('creating it again is refused before anybody is asked', async () => {
  const { exit, stderr } = await here.anyblade('volume', 'create', 'ldap', '--size', '1G')
  assert.equal(exit, 2)
  assert.match(stderr, /the fleet has a volume ldap/)
})

test('vm create and start: the guest writes and answers ping', async () => {
  const network = ['--network', 'br0', '--mac', MAC]
  await here.done('vm', 'create', 'ldap', '--volume', 'ldap', ...GUEST, ...CMDLINE, ...network)
  const xml = await here.on('blade1', 'virsh dumpxml --inactive ldap')
  for (const wanted of ["cache='none'", "error_policy='stop'", "rerror_policy='stop'"])
    assert.ok(xml.includes(wanted), wanted)
  await here.done('vm', 'start', 'ldap')
  assert.deepEqual(await running(here, 'blade1'), ['ldap'])
  await until('the guest answers ping', 120_000, () => answersPing(here, MAC))
})

test('starting it again is refused', async () => {
  const { exit, stdout } = await here.anyblade('vm', 'start', 'ldap')
  assert.equal(exit, 3)
  assert.match(stdout, /ldap is running on blade1/)
})

test('vm migrate, live, under write load and ping: exactly one blade runs it', async () => {
  await here.lab.resetLan()
  const { stdout } = await here.done('vm', 'migrate', 'ldap', '--to', 'blade2')
  assert.match(stdout, /paused for at most \d+ ms/)
  assert.deepEqual(await running(here, 'blade1'), [])
  assert.deepEqual(await running(here, 'blade2'), ['ldap'])
  assert.equal(await here.on('blade1', 'virsh -q list --all --name'), '', 'defined on one blade only')
  const { sights } = await here.lab.lan()
  assert.ok(
    sights.some(({ kind, mac, port }) => kind === 'rarp' && mac === MAC && port === 'blade2'),
    'the LAN was told where the guest has gone',
  )
})

test('fabric A dies; refused without --degraded, and with it its operator is killed: another one, without a store, brings it to its end', async () => {
  await here.lab.cut({ network: 'fabA' })
  await until('the blades notice', 60_000, async () => {
    const live = await here.on('blade2', 'multipathd show paths raw format "%m %t" | grep -c "^ldap active" || true')
    return live === '1'
  })
  const refused = await here.anyblade('vm', 'migrate', 'ldap', '--to', 'blade1')
  assert.equal(refused.exit, 3, refused.stdout)
  assert.match(refused.stdout, /redundancy/)
  assert.deepEqual(await running(here, 'blade2'), ['ldap'])
  const operators = new Operators(here)
  assert.ok(await moveKilled(here, operators, 'ldap', MAC, PIVOT_BEGUN, '--degraded'))
  operators.handBack()
  assert.deepEqual(await running(here, 'blade1'), ['ldap'])
  await here.lab.restore()
  await until('all paths are back', 60_000, async () => {
    const live = await here.on('blade1', 'multipathd show paths raw format "%m %t" | grep -c "^ldap active" || true')
    return live === '2'
  })
})

test('after all that: one boot, no hole, no rollback, one writer, by the array’s word', async () => {
  const written = await here.lab.verify('ldap')
  assert.ok(written.records > 100, JSON.stringify(written))
  assert.deepEqual(
    { boots: written.boots.length, holes: written.holes, rollbacks: written.rollbacks, foreign: written.foreignWrites },
    { boots: 1, holes: [], rollbacks: 0, foreign: 0 },
  )
})

test('the blades’ journals tell every run', async () => {
  const { stdout } = await here.done('run', 'list', '--output', 'json')
  const { runs } = JSON.parse(stdout)
  const done = runs.filter((run: { state: string }) => run.state === 'done').map((run: { title: string }) => run.title)
  for (const title of ['create 2 volumes: ldap, mail', 'start ldap on blade1', 'migrate ldap from blade1 to blade2'])
    assert.ok(done.includes(title), `${title} in ${done.join('; ')}`)
})

test('the lab was sound all the time, and the local disks were never touched', async () => {
  const health = await here.lab.health()
  assert.deepEqual(health.because, [])
})
