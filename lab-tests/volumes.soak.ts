/** A volume is put aside and restored again and again, with a scan loop running beside it on every blade. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { residueOf, type Site, scanning, site, unprotect, wwidOf } from './site.ts'

const NAME = 'cycled'
const TIMES = 20
let here: Site
let stop = async () => {}
before(async () => {
  here = await site()
  await here.done('volume', 'create', NAME, '--size', '256M')
  unprotect(here, NAME)
  stop = await scanning(here)
})
after(() => stop())

test(`${TIMES} of ${TIMES} deletions leave nothing on any blade`, async () => {
  const wwid = await wwidOf(here, NAME)
  for (let time = 1; time <= TIMES; time += 1) {
    await here.done('volume', 'delete', NAME)
    for (const blade of here.lab.blades) assert.equal(await residueOf(here, blade, NAME, wwid), '', `${blade}, ${time}`)
    await here.done('volume', 'restore', NAME)
  }
})
