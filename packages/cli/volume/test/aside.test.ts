import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { anyblade, madeFleet } from '../../test/anyblade.ts'

/** A fleet with a volume in use, one that is put aside and one that is purged; the array is asked at no step here. */
async function site(t: TestContext) {
  const dir = await madeFleet(t)
  const port = 'ports: [{ wwpn: "20:00:52:54:00:0a:00:01", fabric: A }]\n'
  writeFileSync(join(dir, 'arrays/san1.yaml'), `driver: lio\nssh: root@san1.invalid\npool: san/pool\n${port}`)
  for (const [i, [name, state]] of [
    ['ldap', ''],
    ['old', 'state: aside\n'],
    ['gone', 'state: purged\n'],
  ].entries())
    writeFileSync(
      join(dir, `volumes/${name}.yaml`),
      `wwid: "36001405aaaa${i}"\nsize: 1 GiB\narray: san1\nlun: ${i + 1}\nwriter: none\nprotected: true\n${state}`,
    )
  return (...words: string[]) => anyblade(words, { cwd: dir })
}

test('what is put aside or purged is listed so, and is no volume in use', async (t) => {
  const run = await site(t)
  const { stdout } = await run('volume', 'list', '--columns', 'volume,disk-of', '--no-headers')
  assert.deepEqual(
    stdout.split('\n').map((line) => line.trim().split(/ +/).join(' ')),
    ['ldap –', 'gone purged', 'old aside', ''],
  )
  assert.equal((await run('volume', 'show', 'old')).exit, 2)
})

test('a purge asks for the name, and who can’t be asked has to say --yes', async (t) => {
  const run = await site(t)
  const { exit, stderr } = await run('volume', 'purge', 'old')
  assert.equal(exit, 2)
  assert.match(stderr, /purge old[\s\S]*standard input is no terminal[\s\S]*--yes says that it is meant/)
})

const wrong = [
  [['purge', 'ldap', '--yes'], /it is in use[\s\S]*anyblade volume delete ldap/],
  [['restore', 'gone'], /it is purged: its data are gone/],
  [['restore', 'odl'], /did you mean old\?/],
  [['create', 'old', '--size', '1G'], /which is aside[\s\S]*anyblade volume restore old/],
  [['create', 'gone', '--size', '1G'], /which is purged[\s\S]*choose another name/],
  [['rename', 'ldap', 'old'], /old is aside, and its name is kept/],
  [['rename', 'ldap', 'a', 'b'], /3 names[\s\S]*a swap is a b b a/],
  [['rename', 'odl', 'a'], /did you mean old\?|there are ldap/],
  [['rescan', 'gone'], /there are ldap/],
] as const
for (const [words, said] of wrong)
  test(`volume ${words.join(' ')}: refused before anybody is asked`, async (t) => {
    const { exit, stderr } = await (await site(t))('volume', ...words)
    assert.equal(exit, 2)
    assert.match(stderr, said)
  })
