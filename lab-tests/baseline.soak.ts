/** A host that leaves the disks of guests alone. */
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { type Site, site } from './site.ts'

let here: Site
before(async () => {
  here = await site()
})

test('the baseline of a blade: a plan with its differences, in effect by each tool’s word, and done twice it is done', async () => {
  const planned = await here.done('blade', 'baseline', 'blade2', '--plan')
  assert.match(planned.stdout, /\+ +no_path_retry/)
  await here.done('blade', 'baseline', 'blade2')
  assert.match(await here.on('blade2', 'lvmconfig --type full devices/global_filter'), /^global_filter="r\|\.\*\|"$/)
  assert.match(await here.on('blade2', 'systemctl show -p After libvirtd.service'), /multipathd\.service/)
  const overrides = await here.on('blade2', "multipathd -k'show config local' | sed -n '/^overrides/,/^}/p'")
  for (const line of [/skip_kpartx "?yes/, /recheck_wwid "?yes/, /no_path_retry 75/]) assert.match(overrides, line)
  assert.match((await here.done('blade', 'baseline', 'blade2', '--plan')).stdout, /Nothing is to be done/)
  assert.match((await here.done('blade', 'show', 'blade2')).stdout, /proved +baseline/)
})
