/**
 * A volume's end: put aside with a scan loop running beside it, nothing is left on any blade; purged it is gone from the
 * array too. Its return, and its growth under a guest: volume-life.soak.ts.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { residueOf, type Site, scanning, site, unprotect, wwidOf } from './site.ts'

const NAME = 'archive'
let here: Site
let wwid = ''
before(async () => {
  here = await site()
  if ((await here.anyblade('volume', 'show', NAME)).exit === 2)
    await here.done('volume', 'create', NAME, '--size', '256M')
  wwid = await wwidOf(here, NAME)
  unprotect(here, NAME)
})
after(async () => {
  await here.lab.restore()
})

test('whoever has it open is named, and nothing is changed', async () => {
  await here.on('blade2', 'setsid sleep 300 <"/dev/mapper/$1" >/dev/null 2>&1 & echo $! >/run/holder', NAME)
  const { exit, stdout } = await here.anyblade('volume', 'delete', NAME)
  await here.on('blade2', 'kill "$(cat /run/holder)"; rm /run/holder')
  assert.equal(exit, 3, stdout)
  assert.match(stdout, /blade2 uses archive\n +it is open 1 times/)
  await here.done('volume', 'show', NAME)
})

test('put aside beside a scan loop: a certificate of every blade, and nothing is left, seen past the product', async () => {
  const stop = await scanning(here)
  const { stdout } = await here.done('volume', 'delete', NAME).finally(stop)
  for (const blade of here.lab.blades) {
    assert.match(stdout, new RegExp(`certificate of ${blade}: ${NAME}, ${wwid}, LUN \\d+`))
    assert.equal(await residueOf(here, blade, NAME, wwid), '', blade)
  }
  const mapped = 'readlink -f /sys/kernel/config/target/fc/*/tpgt_1/lun/lun_*/* | grep -c "/$1$" || true'
  assert.equal(await here.on('array', mapped, NAME), '0')
  assert.match(await here.on('array', 'lvs --noheadings -o lv_name "san/$1"', NAME), /archive/)
  assert.match((await here.done('volume', 'list')).stdout, /archive .* aside/)
  assert.equal((await here.anyblade('volume', 'create', NAME, '--size', '256M')).exit, 2)
})

test('purged, it is gone from the array, and its name is not given again', async () => {
  await here.done('volume', 'purge', NAME, '--yes')
  assert.equal(await here.on('array', 'lvs --noheadings -o lv_name san | grep -cw "$1" || true', NAME), '0')
  assert.equal(
    await here.on('array', 'ls -d /sys/kernel/config/target/core/iblock_*/"$1" 2>/dev/null | wc -l', NAME),
    '0',
  )
  for (const blade of here.lab.blades) assert.equal(await residueOf(here, blade, NAME, wwid), '', blade)
  assert.equal((await here.anyblade('volume', 'create', NAME, '--size', '256M')).exit, 2)
})
