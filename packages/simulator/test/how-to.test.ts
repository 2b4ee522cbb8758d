/** What `npm start` tells where no SAN can be booted. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const start = fileURLToPath(new URL('../../../scripts/start.ts', import.meta.url))

test('without dpkg npm start says why in one line, then does the how-to simulated, and every line says so', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [start], {
    encoding: 'utf8',
    env: { PATH: '/nowhere' },
  })
  assert.equal(status, 0, stdout + stderr)
  const [why, ...lines] = stdout.trimEnd().split('\n')
  assert.match(why ?? '', /^No SAN can be booted here: .* there is no dpkg\. What follows is simulated/)
  assert.deepEqual(
    lines.filter((line) => !line.startsWith('SIMULATED │ ')),
    [],
  )
  const text = lines.join('\n')
  for (const told of [
    /carve 1 GiB for ldap/,
    /blade2: \/dev\/mapper\/ldap: write the alias/,
    /vm migrate ldap --to blade1 --degraded/,
    /it runs on +blade1, running/,
    /promises broken +0, judged after each of \d+ events/,
  ])
    assert.match(text, told)
  assert.equal(text.match(/done after [\d.]+ simulated seconds/g)?.length, 5)
  const [written, remembered] = [/writes on the LUN +(\d+)/, /the guest remembers +(\d+)/].map(
    (one) => one.exec(text)?.[1],
  )
  assert.ok(Number(written) > 0)
  assert.equal(remembered, written)
  assert.equal(text.match(/INQUIRY on blade[12] .* 36001405\w{25}/g)?.length, 4)
})
