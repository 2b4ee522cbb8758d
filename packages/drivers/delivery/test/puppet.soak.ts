/**
 * The module, a real puppetserver that compiles it from what was pushed, and a real agent that the act runs: in a mount
 * namespace, so that nothing of this machine's own /etc, /sys and /dev is seen or written. multipathd alone is a stand-in.
 */
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type Limits, runId } from '@anyblade/engine'
import { acts, probe } from '@anyblade/on-blade'
import { PuppetModule } from '../puppet-module.ts'
import { noPuppetServer, PuppetServer } from './puppet-server.ts'

const FILE = '/etc/multipath/conf.d/anyblade.conf'
const LDAP = '3600140500000000000000000000000a1'
const LIMITS: Limits = { deadlineMs: 60_000, signal: new AbortController().signal }
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const conf = (alias: string) =>
  `# %{facts.os} ü\nmultipaths {\n\tmultipath {\n\t\twwid "${LDAP}"\n\t\talias ${alias}\n\t}\n}\n`

/** $1 the blade's tree, $2 what runs in it; then its arguments. */
const INSIDE = `mount --make-rprivate /
for part in etc sys/block dev/mapper usr/sbin/multipathd; do
  mount --bind "$1/$(echo $part | tr / -)" "/$part" || exit 99
done
text=$2
shift 2
exec sh -c "$text" anyblade "$@"`

/** Names the map by the alias that stands in the drop-in, at a reconfigure of whoever. */
const multipathd = (dir: string): string => `#!/bin/sh
case $1 in
  '-kshow daemon') echo 'pid 12 idle' ;;
  '-kshow config') cat ${FILE} 2>/dev/null ;;
  *reconfigure) echo reconfigure >>${dir}/calls; echo ok
    alias=$(sed -n 's/^\\t*alias //p' ${FILE} 2>/dev/null)
    rm -f /dev/mapper/*; echo "\${alias:-${LDAP}}" >/sys/block/dm-0/dm/name; mknod "/dev/mapper/\${alias:-${LDAP}}" b 7 99 ;;
esac
`

type Ran = { readonly exit: number | null; readonly stdout: string; readonly stderr: string }

function blade(dir: string, server: PuppetServer, certname: string) {
  const at = (...path: string[]) => join(dir, ...path)
  for (const folder of ['sys-block/dm-0/dm', 'dev-mapper']) mkdirSync(at(folder), { recursive: true })
  writeFileSync(at('sys-block/dm-0/dm/uuid'), `mpath-${LDAP}\n`)
  writeFileSync(at('sys-block/dm-0/dm/name'), `${LDAP}\n`)
  writeFileSync(at('usr-sbin-multipathd'), multipathd(dir), { mode: 0o755 })
  execFileSync('cp', ['-a', '/etc', dir])
  server.agent(dir, certname)
  const inside = (text: string, args: readonly string[], env = {}, stdin = ''): Promise<Ran> => {
    const child = spawn('unshare', ['-m', 'sh', '-c', INSIDE, 'sh', dir, text, ...args], {
      env: { ...process.env, ...env },
    })
    const [out, err]: [string[], string[]] = [[], []]
    child.stdout.on('data', (piece) => out.push(String(piece)))
    child.stderr.on('data', (piece) => err.push(String(piece)))
    child.stdin.on('error', () => {})
    child.stdin.end(stdin)
    return new Promise((resolve) => {
      child.on('close', (exit) => resolve({ exit, stdout: out.join(''), stderr: err.join('') }))
    })
  }
  const words = ['puppet', 'agent', '--onetime', '--no-daemonize', '--verbose', '--detailed-exitcodes']
  const command = [...words, '--no-usecacheonfailure', '--no-splay', '--color=false']
  const act = (
    name: 'try-config' | 'run-agent',
    text: string,
    before: string | undefined,
    way: string,
    seconds = 120,
  ) => {
    const alias = /alias (\S+)/.exec(text)?.[1]
    const file = [
      FILE,
      before === undefined ? 'absent' : sha256(before),
      text === '' ? 'remove' : String(Buffer.byteLength(text)),
    ]
    const args = [
      certname,
      String(seconds),
      String(command.length),
      ...command,
      ...file,
      ...(alias ? [alias, LDAP] : []),
    ]
    return inside(acts[name], args, { ANYBLADE_WAY: way }, text)
  }
  return {
    inside,
    check: (text: string, before?: string) => act('try-config', text, before, 'do'),
    run: (text: string, before?: string, seconds?: number) => act('run-agent', text, before, 'do', seconds),
    back: (text: string, before?: string) => act('run-agent', text, before, 'undo'),
    file: () =>
      existsSync(at('etc/multipath/conf.d/anyblade.conf'))
        ? readFileSync(at('etc/multipath/conf.d/anyblade.conf'), 'utf8')
        : undefined,
    report: () => readFileSync(at('statedir/last_run_report.yaml'), 'utf8'),
  }
}

describe('delivery by a real agent and its server', { skip: noPuppetServer, concurrency: 1 }, () => {
  const base = mkdtempSync(join(tmpdir(), 'anyblade-puppet-'))
  const server = new PuppetServer(join(base, 'server'))
  const control = join(base, 'control')
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], {
      cwd: control,
      encoding: 'utf8',
      stdio: 'pipe',
    })
  const module = new PuppetModule(join(control, 'site-modules/anyblade'))
  const site = (text: string) => {
    writeFileSync(join(control, 'manifests/site.pp'), text)
    git('add', '-A')
    git('commit', '-qm', 'site')
    git('push', '-q', 'origin', 'HEAD:production')
  }
  const publish = async (content: string | undefined) => {
    const run = runId('r-abcdef') ?? assert.fail()
    const outcome = await module.publish(run, 'anyblade: soak', [{ certname: 'blade1', content }], LIMITS)
    assert.equal(outcome.state, 'done', JSON.stringify(outcome))
  }
  let it: ReturnType<typeof blade>
  /** For tests that have no server. */
  const record = (name: string) => {
    const folder = process.env.ANYBLADE_RECORD
    if (folder !== undefined) writeFileSync(join(folder, `${name}.yaml`), it.report())
  }

  before(async () => {
    mkdirSync(join(base, 'server'))
    mkdirSync(join(base, 'blade1'))
    const { seconds, mib } = await server.start()
    console.log(`puppetserver answers after ${seconds.toFixed(1)} s, ${mib.toFixed(0)} MiB`)
    execFileSync('git', ['clone', '-q', server.upstream, control], { stdio: 'pipe' })
    git('checkout', '-q', '-B', 'production')
    mkdirSync(join(control, 'manifests'))
    writeFileSync(join(control, 'environment.conf'), 'modulepath = site-modules:modules:$basemodulepath\n')
    site('include anyblade\n')
    git('branch', '-q', '-u', 'origin/production')
    it = blade(join(base, 'blade1'), server, 'blade1')
  })
  after(async () => {
    await server.stop()
    rmSync(base, { recursive: true, force: true })
  })

  test('the file comes by the agent, byte for byte, and is in effect; the same again is unchanged', async () => {
    const first = conf('ldap')
    const checked = await it.check(first)
    assert.deepEqual([checked.exit, checked.stderr], [0, ''])
    await publish(first)
    const began = performance.now()
    const ran = await it.run(first)
    record('changed')
    assert.deepEqual([ran.exit, ran.stderr], [0, ''])
    console.log(`one run of the agent: ${((performance.now() - began) / 1000).toFixed(1)} s`)
    assert.equal(it.file(), first)
    assert.match(
      ran.stdout,
      /ended with 2: .*environment production has it changed, as declared in .*init\.pp:\d+: .*\n.*1 maps kept\n\/dev\/mapper\/ldap is/,
    )
    const again = await it.run(first, first)
    record('unchanged')
    assert.match(again.stdout, /ended with 0: .*has it unchanged/)
  })

  test('disabled with a reason: the probe tells it, and nothing is run', async () => {
    await it.inside('puppet agent --disable "Ann replaces its HBA"', [])
    const said = await it.inside(probe.text, [probe.reader, probe.plain, probe.version, '60', 'paths=none', 'agent'])
    const told = /\n\|disabled\t(\S+)\n/.exec(said.stdout)?.[1] ?? ''
    assert.match(Buffer.from(told, 'base64').toString(), /Ann replaces its HBA/)
    assert.match(
      (await it.run(conf('mail'), conf('ldap'))).stderr,
      /^puppet's agent is disabled: Ann replaces its HBA; /,
    )
    assert.equal(it.file(), conf('ldap'))
    await it.inside('puppet agent --enable', [])
  })

  test('a catalogue that does not compile is told with the server’s words; so is one that takes too long', async () => {
    await publish(conf('mail'))
    site('include anyblade\n}\n')
    const ran = await it.run(conf('mail'), conf('ldap'))
    record('failed')
    assert.match(
      ran.stderr,
      /^puppet's catalogue failed: Error: Could not retrieve catalog from remote server: .*[Ss]yntax error.*; the file stands as/,
    )
    site('include anyblade\n')
    const slow = await it.run(conf('mail'), conf('ldap'), 1)
    assert.match(slow.stderr, /^puppet's agent did not end within 1 s and was ended/)
    assert.equal(it.file(), conf('ldap'))
  })

  test('a server that has not deployed the commit: both hashes, and the resource as it has it', async () => {
    chmodSync(join(server.upstream, 'hooks/post-receive'), 0o644)
    await publish(conf('web'))
    const late = await it.run(conf('web'), conf('ldap'))
    chmodSync(join(server.upstream, 'hooks/post-receive'), 0o755)
    assert.match(
      late.stderr,
      new RegExp(`is ${sha256(conf('mail'))}, not ${sha256(conf('web'))} as the data says: .*has it changed`),
    )
  })

  test('another module has the last word: told, and not fought', async () => {
    await publish(conf('web'))
    const other = `exec { 'motd of somebody': command => '/bin/echo "# theirs" >${FILE}', require => Class['anyblade'] }`
    site(`include anyblade\n${other}\n`)
    const ran = await it.run(conf('web'), conf('mail'))
    assert.match(
      ran.stderr,
      new RegExp(`is ${sha256('# theirs\n')}, not ${sha256(conf('web'))} as the data says: .*last word`),
    )
    assert.equal(it.file(), '# theirs\n')
    site('include anyblade\n')
  })

  test('a blade that is not included says so', async () => {
    site("node 'other' { include anyblade }\nnode default { }\n")
    const ran = await it.run(conf('web'), '# theirs\n')
    assert.match(ran.stderr, /has no File\[.*\]: is the class anyblade included for blade1/)
    site('include anyblade\n')
  })

  test('taken back: the former data, then the agent; and no file where there was none', async () => {
    await publish(conf('ldap'))
    const ran = await it.back(conf('ldap'), '# theirs\n')
    assert.deepEqual([ran.exit, it.file()], [0, conf('ldap')])
    assert.match((await it.back(conf('ldap'), conf('ldap'))).stdout, /^as it was: the agent need not run/m)
    await publish(undefined)
    const gone = await it.back('', conf('ldap'))
    assert.deepEqual([gone.exit, gone.stderr, it.file()], [0, '', undefined])
  })

  test('a run that is under way is waited for', async () => {
    await publish(conf('ldap'))
    site("exec { 'slow': command => '/bin/sleep 8' }\n")
    const other = it.inside('exec puppet agent --onetime --no-daemonize --no-splay', [])
    await new Promise((go) => setTimeout(go, 6000))
    site('include anyblade\n')
    const ran = await it.run(conf('ldap'))
    await other
    assert.deepEqual([ran.exit, ran.stderr, it.file()], [0, '', conf('ldap')])
  })
})
