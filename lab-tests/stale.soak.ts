/**
 * A LUN number that the array gives to another LUN on one fabric: every path stays green, only a fresh INQUIRY tells. The
 * device is deleted, and found anew once the array shows the right LUN again.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Site, site, until, wwidOf } from './site.ts'

const [OURS, OTHER] = ['reused1', 'reused2']
let here: Site
before(async () => {
  here = await site()
  for (const name of [OURS, OTHER])
    if ((await here.anyblade('volume', 'show', name)).exit === 2)
      await here.done('volume', 'create', name, '--size', '64M')
})
after(async () => {
  await here.lab.restore()
})

/** To blade2 the array shows `instead` at the number of `name`, on fabric B alone. @returns the two LUNs' folders */
const showOnB = (name: string, instead: string): Promise<string> =>
  here.on(
    'array',
    [
      't=$(echo /sys/kernel/config/target/fc/*:0b:00:01/tpgt_1)',
      'of() { for s in "$t"/lun/lun_*/*; do [ -L "$s" ] && [ "$(basename "$(readlink -f "$s")")" = "$1" ] && basename "$(dirname "$s")"; done; }',
      'at=$(of "$1") leads=$(of "$2") a=$(ls -d "$t"/acls/*:0c)',
      'find "$a/$at" -maxdepth 1 -type l -delete; rmdir "$a/$at"; mkdir "$a/$at"; ln -s "$t/lun/$leads" "$a/$at/map"',
      'echo "$at $leads"',
    ].join('\n'),
    name,
    instead,
  )

test('the one device on blade2 is named, with both ids and both volumes, and goes; on fabric A and on blade1 nothing does', async () => {
  await here.done('volume', 'verify', OURS, OTHER)
  const ids = [await wwidOf(here, OURS), await wwidOf(here, OTHER)]
  assert.match(await showOnB(OURS, OTHER), /^lun_\d+ lun_\d+$/)
  try {
    const { exit, stdout } = await here.anyblade('volume', 'verify', OURS, OTHER)
    assert.equal(exit, 3, stdout)
    assert.match(stdout, /refuted +fresh ids +blade2: 1 of \d+ devices became another LUN/)
    assert.doesNotMatch(stdout, /fresh ids +blade1/)
    const known = `  B  in the map ${OURS}  known as ${ids[0]} \\(${OURS}\\), is ${ids[1]} \\(${OTHER}\\)`
    assert.match(stdout, new RegExp(known))
    assert.doesNotMatch(stdout, / {2}A {2}.*known as/)
    const before = await here.anyblade('volume', 'rescan', OURS)
    assert.equal(before.exit, 3, before.stdout)
    const purged = await here.done('volume', 'rescan', OURS, '--purge')
    assert.match(purged.stdout, new RegExp(`was taken out of the map ${OURS}[\\s\\S]*${ids[1]} .*known as ${ids[0]}`))
    assert.equal(purged.stdout.match(/known as/g)?.length, 1, purged.stdout)
  } finally {
    await showOnB(OURS, OURS)
  }
  await here.done('volume', 'rescan', OURS)
  await until('all is as before', 60_000, async () => (await here.anyblade('volume', 'verify', OURS)).exit === 0)
})
