import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { acts } from '../index.ts'
import { AWrapper, RUN, told } from './a-wrapper.ts'
import { scratch, shellByTurn, start, until } from './shells.ts'

const BOOT = '8408fa54-8fc1-48af-9983-941a550072a4'

describe('an operator’s own work', { concurrency: 3 }, () => {
  for (const shell of shellByTurn('dash'))
    describe(`under ${shell.name}`, { skip: shell.skip, concurrency: 3 }, () => {
      const base = scratch('work')

      function blade() {
        const root = mkdtempSync(join(base, 'root-'))
        const [bin, random] = [join(root, 'bin'), join(root, 'proc/sys/kernel/random')]
        for (const dir of [bin, random]) mkdirSync(dir, { recursive: true })
        writeFileSync(join(random, 'boot_id'), `${BOOT}\n`)
        writeFileSync(join(bin, 'systemctl'), `#!/bin/sh\necho "$*" >>${root}/systemctl\n`, { mode: 0o755 })
        const env = {
          PATH: `${bin}:${shell.path}:${process.env.PATH}`,
          ANYBLADE_ROOT: root,
          ANYBLADE_KEPT: join(root, 'kept.2'),
          SECRET: 'of the session',
        }
        return {
          root,
          run: (act: 'check-command' | 'run-command' | 'reboot-host', ...args: readonly string[]) =>
            start(acts[act], args, env).ended,
          emulator: () => {
            mkdirSync(join(root, 'proc/4711'))
            writeFileSync(join(root, 'proc/4711/comm'), 'qemu-system-x86\n')
          },
          put: (name: string, text: string) => writeFileSync(join(root, name), text),
          has: (name: string) => existsSync(join(root, name)),
          read: (name: string) => readFileSync(join(root, name), 'utf8'),
        }
      }

      test('a command that its shell can’t read is told, and nothing of any is run', async () => {
        const it = blade()
        const bad = await it.run('check-command', `touch ${it.root}/ran; if`)
        assert.equal(bad.exit, 1)
        assert.match(bad.stderr, /sh can't read the command: ./)
        assert.equal((await it.run('check-command', `touch ${it.root}/ran`)).exit, 0)
        assert.equal(it.has('ran'), false)
      })

      test('the text is the command as it is, in a plain environment; its output is kept, and never taken for ours', async () => {
        const it = blade()
        const text = `x='a b'; echo "$x" '$(not us)'; echo 'answer unsettled'; echo err >&2; umask; echo "S=$SECRET"; echo "L=$LC_ALL"`
        const { exit, stdout } = await it.run('run-command', text)
        assert.equal(exit, 0)
        assert.deepEqual(stdout.split('\n').slice(0, -1), [
          ...['| a b $(not us)', '| answer unsettled', '| err', '| 0022', '| S=', '| L='],
          'the command ended with 0',
        ])
        assert.equal(it.read('kept.2'), 'ended 0\n')
      })

      test('a command that ends badly says how, and is run again; one that has ended well is not', async () => {
        const it = blade()
        const fails = await it.run('run-command', `echo why; echo once >>${it.root}/ran; exit 100`)
        assert.equal(fails.exit, 1)
        assert.match(fails.stdout, /^\| why$/m)
        assert.match(fails.stderr, /the command ended with 100/)
        for (const _ of [1, 2]) assert.equal((await it.run('run-command', `echo once >>${it.root}/ran`)).exit, 0)
        assert.equal(it.read('ran'), 'once\nonce\n')
      })

      test('one that was begun and has no end is not run again', async () => {
        const it = blade()
        it.put('kept.2', 'begun\n')
        const { exit, stderr } = await it.run('run-command', `touch ${it.root}/ran`)
        assert.equal(exit, 1)
        assert.match(stderr, /begun and never ended/)
        assert.equal(it.has('ran'), false)
      })

      test('through the wrapper it may write large files, and what it leaves running holds up no later act', async () => {
        const it = new AWrapper({ root: mkdtempSync(join(base, 'wrapper-')), path: shell.path })
        await it.lease()
        const act = (step: string, command: string) =>
          it.call(['act', RUN, String(it.epoch), step, 'do', '40', 'none', 'run-command', acts['run-command'], command])
        const big = join(it.root, 'big')
        const nap = 80_000 + (process.pid % 1000) * 10 + shell.number // whose sleep it is
        const left = await act(
          '1',
          `head -c 20000000 /dev/zero >${big} && wc -c <${big}; sleep ${nap} >/dev/null 2>&1 &`,
        ).ended
        assert.equal(left.exit, 0, left.stderr)
        assert.match(told(left.stdout).out, /\| 20000000\n/)
        assert.equal((await act('2', 'true').ended).exit, 0)
        spawnSync('pkill', ['-f', `^sleep ${nap}$`])
      })

      test('of very much output the end is kept', async () => {
        const { exit, stdout } = await blade().run('run-command', 'yes | head -c 3000000; echo the end')
        assert.equal(exit, 0)
        assert.ok(stdout.length < 150_000, String(stdout.length))
        assert.match(stdout, /\| the end\nthe command ended with 0\n$/)
      })

      test('a guest that is there, or has landed since: nothing is run and nothing reboots', async () => {
        const it = blade()
        it.emulator()
        for (const ran of [
          await it.run('run-command', `touch ${it.root}/ran`),
          await it.run('reboot-host', BOOT, '0'),
        ]) {
          assert.equal(ran.exit, 1)
          assert.match(ran.stderr, /qemu-system-x86 runs here as process 4711: this blade is not empty/)
        }
        assert.deepEqual([it.has('ran'), it.has('kept.2'), it.has('systemctl')], [false, false, false])
      })

      test('a reboot comes after the answer, once; where the boot is another one it has been', async () => {
        const it = blade()
        const other = await it.run('reboot-host', BOOT.replace('8', '9'), '0')
        assert.deepEqual([other.exit, other.stdout], [0, `booted since, as ${BOOT}\n`])
        assert.equal((await it.run('reboot-host', BOOT, '1')).stdout, 'reboots in 1 s\n')
        await until('the reboot', () => it.has('systemctl'))
        assert.equal(it.read('systemctl'), 'reboot\n')
      })

      test('a guest that lands while it waits to reboot keeps it from that', async () => {
        const it = blade()
        assert.equal((await it.run('reboot-host', BOOT, '2')).exit, 0)
        it.emulator()
        await new Promise((go) => setTimeout(go, 4000))
        assert.equal(it.has('systemctl'), false)
      })
    })
})
