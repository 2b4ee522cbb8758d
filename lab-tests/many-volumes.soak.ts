/** Many volumes in one plan, in a lab of three blades: whole on every blade in one record, or taken back without a trace of any. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { after, before, test } from 'node:test'
import { makeFleet, ownSite, residueOf, type Site, start, until, wwidOf } from './site.ts'

const COUNT = 17
const NAMES = Array.from({ length: COUNT }, (_, at) => `many${at + 1}`)
/** udev reads each of 17 × 2 paths a blade on an emulated processor. */
const LONGEST_MS = 30 * 60_000
let here: Site
before(async () => {
  here = await ownSite('many', 3)
  await makeFleet(here)
})
after(async () => {
  await here?.lab.down()
})

/** As `here.anyblade`, which would cut it off. */
async function create(...words: readonly string[]): Promise<{ exit: number | null; told: string }> {
  const child = start(['volume', 'create', ...words], { ANYBLADE_FLEET: here.fleet })
  const timer = setTimeout(() => child.kill('SIGKILL'), LONGEST_MS)
  const told: string[] = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: string) => told.push(text))
  const exit = await new Promise<number | null>((resolve) => child.on('close', resolve))
  clearTimeout(timer)
  return { exit, told: told.join('') }
}

const commits = (): string =>
  execFileSync('git', ['rev-list', '--count', 'HEAD'], { cwd: here.fleet }).toString().trim()
const onArray = (name: string): Promise<string> =>
  here.on('array', 'lvs --noheadings -o lv_name san | grep -cw "$1" || true', name)

test('one blade on one fabric: none of three is kept, and nothing of any is left', async () => {
  await here.lab.cut({ network: 'fabA', node: 'blade2' })
  const before = commits()
  const { exit, told } = await create('half1', 'half2=128M', 'half3', '--size', '64M')
  await here.lab.restore()
  assert.notEqual(exit, 0, told)
  assert.equal(commits(), before)
  for (const name of ['half1', 'half2', 'half3']) {
    assert.equal(await onArray(name), '0')
    for (const blade of here.lab.blades)
      assert.equal(
        await here.on(blade, 'ls -d /dev/mapper/"$1" 2>/dev/null; grep -rlw "$1" /etc/multipath; true', name),
        '',
      )
  }
  await until('all paths are back', 120_000, async () => (await create('probe', '--size', '64M', '--plan')).exit === 0)
})

test(`${COUNT} LUNs on every blade: one plan, one record, and each alias is its LUN through both fabrics`, async (t) => {
  const [before, began] = [Number(commits()), Date.now()]
  const { exit, told } = await create(...NAMES, '--size', '64M')
  t.diagnostic(`${((Date.now() - began) / 1000).toFixed(0)} s for ${COUNT} LUNs on ${here.lab.blades.length} blades`)
  assert.equal(exit, 0, told)
  assert.equal(Number(commits()), before + 1)
  const ids = await Promise.all(NAMES.map((name) => wwidOf(here, name)))
  assert.equal(new Set(ids).size, COUNT)
  for (const blade of here.lab.blades)
    for (const [at, name] of NAMES.entries())
      assert.equal(
        await here.on(
          blade,
          'd=$(basename "$(readlink /dev/mapper/"$1")"); cat /sys/block/"$d"/dm/uuid; for s in /sys/block/"$d"/slaves/*; do /lib/udev/scsi_id --whitelisted --device="/dev/${s##*/}"; done',
          name,
        ),
        [`mpath-${ids[at]}`, ids[at], ids[at]].join('\n'),
        `${name} on ${blade}`,
      )
  const [blade = ''] = here.lab.blades
  assert.notEqual(await residueOf(here, blade, NAMES[0] ?? '', ids[0] ?? ''), '', 'what looks for residue sees it')
})
