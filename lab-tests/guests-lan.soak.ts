/**
 * The guest's network over its moves: the same address, announced where it came to, and no ping lost but while it stood
 * still. Proof is what a station in the LAN has seen, outside all blades.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { answersPing, CMDLINE, GUEST, type Site, site, until } from './site.ts'

const NAME = 'roams'
const MAC = '52:54:00:88:00:5b'
const ADDRESS = '192.168.88.91'
const PING_MS = 100
/** An emulated processor that serves three nodes: what is between the resume and the first answer. */
const SLACK_MS = 2000
let here: Site
before(async () => {
  here = await site()
  await here.done('volume', 'create', NAME, '--size', '64M', '--home', 'blade1')
  const network = ['--network', 'br0', '--mac', MAC]
  await here.done('vm', 'create', NAME, '--volume', NAME, '--home', 'blade1', ...network, ...GUEST, ...CMDLINE)
  await here.done('vm', 'start', NAME)
  await until('the guest answers', 120_000, () => answersPing(here, MAC))
})
after(async () => {
  await here.lab.restore()
  await here.anyblade('vm', 'stop', NAME, '--force', '--yes')
})

for (const [at, to] of ['blade2', 'blade1', 'blade2'].entries())
  test(`move ${at + 1}, to ${to}: RARP from there, one address, and no ping lost outside the pause`, async (t) => {
    await here.lab.resetLan()
    await here.done('vm', 'migrate', NAME, '--to', to)
    await until('it has answered again', 60_000, () => answersPing(here, MAC))
    const { guests, sights } = await here.lab.lan()
    const [guest, ...others] = guests.filter(({ mac }) => mac === MAC)
    assert.ok(guest !== undefined)
    assert.deepEqual([others.length, guest.ip, guest.port], [0, ADDRESS, to])
    const [first, ...later] = sights.filter(({ mac, kind }) => mac === MAC && kind === 'rarp')
    assert.ok(first !== undefined, 'RARP was seen')
    assert.deepEqual(
      [...new Set([first, ...later].map(({ port }) => port))],
      [to],
      'from where it came to, and only there',
    )
    assert.ok(
      sights.some(({ kind, mac, port }) => kind === 'moved' && mac === MAC && port === to),
      'the LAN has learnt the way to it',
    )
    const paused = Number(
      /Total downtime: +(\d+)/.exec(await here.on(to, `virsh domjobinfo ${NAME} --completed`))?.[1] ?? Number.NaN,
    )
    const silence = guest.longestGap?.ms ?? 0
    t.diagnostic(
      `paused ${paused} ms, silent for ${silence} ms, ${guest.lost} of ${guest.sent} pings lost, ${later.length + 1} RARPs`,
    )
    assert.ok(silence <= paused + SLACK_MS, `silent for ${silence} ms, paused for ${paused} ms`)
    assert.ok(guest.lost <= silence / PING_MS + 1, `${guest.lost} lost in ${silence} ms`)
  })

test('no move was seen by the guest', async () => {
  const { boots, holes, rollbacks, foreignWrites } = await here.lab.verify(NAME)
  assert.deepEqual([boots.length, holes, rollbacks, foreignWrites], [1, [], 0, 0])
})
