import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { anyblade, withVms } from './anyblade.ts'

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
