/** An array that nobody can speak to, as an operator types it in; nobody is reached by any of it. */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { anyblade, madeFleet } from '../../test/anyblade.ts'

const PORTS = ['--port', 'A=50:06:01:60:3b:20:19:4a', '--port', 'B=50:06:01:68:3b:20:19:4a']

async function site(t: TestContext) {
  const dir = await madeFleet(t)
  const run = (...words: string[]) => anyblade(words, { cwd: dir })
  return { dir, run }
}

test('its ports are what was typed; it is listed, and shown as one that is not asked, with what its documents say', async (t) => {
  const { dir, run } = await site(t)
  const added = await run('array', 'add', 'san9', '--driver', 'manual', ...PORTS)
  assert.equal(added.exit, 0, added.stderr)
  const text = readFileSync(join(dir, 'arrays/san9.yaml'), 'utf8')
  assert.match(text, /driver: manual/)
  assert.doesNotMatch(text, /ssh|pool/)
  writeFileSync(
    join(dir, 'volumes/mail.yaml'),
    'wwid: 3600601600001\nsize: 1073741312 B\narray: san9\nlun: 7\nwriter: none\nprotected: true\n',
  )
  assert.equal((await run('fleet', 'check')).exit, 0)
  const { exit, stdout } = await run('array', 'show', 'san9')
  assert.equal(exit, 0)
  assert.match(stdout, /not asked: its driver is manual/)
  assert.match(stdout, /port +50:06:01:60:3b:20:19:4a +fabric A/)
  assert.match(stdout, /volume +mail +1073741312 B +3600601600001 +LUN 7/)
  assert.match((await run('array', 'list')).stdout, /san9 +manual/)
})

const wrong = [
  [['array', 'add', 'san9', '--driver', 'manual'], /no target port[\s\S]*--port A=/],
  [['array', 'add', 'san9', '--driver', 'manual', '--ssh', 'root@san9', ...PORTS], /only its ports are said/],
  [['array', 'add', 'san9', ...PORTS], /driver lio[\s\S]*no --ssh, or no --pool/],
] as const
test('an array that is typed in wrongly is refused', async (t) => {
  const { run } = await site(t)
  for (const [words, said] of wrong)
    await t.test(`${words.slice(0, 5).join(' ')} (${words.length})`, async () => {
      const { exit, stderr } = await run(...words)
      assert.equal(exit, 2)
      assert.match(stderr, said)
    })
})

const ID = '3600601600001'
const refused = [
  [
    ['create', 'mail', '--size', '20G'],
    /by hand[\s\S]*volume adopt mail --array san9 --wwid WWID --lun N --size 20GiB/,
  ],
  [['adopt', 'mail', '--wwid', ID, '--lun', '7'], /nobody can ask san9 for its size[\s\S]*--lun N --size SIZE/],
  [['adopt', 'mail', '--wwid', ID, '--size', '1G'], /nobody can ask san9 for its LUN number/],
  [['adopt', 'mail', '--wwid', 'no id', '--lun', '7', '--size', '1G'], /read --wwid/],
  [['adopt', 'mail', '--wwid', ID, '--lun', '16384', '--size', '1G'], /from 1 to 16383/],
  [['adopt', 'mail', '--wwid', ID, '--lun', '7', '--size', '1000'], /no multiple of 512 bytes/],
  [
    ['adopt', 'old', '--wwid', ID, '--lun', '7', '--size', '1G'],
    /a volume old, which is aside[\s\S]*volume restore old/,
  ],
  [['adopt', 'mail', '--wwid', '360060160aaaa', '--lun', '7', '--size', '1G'], /360060160aaaa is old, which is aside/],
  [['adopt', 'mail', '--wwid', ID, '--lun', '2', '--size', '1G'], /LUN 2 of san9 is old/],
  [['adopt', 'mail', '--wwid', ID, '--array', 'san8'], /there are san9/],
] as const
test('a volume that is typed in wrongly is refused before anybody is asked', async (t) => {
  const { dir, run } = await site(t)
  writeFileSync(
    join(dir, 'arrays/san9.yaml'),
    'driver: manual\nports: [{ wwpn: "50:06:01:60:3b:20:19:4a", fabric: A }]\n',
  )
  writeFileSync(
    join(dir, 'volumes/old.yaml'),
    'wwid: 360060160aaaa\nsize: 1 GiB\narray: san9\nlun: 2\nwriter: none\nprotected: true\nstate: aside\n',
  )
  for (const [words, said] of refused)
    await t.test(`volume ${words.join(' ')}`, async () => {
      const { exit, stderr } = await run('volume', ...words)
      assert.equal(exit, 2, stderr)
      assert.match(stderr, said)
    })
})
