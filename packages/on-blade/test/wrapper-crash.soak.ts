/**
 * The wrapper killed with -9 before and after every program that it starts, in turn until none is left to kill at: what
 * stands on the blade then is whole, says nothing that was not so, and lets the next one go on.
 */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { wrapper } from '../index.ts'
import { AWrapper, RUN } from './a-wrapper.ts'
import { scratch, shells, start } from './shells.ts'

const PROGRAMS = [
  'mkdir',
  'head',
  'cat',
  'cmp',
  'wc',
  'date',
  'mv',
  'rm',
  'dd',
  'flock',
  'sync',
  'setsid',
  'base64',
  'sleep',
]

/**
 * Programs that count their starts in `count` and kill whoever started them, and themselves, at the start whose number is
 * in `at`: `before` they do their work or after.
 */
function killers(folder: string): void {
  mkdirSync(folder)
  for (const name of PROGRAMS) {
    const real = execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim()
    const text = [
      `#!/bin/sh`,
      `echo >>"$KILL/count"`,
      `n=$(/usr/bin/wc -l <"$KILL/count")`,
      `read -r at when <"$KILL/at"`,
      `[ "$n" = "$at" ] && [ "$when" = before ] && { kill -9 "$PPID"; kill -9 $$; }`,
      `[ "$n" = "$at" ] || exec ${real} "$@"`,
      `${real} "$@"`,
      `kill -9 "$PPID"`,
      `kill -9 $$`,
    ]
    writeFileSync(join(folder, name), `${text.join('\n')}\n`)
    chmodSync(join(folder, name), 0o755)
  }
}

type Call = { readonly name: string; readonly args: readonly string[]; readonly before: 'nothing' | 'leased' | 'begun' }
const act = (epoch: string) => [
  'act',
  RUN,
  epoch,
  '3',
  'do',
  '10',
  'none',
  'test',
  'echo ran >>"$ANYBLADE_ROOT/ran"; echo done',
]
const CALLS: readonly Call[] = [
  { name: 'lease', args: ['lease', RUN, '100', 'ops@here', 'vm/ldap=1'], before: 'nothing' },
  { name: 'act', args: act('1'), before: 'leased' },
  { name: 'note', args: ['note', RUN, '1', '2', 'done', 'YQ==,'], before: 'leased' },
  { name: 'release', args: ['release', RUN, '1', 'ended done', 'YQ==,'], before: 'begun' },
]

describe('wrapper killed', { concurrency: 1 }, () => {
  // The programs are the same under every shell; what the shells differ in is how an act's carrier goes on.
  for (const shell of shells())
    for (const call of CALLS.filter(({ name }) => shell.name === 'dash' || name === 'act'))
      test(`${call.name} under ${shell.name}, at every program`, { skip: shell.skip }, async () => {
        const base = scratch('crash')
        const bin = join(base, 'bin')
        killers(bin)
        let moments = 0
        for (const when of shell.name === 'dash' ? ['before', 'after'] : ['after'])
          for (let at = 1; ; at += 1) {
            const kill = mkdtempSync(join(base, 'kill-'))
            writeFileSync(join(kill, 'at'), `${at} ${when}\n`)
            writeFileSync(join(kill, 'count'), '')
            const it = new AWrapper({ root: mkdtempSync(join(base, 'blade-')), path: shell.path })
            if (call.before !== 'nothing') await it.lease()
            if (call.before === 'begun') await it.note('1', 'started')
            const session = start('exec sleep 100', [], {}) // whose calls these are
            const env = { ...process.env, ANYBLADE_ROOT: it.root, ANYBLADE_WRAPPER: wrapper.text, KILL: kill }
            const path = `${bin}:${shell.path}:${process.env.PATH}`
            const shellPid = String(session.child.pid)
            const called = start(
              wrapper.text,
              call.args,
              { ...env, PATH: path, ANYBLADE_SHELL: shellPid },
              '{"plan":1}',
            )
            await called.ended
            session.child.kill('SIGKILL')
            await session.ended
            const starts = readFileSync(join(kill, 'count'), 'utf8').length
            await settled(it, call)
            if (starts < at) break
            moments += 1
            assert.ok(at < 200, 'it never comes to its end')
          }
        assert.ok(moments >= 4, `${moments} moments`)
      })
})

/** What must be so, wherever it was killed. */
async function settled(it: AWrapper, call: Call): Promise<void> {
  const shown = await it.call(['show', RUN]).ended
  assert.equal(shown.exit, 0, shown.stderr)
  for (const line of shown.stdout.split('\n'))
    assert.match(line, /^(anyblade-runs 1 \S+|\[r-test|\|.*|\]r-test ok|anyblade-end|)$/)
  const before = it.epoch
  // An act whose carrier goes on holds the lease until it has ended.
  let taken = await it.lease()
  for (let tries = 0; taken.exit === 73 && tries < 100; tries += 1) {
    await new Promise((go) => setTimeout(go, 100))
    taken = await it.lease()
  }
  assert.equal(taken.exit, 0, taken.stderr)
  assert.ok(it.epoch > before, `epoch ${it.epoch} after ${before}`)
  const events = it.events()
  if (call.name === 'act') {
    const ran = existsSync(join(it.root, 'ran'))
    assert.ok(!ran || events.includes('started'), 'it ran, and the journal has no beginning of it')
    assert.ok(!events.includes('done') || ran, 'the journal says done, and it did not run')
  }
  const next = await it.act('echo next').ended
  assert.equal(next.exit, 0, next.stderr)
  assert.deepEqual(it.events().slice(-2), ['started', 'done'])
}
