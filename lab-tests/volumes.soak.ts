/** A volume is put aside and restored again and again, with a scan loop running beside it on every blade. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { residueOf, type Site, scanning, site } from './site.ts'

const NAME = 'cycled'
const TIMES = 20
let here: Site
let stop = async () => {}
before(async () => {
  here = await site()
  await here.done('volume', 'create', NAME, '--size', '256M')
  const file = join(here.fleet, 'volumes', `${NAME}.yaml`)
  writeFileSync(file, readFileSync(file, 'utf8').replace('protected: true', 'protected: false'))
  execFileSync('git', ['commit', '-qam', `${NAME}: may be deleted`], { cwd: here.fleet })
  stop = await scanning(here)
})
after(() => stop())

test(`${TIMES} of ${TIMES} deletions leave nothing on any blade`, async () => {
  const wwid = /36001405[0-9a-f]{25}/.exec((await here.done('volume', 'show', NAME)).stdout)?.[0] ?? ''
  for (let time = 1; time <= TIMES; time += 1) {
    await here.done('volume', 'delete', NAME)
    for (const blade of here.lab.blades) assert.equal(await residueOf(here, blade, NAME, wwid), '', `${blade}, ${time}`)
    await here.done('volume', 'restore', NAME)
  }
})
