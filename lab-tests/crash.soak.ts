/** The crash sweep in the lab: `volume create` and `vm migrate` killed at many boundaries, each taken up by another operator. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createKilled, moveKilled, Operators } from './crash.ts'
import { answersPing, CMDLINE, GUEST, type Site, site, until } from './site.ts'

const MAC = '52:54:00:88:00:54'
/** Counted in lines of steps, each with one at its beginning and one at its end. */
const CREATE_AT = [1, 2, 4, 6, 8, 10, 13, 16]
const MOVE_AT = [1, 2, 3, 4, 5, 6, 8]
let here: Site
let operators: Operators
let kills = 0

before(async () => {
  here = await site()
  await here.done('volume', 'create', 'mover', '--size', '1G', '--home', 'blade1')
  const network = ['--network', 'br0', '--mac', MAC]
  await here.done('vm', 'create', 'mover', '--volume', 'mover', '--home', 'blade1', ...network, ...GUEST, ...CMDLINE)
  await here.done('vm', 'start', 'mover')
  await until('mover answers', 120_000, () => answersPing(here, MAC))
  operators = new Operators(here)
})
after(async () => {
  operators.handBack()
  await here.lab.restore()
  await here.anyblade('vm', 'stop', 'mover', '--force', '--yes')
})

for (const [number, boundary] of CREATE_AT.entries())
  test(`volume create killed at its line ${boundary}, ${number % 2 === 0 ? 'brought to its end' : 'taken back'}`, async () => {
    const wish = number % 2 === 0 ? 'resume' : 'undo'
    if (await createKilled(here, operators, `crash${boundary}`, boundary, wish)) kills += 1
  })

for (const boundary of MOVE_AT)
  test(`vm migrate killed at its line ${boundary}: one guest, from its newest memory`, async () => {
    if (await moveKilled(here, operators, 'mover', MAC, boundary)) kills += 1
  })

test('so many of them were really killed', (t) => {
  t.diagnostic(`${kills} of ${CREATE_AT.length + MOVE_AT.length} killed before their end`)
  assert.ok(kills >= 12, `${kills} killed`)
})
