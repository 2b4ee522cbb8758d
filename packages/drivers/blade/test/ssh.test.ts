import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { EngineError, EVERYTHING } from '@anyblade/engine'
import type { BladeConnections } from '../connections.ts'
import { SshBladeReader } from '../reader.ts'
import { aBlade } from './a-blade.ts'
import { freePort, noSshd, type SshServer, sshServer, within } from './ssh-server.ts'

const PATIENCE = within(60_000)

describe('a kept shell over OpenSSH', { skip: noSshd, concurrency: 3 }, () => {
  /** A server whose logins behave as `login` says, and connections to it. */
  async function blade(t: TestContext, login = 'run', extra: readonly string[] = []) {
    const server = await sshServer(login, extra)
    t.after(() => server.stop())
    return { server, connections: server.connections() }
  }

  const echo = (connections: BladeConnections, deadlineMs = 60_000) =>
    connections.sh('blade', 'echo here', [], within(deadlineMs))
  const failure = async (promise: Promise<unknown>): Promise<EngineError> => {
    const error = await promise.then(
      () => undefined,
      (reason: unknown) => reason,
    )
    if (error instanceof EngineError) return error
    throw new Error(`no EngineError but ${String(error)}`)
  }

  test('arguments and input arrive as they are, and the exit status comes back', async (t) => {
    const { connections } = await blade(t)
    const strange = [`it's`, '$(id) `id`', 'a\nb\\', 'ünïcödé 🖧', '', '--', '"', '!!', '*']
    const script = 'for a; do printf "<%s>" "$a"; done; cat; echo err >&2; exit 3'
    const ran = await connections.sh('blade', script, strange, { ...PATIENCE, stdin: new Uint8Array([0, 1, 255, 10]) })
    assert.equal(ran.exit, 3)
    assert.equal(ran.stdout, `${strange.map((a) => `<${a}>`).join('')}\0\u0001\ufffd\n`)
    assert.equal(ran.stderr, 'err\n')
    assert.equal(
      (await connections.sh('blade', 'cat', [], { ...PATIENCE, stdin: 'x'.repeat(300_000) })).stdout.length,
      300_000,
    )
  })

  test('a command’s own input is empty: it can not eat the next command', async (t) => {
    const { connections } = await blade(t)
    assert.equal((await connections.sh('blade', 'cat; read x; echo "<$x>"', [], PATIENCE)).stdout, '<>\n')
    assert.equal((await echo(connections)).stdout, 'here\n')
  })

  test('a script with a syntax error, or that ends its shell, spoils nothing', async (t) => {
    const { connections } = await blade(t)
    assert.notEqual((await connections.sh('blade', 'if (', [], PATIENCE)).exit, 0)
    assert.equal((await connections.sh('blade', 'kill -9 $$', [], PATIENCE)).exit, 137)
    assert.equal((await echo(connections)).stdout, 'here\n')
  })

  const logins = [
    ['prints a banner and colours', `printf 'Welcome!\\n\\033[31m'; seq 1 2000; echo warn >&2; run`],
    ['prints any bytes', 'head -c 200000 /dev/urandom; head -c 200000 /dev/urandom >&2; run'],
    ['is slow', 'sleep 2; run'],
    ['leaves a job behind that prints no more', '(sleep 3) & run'],
  ] as const
  for (const [what, login] of logins)
    test(`a login that ${what} does not matter`, async (t) => {
      const { connections } = await blade(t, login)
      assert.deepEqual(await echo(connections), { exit: 0, stdout: 'here\n', stderr: '' })
      assert.deepEqual(await echo(connections), { exit: 0, stdout: 'here\n', stderr: '' })
    })

  test('a login that takes its time is not tried twice', async (t) => {
    const { server, connections } = await blade(t, 'echo login >>"$0.log"; sleep 4; run')
    assert.equal((await echo(connections, 9000)).stdout, 'here\n')
    assert.equal(readFileSync(join(server.directory, 'login.log'), 'utf8'), 'login\n')
  })

  const hostile: readonly (readonly [string, string, string, RegExp])[] = [
    [
      'prints 10 MB',
      'yes | head -c 10000000; run',
      'answer-garbled',
      /printed more than 1024 KiB before any shell answered/,
    ],
    ['prints without end', 'exec yes >&2', 'answer-garbled', /printed more than 1024 KiB/],
    [
      'ends at once',
      'echo This account is currently not available.; exit 1',
      'blade-refused',
      /This account is currently not available\./,
    ],
    ['hangs', 'exec sleep 300', 'blade-unreachable', /no shell in time/],
    ['echoes its input', 'exec cat', 'blade-unreachable', /no shell in time/],
  ]
  for (const [what, login, code, found] of hostile)
    test(`a login that ${what} is a clear error in bounded time`, async (t) => {
      const { connections } = await blade(t, login)
      const deadlineMs = code === 'blade-unreachable' ? 6000 : 60_000 // all but silence is told long before
      const began = performance.now()
      const error = await failure(echo(connections, deadlineMs))
      assert.ok(performance.now() - began < deadlineMs + 10_000)
      assert.equal(error.code, code)
      assert.match(error.explanation.found, found)
    })

  test('a command that hangs is cut off on both sides, and the next one is answered', async (t) => {
    const { connections } = await blade(t)
    await echo(connections)
    const began = performance.now()
    const error = await failure(connections.sh('blade', 'sleep 86399', [], within(1500)))
    assert.ok(performance.now() - began < 30_000)
    assert.equal(error.code, 'blade-unreachable')
    assert.equal((await echo(connections)).stdout, 'here\n')
    await new Promise((go) => setTimeout(go, 4000))
    assert.equal(
      execFileSync('ps', ['-eo', 'args'])
        .toString()
        .match(/^sleep 86399$/m),
      null,
    )
  })

  for (const stream of ['', ' >&2'])
    test(`a flood of output${stream} ends at the limit, and the next command is answered`, async (t) => {
      const { connections } = await blade(t)
      const error = await failure(connections.sh('blade', `yes${stream}`, [], { ...PATIENCE, maxBytes: 100_000 }))
      assert.equal(error.code, 'answer-garbled')
      assert.match(error.explanation.found, /answered with more than 100000 bytes/)
      assert.equal((await echo(connections)).stdout, 'here\n')
    })

  test('a machine that hangs delays no other; commands to one machine wait for each other', async (t) => {
    const { server } = await blade(t)
    const config = join(server.directory, 'config.two')
    writeFileSync(config, readFileSync(server.sshConfig(), 'utf8').replace('Host blade', 'Host blade other'))
    const two = server.connections(config)
    await Promise.all([two.sh('blade', ':', [], PATIENCE), two.sh('other', ':', [], PATIENCE)])
    const ended: string[] = []
    const run = (destination: string, seconds: number, name: string) =>
      two.sh(destination, `sleep ${seconds}`, [], PATIENCE).then(() => ended.push(name))
    await Promise.all([run('blade', 4, 'first'), run('blade', 0, 'second'), run('other', 0, 'other')])
    assert.deepEqual(ended, ['other', 'first', 'second'])
    const waiting = two.sh('blade', 'sleep 4', [], PATIENCE)
    assert.match(
      (await failure(two.sh('blade', ':', [], within(500)))).explanation.found,
      /an earlier command has not ended/,
    )
    await waiting
  })

  test('cancelled while it runs: at once', async (t) => {
    const { connections } = await blade(t)
    await echo(connections)
    const cancel = new AbortController()
    setTimeout(() => cancel.abort(), 300)
    const began = performance.now()
    const error = await failure(
      connections.sh('blade', 'sleep 60', [], { limits: { deadlineMs: 60_000, signal: cancel.signal } }),
    )
    assert.match(error.explanation.found, /cancelled by the operator/)
    assert.ok(performance.now() - began < 30_000)
  })

  test('nobody listens: refused, with ssh’s own words', async (t) => {
    const { server } = await blade(t)
    const config = server.sshConfig()
    writeFileSync(config, readFileSync(config, 'utf8').replace(/Port \d+/, `Port ${await freePort()}`))
    const error = await failure(echo(server.connections(config)))
    assert.deepEqual([error.code, /Connection refused/.test(error.explanation.found)], ['blade-refused', true])
  })

  test('a host key that nobody knows: refused, with what to do', async (t) => {
    const { server } = await blade(t)
    rmSync(join(server.directory, 'known_hosts'))
    writeFileSync(join(server.directory, 'known_hosts'), '')
    const error = await failure(echo(server.connections()))
    assert.equal(error.code, 'blade-refused')
    assert.match(error.explanation.found, /Host key verification failed\. \(check its key by hand once: ssh blade\)/)
  })

  test('an account that takes none of our keys: refused, with what to do', async (t) => {
    const { server } = await blade(t)
    writeFileSync(join(server.directory, 'client.pub'), '')
    const error = await failure(echo(server.connections()))
    assert.match(
      error.explanation.found,
      /Permission denied \(publickey.*\)\. \(it takes none of your keys, try: ssh blade\)/,
    )
  })

  test('a control master whose socket is stale is gone round', async (t) => {
    const { server, connections } = await blade(t)
    await echo(connections)
    const master = execFileSync('ps', ['-eo', 'pid,args'])
      .toString()
      .match(new RegExp(`^ *(\\d+) ssh: ${server.directory}/.*\\[mux\\]`, 'm'))?.[1]
    assert.ok(master)
    connections.close()
    process.kill(Number(master), 'SIGSTOP') // as one whose machine was cut off: it takes the connection and says nothing
    try {
      assert.equal((await echo(server.connections(), 30_000)).stdout, 'here\n')
    } finally {
      process.kill(Number(master), 'SIGKILL')
    }
  })

  test('a process that ends leaves no shell behind, on neither side', async (t) => {
    const { server } = await blade(t)
    const script = `import { BladeConnections } from ${JSON.stringify(new URL('../connections.ts', import.meta.url).href)}
      const c = new BladeConnections(${JSON.stringify({ sshConfig: server.sshConfig(), controlDirectory: server.directory })})
      const limits = { deadlineMs: 60000, signal: new AbortController().signal }
      console.log((await c.sh('blade', 'echo $PPID $ANYBLADE_SHELL', [], { limits })).stdout)`
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let out = ''
    child.stdout.on('data', (piece: Buffer) => {
      out += piece
    })
    const exit = await new Promise((resolve) => child.on('close', resolve))
    const shell = /\d+ (\d+)/.exec(out)?.[1]
    assert.deepEqual([exit, shell !== undefined], [0, true])
    await new Promise((go) => setTimeout(go, 1000))
    assert.equal(existsSync(`/proc/${shell}`), false)
    assert.equal(execFileSync('ps', ['-eo', 'args']).toString().includes(`ssh -F ${server.sshConfig()}`), false)
  })

  test('a survey of a machine that is no blade is one reading, whatever it says', async (t) => {
    const { server } = await blade(t, 'exec yes')
    const survey = new SshBladeReader(server.connections())
    const reading = await survey.survey(aBlade(), EVERYTHING, PATIENCE.limits)
    assert.deepEqual(reading, { state: 'garbled', because: 'printed more than 1024 KiB before any shell answered' })
  })

  describe('an account that is not root', {
    skip: hasSudo() ? false : 'needs Debian package sudo',
    concurrency: false,
  }, () => {
    async function account(t: TestContext, sudoers: string): Promise<SshServer> {
      const name = 'abtest'
      execFileSync('sh', ['-c', `id ${name} >/dev/null 2>&1 || useradd -M -d / -s /bin/sh -p '*' ${name}`])
      const file = '/etc/sudoers.d/anyblade-test'
      writeFileSync(file, sudoers, { mode: 0o440 })
      const server = await sshServer('run', ['AllowUsers abtest'])
      t.after(() => {
        server.stop()
        rmSync(file, { force: true })
        execFileSync('sh', ['-c', `userdel ${name} 2>/dev/null || :`])
      })
      return server
    }

    for (const defaults of ['', 'Defaults:abtest use_pty\n'])
      test(`with sudo it becomes root ${defaults && 'through a terminal of sudo’s'}`, async (t) => {
        const connections = (await account(t, `${defaults}abtest ALL=(root) NOPASSWD: ALL\n`)).connections('abtest')
        for (const input of ['', 'x\0y'])
          assert.equal(
            (await connections.sh('blade', 'id -u; cat', [], { ...PATIENCE, stdin: input })).stdout,
            `0\n${input}`,
          )
        assert.deepEqual(await echo(connections), { exit: 0, stdout: 'here\n', stderr: '' })
      })

    test('without it: refused, with the line to add', async (t) => {
      const connections = (await account(t, '# nothing\n')).connections('abtest')
      const error = await failure(echo(connections))
      assert.equal(error.code, 'blade-refused')
      assert.match(error.explanation.found, /abtest can't become root: sudo: a password is required/)
      assert.match(error.explanation.found, /echo 'abtest ALL=\(root\) NOPASSWD: ALL' >\/etc\/sudoers\.d\/anyblade/)
    })
  })
})

function hasSudo(): boolean {
  return existsSync('/usr/bin/sudo')
}
