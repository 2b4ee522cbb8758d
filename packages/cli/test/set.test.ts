import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { anyblade, madeFleet } from './anyblade.ts'

/** With two VMs, each on a volume of its own. */
async function withVms(t: TestContext): Promise<{ readonly cwd: string; readonly read: (file: string) => string }> {
  const cwd = await madeFleet(t)
  const write = (file: string, text: string) => writeFileSync(join(cwd, file), text)
  write('arrays/san1.yaml', 'driver: manual\nports: [{wwpn: "20:00:52:54:00:0a:00:01", fabric: A}]\n')
  for (const [i, name] of ['ldap', 'mail'].entries()) {
    const uuid = `11111111-2222-3333-4444-55555555555${i}`
    write(
      `volumes/${name}.yaml`,
      `wwid: "36001405aaaa${i}"\nsize: 1 GiB\narray: san1\nlun: ${i + 1}\nwriter: none\nprotected: true\n`,
    )
    write(`vms/${name}.yaml`, `uuid: "${uuid}"\nvolumes: [${name}] # its disk\nhome: blade1\n`)
    write(
      `vms/${name}.xml`,
      `<domain type='kvm'><name>${name}</name><uuid>${uuid}</uuid><memory>1024</memory></domain>\n`,
    )
  }
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], { cwd })
  git('add', '-A')
  git('commit', '-qm', 'two VMs')
  return { cwd, read: (file) => readFileSync(join(cwd, file), 'utf8') }
}

test('fields of a VM and of a blade are set and taken out; the rest of the document stays', async (t) => {
  const { cwd, read } = await withVms(t)
  const done = async (...words: string[]) => {
    const { exit, stderr } = await anyblade(words, { cwd })
    assert.equal(exit, 0, stderr)
  }
  await done('vm', 'set', 'mail', '--anti-affinity', 'web', '--no-shall-run', '--start-after', 'ldap')
  const mail = read('vms/mail.yaml')
  assert.match(mail, /volumes: \[\s*mail\s*\] # its disk/)
  assert.match(mail, /\nanti_affinity: web\b/)
  assert.match(mail, /\nshall_run: false\b/)
  assert.match(mail, /\nstart_after:[\s\S]*ldap/)
  await done('vm', 'set', 'mail', '--without', 'anti-affinity,start-after', '--shall-run')
  assert.doesNotMatch(read('vms/mail.yaml'), /anti_affinity|start_after/)
  assert.match(read('vms/mail.yaml'), /shall_run: "?true/)
  await done('blade', 'set', 'blade1', '--chassis', 'c1')
  assert.match(read('blades/blade1.yaml'), /\nchassis: c1\b/)
  await done('fleet', 'check')
  assert.equal(execFileSync('git', ['status', '--porcelain'], { cwd, encoding: 'utf8' }), '')
})

test('what is no name, nothing at all, and a circle are refused before anything is written', async (t) => {
  const { cwd, read } = await withVms(t)
  assert.equal((await anyblade(['vm', 'set', 'mail', '--start-after', 'ldap'], { cwd })).exit, 0)
  const before = read('vms/ldap.yaml')
  for (const [words, found] of [
    [['vm', 'set', 'ldap', '--start-after', 'mail'], /mail is to start after ldap itself|ldap is to start after mail/],
    [['vm', 'set', 'ldap', '--anti-affinity', '-x y'], /anti-affinity/],
    [['vm', 'set', 'ldap'], /none was named/],
    [['vm', 'set', 'ldap', '--shall-run', '--without', 'shall-run'], /to be set and to go/],
    [['vm', 'set', 'nobody', '--shall-run'], /nobody/],
    [['blade', 'set', 'blade1'], /none was named/],
  ] as const) {
    const { exit, stderr } = await anyblade(words, { cwd })
    assert.equal(exit, 2, stderr)
    assert.match(stderr, found)
  }
  assert.equal(read('vms/ldap.yaml'), before)
})
