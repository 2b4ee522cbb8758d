/** A volume that was put aside comes back with its data, and grows under a running guest. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { after, before, test } from 'node:test'
import { CMDLINE, GUEST, type Site, site, unprotect, until, wwidOf } from './site.ts'

const NAME = 'revived'
const MAC = '52:54:00:88:00:56'
let here: Site
let wwid = ''
before(async () => {
  here = await site()
  await here.done('volume', 'create', NAME, '--size', '256M')
  wwid = await wwidOf(here, NAME)
  unprotect(here, NAME)
})
after(async () => {
  await here.lab.restore()
})

test('restored it is the same LUN with its data, on every blade', async () => {
  await here.on('blade1', 'printf kept | dd of="/dev/mapper/$1" conv=nocreat,sync bs=4096 oflag=direct 2>&1', NAME)
  assert.equal((await here.anyblade('volume', 'purge', NAME, '--yes')).exit, 2, 'it is in use')
  await here.done('volume', 'delete', NAME)
  await here.done('volume', 'restore', NAME)
  assert.match((await here.done('volume', 'show', NAME)).stdout, new RegExp(wwid))
  for (const blade of here.lab.blades)
    assert.equal(
      await here.on(blade, 'dd if="/dev/mapper/$1" bs=4096 count=1 iflag=direct 2>/dev/null | head -c 4', NAME),
      'kept',
    )
})

test('it grows under a running guest: every path, every map, and the guest sees it', async () => {
  const network = ['--network', 'br0', '--mac', MAC]
  await here.done('vm', 'create', NAME, '--volume', NAME, ...network, ...GUEST, ...CMDLINE)
  await here.done('vm', 'start', NAME)
  await here.done('volume', 'grow', NAME, '--size', '384M')
  const bytes = String(384 * 1024 ** 2)
  for (const blade of here.lab.blades) {
    const sizes =
      'd=$(basename "$(readlink /dev/mapper/"$1")"); for f in /sys/block/"$d"/size /sys/block/"$d"/slaves/*/size; do cat "$f"; done'
    assert.deepEqual(new Set((await here.on(blade, sizes, NAME)).split('\n')), new Set([String(Number(bytes) / 512)]))
  }
  assert.match(
    await here.on('blade1', `virsh domblkinfo ${NAME} /dev/mapper/${NAME}`),
    new RegExp(`Capacity: +${bytes}`),
  )
  assert.equal(await here.on('blade1', `virsh domstate ${NAME}`), 'running')
  await here.lab.cut({ network: 'fabA', node: 'blade2' })
  await until(
    'a path is down',
    60_000,
    async () => (await here.anyblade('volume', 'grow', NAME, '--size', '512M', '--plan')).exit === 3,
  )
  await here.lab.restore()
  await here.done('vm', 'stop', NAME, '--force', '--yes')
  await here.on('blade1', `virsh -q undefine ${NAME}`)
  execFileSync('git', ['rm', '-q', `vms/${NAME}.yaml`, `vms/${NAME}.xml`], { cwd: here.fleet })
  execFileSync('git', ['commit', '-qm', `${NAME}: no VM any more`], { cwd: here.fleet })
  await until('all paths are back', 120_000, async () => (await here.anyblade('volume', 'show', NAME)).exit === 0)
})
