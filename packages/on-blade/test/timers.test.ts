import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { FixtureBlade, readerOnFixture } from './fixture.ts'
import { multipathdServer } from './multipathd-server.ts'
import { scratch, start } from './shells.ts'

const base = scratch('timers')
const A = '2000525400000001'
const CONFIG = 'defaults {\n\tverbosity 2\n\tpolling_interval 5\n\tmax_polling_interval 20\n}\n'

async function told(answers: Readonly<Record<string, string>> | undefined, t: { after: (end: () => void) => void }) {
  const it = new FixtureBlade(mkdtempSync(join(base, 'b-')))
  it.port({ host: 2, target: 1, wwpn: A })
  it.write('sys/class/fc_remote_ports/rport-2:0-1/fast_io_fail_tmo', 'off')
  it.write('sys/class/fc_remote_ports/rport-2:0-1/dev_loss_tmo', '30')
  it.write('sys/class/fc_remote_ports/rport-2:0-9/scsi_target_id', '-1')
  it.write('sys/class/fc_remote_ports/rport-2:0-9/port_name', '0x2000525400000b02')
  mkdirSync(join(it.root, 'run'))
  const server = answers && (await multipathdServer(`${it.root}/run/multipathd.socket`, answers))
  t.after(() => server?.close())
  const { stdout } = await start('exec python3 -I -S -c "$@"', [readerOnFixture, 'survey', '20', 'timers'], {
    ANYBLADE_ROOT: it.root,
  }).ended
  const [, body = '', end = ''] = /^\[timers\n([\s\S]*?)^\]timers (.*)$/m.exec(stdout) ?? []
  return { lines: body.split('\n').slice(0, -1), end }
}

test('the two timeouts of each target port, multipathd’s interval and its word for each map', async (t) => {
  const { lines, end } = await told(
    { 'show config local': CONFIG, 'show maps raw format "%w|%Q"': '36001a|12 chk\n36001b|on\n' },
    t,
  )
  assert.deepEqual(lines, [`|port\t2\t0x${A}\toff\t30`, '|polling\t5', '|map\t36001a\t12 chk', '|map\t36001b\ton'])
  assert.equal(end, 'ok')
})

test('an older multipathd is asked in its own words', async (t) => {
  const { lines } = await told({ 'show config': CONFIG, 'show maps raw format "%w|%Q"': 'ok\n' }, t)
  assert.deepEqual(lines.slice(1), ['|polling\t5'])
})

test('without multipathd the section says so', async (t) => {
  assert.match((await told(undefined, t)).end, /^refused multipathd does not answer/)
  assert.match((await told({}, t)).end, /^refused multipathd does not say its polling_interval/)
})
