/**
 * Puppet's agent run once, and all that may become of it: a stand-in for the program `puppet`, with the reports of a real
 * agent. The real one with its server is in puppet.soak.ts.
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { acts, probe } from '../index.ts'
import { conf, FILE, LDAP, MAIN, multipathBlade, noMultipath, sha256, WWW } from './multipath-blade.ts'
import { scratch, shellByTurn, start } from './shells.ts'

const recorded = (name: string): string => readFileSync(new URL(`fixtures/puppet/${name}`, import.meta.url), 'utf8')
const REPORTS = {
  changed: recorded('changed.yaml'),
  unchanged: recorded('unchanged.yaml'),
  failed: recorded('failed.yaml'),
}

/** What the agent does is a script of the test's; `wrote` and `reported` are what it mostly does. */
const PUPPET = `#!/bin/sh
here=$(dirname "$0") root=$ANYBLADE_ROOT
wrote() { mkdir -p "$root/etc/multipath/conf.d"; cat >"$root${FILE}"; multipathd -kreconfigure >/dev/null; }
reported() { sed "s#${FILE}#$root${FILE}#g" "$here/$1" >"$here/report"; printf 'time:\\n  last_run: %s\\n' "\${2-$(date +%s)}" >"$here/summary"; }
case $1 in
  --version) echo 7.23.0 ;;
  config) sed "s#HERE#$here#" "$here/settings" ;;
  agent) echo run >>"$here/runs"; . "$here/agent" ;;
esac
`
const SETTINGS = `certname = blade1
noop = false
agent_disabled_lockfile = HERE/disabled
agent_catalog_run_lockfile = HERE/running
lastrunfile = HERE/summary
lastrunreport = HERE/report
`
const OURS = conf(['ldap', LDAP])
const OBEYS = `cat "$here/data" | wrote; reported changed; exit 2`

describe('run-agent', { concurrency: 3 }, () => {
  for (const shell of shellByTurn('busybox'))
    describe(`under ${shell.name}`, { skip: shell.skip || noMultipath, concurrency: 3 }, () => {
      const base = scratch('agent')

      function blade(agent: string, files: Readonly<Record<string, string>> = {}) {
        const of = { puppet: PUPPET, settings: SETTINGS, agent, data: OURS, ...REPORTS, ...files }
        const it = multipathBlade(base, shell.path, of)
        const act = (
          name: 'try-config' | 'run-agent',
          way: string,
          seconds: number,
          text: string,
          before = 'absent',
        ) => {
          const words = ['puppet', 'agent', '--onetime']
          const agentWords = ['blade1', String(seconds), String(words.length), ...words]
          const expected = text.includes('ldap') ? ['ldap', LDAP] : []
          const args = [...agentWords, FILE, before, text === '' ? 'remove' : String(text.length), ...expected]
          return start(acts[name], args, { ...it.env, ANYBLADE_WAY: way }, text).ended
        }
        return {
          ...it,
          run: (text = OURS, before = 'absent', seconds = 30) => act('run-agent', 'do', seconds, text, before),
          back: (text = '', before = 'absent') => act('run-agent', 'undo', 30, text, before),
          check: (text = OURS) => act('try-config', 'do', 30, text),
          runs: () => it.read('bin/runs') ?? '',
        }
      }

      test('the agent writes what was asked, it is in effect, and its report is told', async () => {
        const it = blade(OBEYS)
        const ran = await it.run()
        assert.deepEqual([ran.exit, ran.stderr], [0, ''])
        assert.match(
          ran.stdout,
          /\npuppet's agent ended with 2: configuration \S+ of the environment production has it changed, as declared in \S+\/init\.pp:\d+/,
        )
        assert.match(
          ran.stdout,
          new RegExp(`\n${FILE} is ${sha256(OURS).slice(0, 12)}, 2 maps kept\n/dev/mapper/ldap is ${LDAP}\n$`),
        )
        assert.deepEqual([it.read(FILE), it.runs(), it.read('bin/added')], [OURS, 'run\n', `${LDAP}\n`])
      })

      test('a disabled agent is told with its reason, before and at the run, and nothing runs', async () => {
        const it = blade(OBEYS, { disabled: '{"disabled_message":"Ann replaces \\u001b[1mits HBA"}' })
        for (const ran of [await it.check(), await it.run()]) {
          assert.equal(ran.exit, 1)
          assert.match(ran.stderr, /^puppet's agent is disabled: Ann replaces .*its HBA; .*puppet agent --enable\n$/)
        }
        assert.deepEqual([it.runs(), it.read(FILE)], ['', undefined])
        const asked = ['paths=none', 'config', 'agent']
        const said = await start(probe.text, [probe.reader, probe.plain, probe.version, '20', ...asked], it.env).ended
        assert.match(said.stdout, /\n\[agent\n(\|.*\n)*\|disabled\t\S+\n(\|.*\n)*\n?\]agent ok\n/)
      })

      test('a run that is under way is waited for; one that does not end is named, and ours is not begun', async () => {
        const it = blade(OBEYS)
        const other = spawn('sh', ['-c', 'sleep 2; : puppet'])
        writeFileSync(join(it.bin, 'running'), `${other.pid}`)
        assert.equal((await it.run()).exit, 0)
        const longer = spawn('sh', ['-c', 'sleep 60; : puppet'])
        writeFileSync(join(it.bin, 'running'), `${longer.pid}`)
        const ran = await it.run(OURS, sha256(OURS), 1)
        longer.kill('SIGKILL')
        assert.match(ran.stderr, new RegExp(`another run of puppet's agent is under way \\(process ${longer.pid}\\)`))
        assert.equal(it.runs(), 'run\n')
      })

      const failing = [
        [
          'a catalogue that failed',
          `echo "Error: Could not retrieve catalog from remote server: Error 500 on SERVER: Syntax error at '}'" >&2; reported failed; exit 1`,
          /^puppet's catalogue failed: Error: Could not retrieve catalog.*Syntax error/,
        ],
        [
          'a catalogue of before, for want of a new one',
          `echo 'Error: Could not retrieve catalog' >&2; reported unchanged; sed -i 's/^cached_catalog_status: .*/cached_catalog_status: on_failure/' "$here/report"; exit 0`,
          /^puppet's agent got no new catalogue and used its last one: Error: Could not/,
        ],
        [
          'a run that does not end',
          'echo "Info: Loading facts"; exec sleep 60',
          /did not end within 2 s and was ended; it said last: Info: Loading facts/,
        ],
        [
          'a report that is older than the run',
          'reported unchanged 1000000000; exit 0',
          /^puppet's report is older than this run, which ended with 0/,
        ],
        [
          'a run that never was',
          'echo "Notice: Run of Puppet configuration client already in progress; skipping"; exit 1',
          /another run .* came before ours/,
        ],
        [
          'a run that only looked',
          `reported unchanged; sed -i 's/^noop: .*/noop: true/' "$here/report"; exit 0`,
          /ran with noop and changed nothing/,
        ],
        ['no such program', 'exit 127', /can't be started/],
      ] as const
      for (const [what, agent, why] of failing)
        test(`told apart: ${what}`, async () => {
          const it = blade(agent)
          const ran = await it.run(OURS, 'absent', 2)
          assert.deepEqual([ran.exit, it.read(FILE), it.runs()], [1, undefined, 'run\n'])
          assert.match(ran.stderr, why)
          assert.match(ran.stderr, /; the file stands as absent\n$/)
        })

      test('somebody else has the last word: both hashes, what the report says, and no second try', async () => {
        const theirs = conf(['www', WWW])
        const it = blade(`printf '${theirs.replaceAll('\n', '\\n')}' | wrote; reported unchanged; exit 0`)
        const ran = await it.run()
        assert.equal(ran.exit, 1)
        assert.match(
          ran.stderr,
          new RegExp(
            `${FILE} is ${sha256(theirs)}, not ${sha256(OURS)} as the data says: .* has it unchanged, as declared in `,
          ),
        )
        assert.deepEqual([it.read(FILE), it.runs()], [theirs, 'run\n'])
      })

      test('a catalogue without our class says so', async () => {
        const it = blade(`reported unchanged; sed -i 's/anyblade.conf/other.conf/' "$here/report"; exit 0`)
        assert.match((await it.run()).stderr, /has no File\[.*\]: is the class anyblade included for blade1/)
      })

      test('a report of anything at all is no more than text', async () => {
        const it = blade(
          `cat "$here/data" | wrote; reported changed; head -c 200000 /dev/urandom >>"$here/report"; printf 'status: "%01000d\\033]0;x\\007$(touch %s)"\\n' 7 "$here/evil" >>"$here/report"; exit 2`,
        )
        const ran = await it.run()
        assert.deepEqual([ran.exit, existsSync(join(it.bin, 'evil'))], [0, false])
        assert.doesNotMatch(ran.stdout, /[^\x20-\x7e\n]|\S{400}/)
      })

      test('a map that is lost is told, and what puppet wrote is left to puppet', async () => {
        const it = blade(OBEYS, { loses: FILE })
        const ran = await it.run()
        assert.match(ran.stderr, new RegExp(`map ${WWW} of ${WWW} is gone; the file is puppet's`))
        assert.equal(it.read(FILE), OURS)
      })

      test('taken back: where the file is as it was no agent need run, be it disabled; else one runs', async () => {
        const it = blade(OBEYS, { disabled: '{}' })
        assert.equal((await it.back()).exit, 0)
        it.write(FILE, OURS)
        assert.match((await it.back('', sha256(OURS))).stderr, /is disabled/)
        const other = blade(`rm "$root${FILE}"; multipathd -kreconfigure >/dev/null; reported changed; exit 2`)
        other.write(FILE, OURS)
        const ran = await other.back('', sha256(OURS))
        assert.deepEqual([ran.exit, ran.stderr, other.runs(), it.runs()], [0, '', 'run\n', ''])
        assert.equal(other.read('sys/block/dm-0/dm/name'), `${LDAP}\n`)
      })

      test('a candidate that is no good is refused before anything of it is committed', async () => {
        const it = blade(OBEYS)
        assert.match(
          (await it.check('multipaths {\n\tbogus 1\n}\n')).stderr,
          /multipath says of the candidate: .*bogus/,
        )
        assert.equal((await it.check()).exit, 0)
        assert.deepEqual([it.read(FILE), it.runs(), it.read('etc/multipath.conf')], [undefined, '', MAIN])
        it.write(FILE, '# by hand\n')
        assert.match((await it.check()).stderr, /changed meanwhile/)
      })
    })
})
