/**
 * Two blades that have nothing to log in at each other with, a real sshd on each: the acts give them that and take it away,
 * and a guest is moved by it.
 */
import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { acts, reader } from '../index.ts'
import { Mover } from './mover.ts'
import { leftOut, type Side } from './two-blades.ts'

const FLEET = 'a1b2'
const KEY = `/root/.ssh/anyblade-${FLEET}`
const OTHER = { a: 'b', b: 'a' } as const
const FOREIGN = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGZvcmVpZ24gZm9yZWlnbiBmb3JlaWduIGZvcmVpZ24h somebody@else'

describe('blades that log in at each other', { skip: leftOut }, () => {
  let it: Mover
  before(async () => {
    it = await Mover.up()
  })
  after(() => it.down())
  beforeEach(async () => {
    await it.again()
    for (const side of ['a', 'b'] as const)
      await it.blades.done(
        side,
        'rm -rf /root/.ssh && mkdir -m 700 /root/.ssh && cat >/root/.ssh/authorized_keys',
        `${FOREIGN}\n`,
      )
  })

  const survey = async (side: Side, ...words: string[]): Promise<string> => {
    const asked = it.blades.run(side, 'exec python3 -I -S -c "$@"', [
      reader,
      'survey',
      '30',
      `fleet=${FLEET}`,
      ...words,
    ])
    return (await asked.ended).stdout
  }
  const login = async (side: Side): Promise<string> =>
    /^\|login\t(.*)$/m.exec(await survey(side, `login=blade-${OTHER[side]}`))?.[1] ?? ''
  const act = (side: Side, kind: 'make-key' | 'drop-key' | 'set-trust', ...args: string[]) =>
    it.blades.run(side, acts[kind], [FLEET, ...args]).ended
  const told = async (side: Side, kind: string): Promise<string[]> =>
    [...(await survey(side, 'credentials')).matchAll(new RegExp(`^\\|${kind}\\t(.*)$`, 'gm'))].map(
      (found) => found[1] ?? '',
    )
  const machineId = (side: Side): Promise<string> => it.blades.done(side, 'cat /etc/machine-id')

  async function made(side: Side): Promise<string> {
    const { exit, stdout, stderr } = await act(side, 'make-key')
    assert.equal(exit, 0, stderr)
    return /^key (.*)$/m.exec(stdout)?.[1] ?? ''
  }

  /** From `side` to the other: as the plan has it. */
  async function trust(side: Side): Promise<{ readonly there: string[]; readonly here: string[] }> {
    const [far, key] = [OTHER[side], await made(side)]
    const mark = (of: Side) => `anyblade:${FLEET}:blade-${of}`
    const [address] = await told(side, 'address')
    const [hostKey] = await told(far, 'host-key')
    const there = ['authorized_keys', `blade-${side}`, '', `restrict,from="${address}" ${key} ${mark(side)}`]
    const here = ['known_hosts', `blade-${far}`, '', `blade-${far} ${hostKey} ${mark(far)}`]
    for (const [at, words] of [
      [far, there],
      [side, here],
    ] as const) {
      const { exit, stderr } = await act(at, 'set-trust', ...words)
      assert.equal(exit, 0, stderr)
    }
    return { there, here }
  }
  const files = (side: Side): Promise<string> =>
    it.blades.done(side, 'cd /root/.ssh && for f in *; do echo "$f"; cat "$f"; done')

  test('without anything the log-in fails, and trying it leaves nothing behind', async () => {
    const before = await files('a')
    assert.match(await login('a'), /^blade-b\tblade-b\tout\t.*Host key verification failed/)
    assert.equal(await files('a'), before)
  })

  test('a client that would learn host keys has learnt none by the try', async () => {
    await it.blades.done('a', 'printf "StrictHostKeyChecking accept-new\\n" >/root/.ssh/config')
    assert.match(await login('a'), /^blade-b\tblade-b\tout\t.*Permission denied/)
    await it.blades.done('a', '[ ! -e /root/.ssh/known_hosts ]')
  })

  test('both ways, and each reaches the machine that is meant', async () => {
    await trust('a')
    await trust('b')
    assert.equal(await login('a'), `blade-b\tblade-b\tin\t${await machineId('b')}\tours`)
    assert.equal(await login('b'), `blade-a\tblade-a\tin\t${await machineId('a')}\tours`)
  })

  test('one that comes from elsewhere than it is let in from is refused', async () => {
    const { there } = await trust('a')
    const [file = '', peer = '', , line = ''] = there
    const moved = await act('b', 'set-trust', file, peer, line, line.replace(/from="[^"]*"/, 'from="192.0.2.1"'))
    assert.equal(moved.exit, 0, moved.stderr)
    assert.match(await login('a'), /out\t.*Permission denied/)
  })

  test('another machine under the name is not let pass for it', async () => {
    const { here } = await trust('a')
    const [file = '', peer = '', , line = ''] = here
    const [own] = await told('a', 'host-key')
    const changed = await act('a', 'set-trust', file, peer, line, line.replace(/ssh-ed25519 \S+/, own ?? ''))
    assert.equal(changed.exit, 0, changed.stderr)
    assert.match(await login('a'), /out\t.*Host key verification failed/)
  })

  test('done twice it is done; taken back all is as before, and what is others’ was never touched', async () => {
    const before = await files('b')
    const { there } = await trust('a')
    const [file = '', peer = '', , line = ''] = there
    const twice = await act('b', 'set-trust', ...there)
    assert.equal(twice.exit, 0, twice.stderr)
    assert.equal(await it.blades.done('b', 'cat /root/.ssh/authorized_keys'), `${FOREIGN}\n${line}`)
    assert.equal(await it.blades.done('b', 'stat -c %a /root/.ssh/authorized_keys'), '644')
    const back = await act('b', 'set-trust', file, peer, line, '')
    assert.equal(back.exit, 0, back.stderr)
    assert.equal(await files('b'), before)
    assert.equal((await act('a', 'drop-key')).exit, 0)
    await it.blades.done('a', `[ ! -e ${KEY} ] && [ ! -e ${KEY}.pub ]`)
  })

  test('a guest is moved by the fleet’s own key', async () => {
    await trust('a')
    await it.unit()
    const source = it.source(undefined, undefined, undefined, undefined, `qemu+ssh://blade-b/system?keyfile=${KEY}`)
    assert.equal(await it.outcomeOf(source), 'taken', source.said())
    await it.runsOnlyAt('b')
  })
})
