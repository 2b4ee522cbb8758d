import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sshConfig } from '../ssh.ts'
import { labFolder } from '../state.ts'

test('each node has its port and its own host key, and no unknown key is taken', () => {
  const text = sshConfig(
    [
      { name: 'array', port: 1 },
      { name: 'blade1', port: 2 },
    ],
    '/i/key',
    '/i/known_hosts',
  )
  assert.match(text, /Host blade1\n {2}Port 2\n {2}HostKeyAlias blade1\n/)
  assert.match(text, /HostName 127\.0\.0\.1/)
  assert.match(text, /StrictHostKeyChecking yes/)
})

test('a name that would leave the cache is refused', () => {
  for (const name of ['', '../x', 'a/b', 'A', '-x']) assert.throws(() => labFolder(name), /name a lab/)
})
