/** A LUN that was there before the fleet becomes a volume: of an array that can be told, and of one that nobody can speak to. */
import assert from 'node:assert/strict'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { carve, carveBack, hideFrom, scan } from './by-hand.ts'
import { namedEverywhere, PORTS, residueOf, type Site, site, siteOf, unprotect } from './site.ts'

let here: Site
before(async () => {
  here = await site()
})
after(async () => {
  await here.lab.restore()
})

const FOUND = 'found1'
const FOUND_LUN = 77

test('a LUN that was there before, by its WWID: named everywhere, marked on the array, reserved, its data untouched', async () => {
  const wwid = await carve(here, 'byhand1', '64M', FOUND_LUN)
  await scan(here, FOUND_LUN, wwid)
  await here.on('blade2', 'printf kept | dd of="/dev/mapper/$1" conv=nocreat,sync bs=4096 oflag=direct 2>&1', wwid)
  const unknown = await here.anyblade('volume', 'adopt', FOUND, '--wwid', `${wwid.slice(0, -1)}z`)
  assert.equal(unknown.exit, 3, unknown.stdout)
  await here.done('volume', 'adopt', FOUND, '--wwid', wwid, '--home', 'blade1')
  await namedEverywhere(here, { [FOUND]: wwid, [wwid]: undefined })
  assert.match(await here.on('array', 'lvs --noheadings -o lv_tags san/byhand1'), /anyblade\.\w+\.found1/)
  assert.match(await here.on('blade1', 'mpathpersist --in -r "/dev/mapper/$1"', FOUND), /all registrants/i)
  for (const blade of here.lab.blades)
    assert.equal(
      await here.on(blade, 'dd if="/dev/mapper/$1" bs=4096 count=1 iflag=direct 2>/dev/null | head -c 4', FOUND),
      'kept',
    )
  unprotect(here, FOUND)
  await here.done('volume', 'delete', FOUND)
  await here.done('volume', 'purge', FOUND, '--yes')
  for (const blade of here.lab.blades) assert.equal(await residueOf(here, blade, FOUND, wwid), '', blade)
  assert.equal(await here.on('array', 'lvs --noheadings -o lv_name san | grep -cw byhand1 || true'), '0')
})

test('on an array that nobody can speak to: what was typed is proved by the blades, and its end by hand leaves nothing', async () => {
  const [name, lun] = ['typed1', 78]
  const wwid = await carve(here, 'byhand2', '64M', lun)
  const other = siteOf(here.lab, join(mkdtempSync(join(tmpdir(), 'anyblade-manual-')), 'fleet'))
  await other.done('fleet', 'init', other.fleet, '--name', 'manual', '--ssh-config', here.lab.sshConfig)
  await other.done('array', 'add', 'mute', '--driver', 'manual', ...PORTS)
  for (const blade of here.lab.blades) await other.done('blade', 'add', blade, '--ssh', blade)
  const adopt = ['volume', 'adopt', name, '--wwid', wwid, '--lun', String(lun)]
  const wrong = await other.anyblade(...adopt, '--size', '65M')
  assert.ok(wrong.exit === 1 || wrong.exit === 3, wrong.stdout)
  await namedEverywhere(here, { [name]: undefined })
  await other.done(...adopt, '--size', '64M')
  await namedEverywhere(here, { [name]: wwid })
  await leaves(other, name, wwid, lun)
  unprotect(other, name)
  await other.done('volume', 'delete', name)
  const early = await other.anyblade('volume', 'purge', name, '--yes')
  assert.equal(early.exit, 3, `it is still shown\n${early.stdout}`)
  await carveBack(here, 'byhand2', lun)
  await other.done('volume', 'purge', name, '--yes')
  for (const blade of here.lab.blades) assert.equal(await residueOf(here, blade, name, wwid), '', blade)
})

/** The last blade leaves: it waits until the LUN is hidden from it by hand, and nothing of it is left there afterwards. */
async function leaves(other: Site, name: string, wwid: string, lun: number) {
  const blade = other.lab.blades.at(-1) ?? assert.fail()
  const waits = await other.anyblade('blade', 'remove', blade)
  assert.equal(waits.exit, 4, `${waits.stdout}\n${waits.stderr}`)
  assert.match(waits.stderr, new RegExp(`hide by hand on mute from ${blade} .*: LUN ${lun} \\(${name}\\)`))
  const [, run = ''] = /anyblade run resume (\S+)/.exec(waits.stdout) ?? []
  const early = await other.anyblade('run', 'resume', run)
  assert.equal(early.exit, 4, `it is still shown\n${early.stdout}`)
  await hideFrom(other, blade, lun)
  await other.done('run', 'resume', run)
  assert.equal(await residueOf(here, blade, name, wwid), '', blade)
}
