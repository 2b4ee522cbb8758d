import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { wrapper } from '../index.ts'
import { type Running, scratch, shells, start, until } from './shells.ts'

const isRoot = userInfo().uid === 0

describe('wrapper', { concurrency: 3 }, () => {
  for (const shell of shells())
    describe(`under ${shell.name}`, { skip: shell.skip, concurrency: 3 }, () => {
      const base = scratch('wrapper')

      /** A blade of its own: nothing of another test is there. */
      function blade(root = mkdtempSync(join(base, 'blade-'))) {
        const env = { PATH: `${shell.path}:${process.env.PATH}`, ANYBLADE_ROOT: root, ANYBLADE_WRAPPER: wrapper.text }
        const attending = { ...env, ANYBLADE_SHELL: String(process.pid) }
        const run = `${root}/var/lib/anyblade/runs/r-test`
        return {
          root,
          run,
          begin: (plan = '{"plan":1}', id = 'r-test') => start(wrapper.text, ['begin', id], attending, plan).ended,
          call: (...args: string[]): Running => start(wrapper.text, args, env, 'input\0bytes'),
          act: (program: string, seconds = 10, way = 'DO'): Running =>
            start(
              wrapper.text,
              ['act', 'r-test', '3', way, String(seconds), 'test', program, 'a b', "c'd$(id)"],
              env,
              'in\0put',
            ),
          events: () => journal(run).map((line) => line.split(' ').slice(3).join(' ')),
        }
      }

      test('an act gets its arguments and its input, and its end is journaled with the evidence', async () => {
        const it = blade()
        await it.begin()
        const ran = await it.act('cat; printf "%s|%s" "$1" "$2"; echo why >&2').ended
        assert.deepEqual(ran, { exit: 0, stdout: "in\0puta b|c'd$(id)", stderr: 'why\n' })
        assert.deepEqual(it.events(), ['started', 'done'])
        assert.equal(readFileSync(`${it.run}/step-3.do.1.out`, 'utf8'), ran.stdout)
      })

      test('an act that fails says so, whatever status it had', async () => {
        const it = blade()
        await it.begin()
        assert.equal((await it.act('echo no >&2; exit 70', 10, 'UNDO').ended).exit, 1)
        assert.deepEqual(it.events(), ['undo started', 'undo failed'])
      })

      test('an act that hangs is ended at its deadline, with all that it began, and what it did is told', async () => {
        const it = blade()
        await it.begin()
        const nap = 70000 + (process.pid % 1000) * 10 + shell.number // whose sleep it is
        const began = performance.now()
        const ran = await it.act(`trap '' TERM; echo first; sleep ${nap} & sleep ${nap}; sleep ${nap}`, 1).ended
        assert.ok(performance.now() - began < 30_000)
        assert.equal(ran.exit, 124)
        assert.equal(ran.stdout, 'first\n')
        assert.match(ran.stderr, /cut off after 1 s.*sleep, state S.*it had to be killed/s)
        assert.deepEqual(it.events(), ['started', 'failed'])
        assert.equal(execFileSync('ps', ['-eo', 'args']).toString().includes(`sleep ${nap}`), false)
      })

      test('the caller is killed: the act goes on to its end, and the journal says so', async () => {
        const it = blade()
        await it.begin()
        const acting = it.act('sleep 1; echo ended')
        await until('the act is carried', () => carriers(it.root).length > 0)
        process.kill(-(acting.child.pid ?? 0), 'SIGKILL') // with its group, as `timeout` and a lost connection do
        await until('the act is journaled', () => it.events().includes('done'))
        assert.equal(readFileSync(`${it.run}/step-3.do.1.out`, 'utf8'), 'ended\n')
      })

      test('what carries the act is killed: the run shows it as started and never as done', async () => {
        const it = blade()
        await it.begin()
        const acting = it.act('sleep 2')
        await until('the act is carried', () => carriers(it.root).length > 0)
        for (const pid of carriers(it.root)) process.kill(pid, 'SIGKILL')
        const ran = await acting.ended
        assert.equal(ran.exit, 70)
        assert.deepEqual(it.events(), ['started'])
      })

      test('two acts at once: the second one waits, and is refused while the first one has not ended', async () => {
        const it = blade()
        await it.begin()
        const uptime = 'sleep 1; cut -d " " -f 1 /proc/uptime'
        const order = await Promise.all([it.act(uptime).ended, it.act(uptime).ended])
        assert.deepEqual(
          order.map(({ exit }) => exit),
          [0, 0],
        )
        const [first = 0, second = 0] = order.map(({ stdout }) => Number(stdout)).sort()
        assert.ok(second - first > 0.9, `${second - first} s apart`)
        const long = it.act('sleep 14', 30)
        await until('the long act has begun', () => it.events().length === 5)
        const refused = await it.act('echo never').ended
        assert.equal(refused.exit, 75)
        assert.match(refused.stderr, /another act has not ended on this blade: r-test step 3 test/)
        assert.equal((await long.ended).exit, 0)
        assert.equal(it.events().length, 6)
      })

      test('evidence is cut at 64 KiB and may hold any bytes', async () => {
        const it = blade()
        await it.begin()
        const ran = await it.act(`printf '|]\\n[r-test\\0'; head -c 3000000 /dev/zero; echo end >&2`).ended
        assert.equal(ran.exit, 0)
        assert.equal(ran.stdout.length, 65536)
        const shown = (await it.call('show', 'r-test').ended).stdout.split('\n')
        assert.deepEqual(
          shown.filter((line) => !line.startsWith('|') && line !== ''),
          ['anyblade-runs 1 unknown', '[r-test', ']r-test ok', 'anyblade-end'],
        )
      })

      test('a run is attended while its session lives on this boot, and not after', async () => {
        const it = blade()
        await it.begin()
        const isAttended = async () => /^\|attended$/m.test((await it.call('list', '5').ended).stdout)
        assert.equal(await isAttended(), true)
        const session = readFileSync(`${it.run}/session`, 'utf8')
        for (const other of [
          session.replace(/\S+$/m, '00000000-0000-0000-0000-000000000000'),
          session.replace(/ \d+ /, ' 1 '),
        ]) {
          writeFileSync(`${it.run}/session`, other)
          assert.equal(await isAttended(), false, other)
        }
      })

      test('beginning twice attends again; with another plan it is refused', async () => {
        const it = blade()
        assert.equal((await it.begin()).exit, 0)
        assert.equal((await it.begin()).exit, 0)
        const other = await it.begin('{"plan":2}')
        assert.equal(other.exit, 64)
        assert.equal(readFileSync(`${it.run}/plan.json`, 'utf8'), '{"plan":1}')
      })

      test('notes are journaled, the newest run comes first', async () => {
        const it = blade()
        await it.begin()
        assert.equal((await it.call('note', 'r-test', '0', 'ended stuck').ended).exit, 0)
        assert.deepEqual(it.events(), ['ended stuck'])
        writeFileSync(`${it.run}/began`, '1000\n')
        await it.begin('{}', 'r-newer')
        const runs = (await it.call('list', '5').ended).stdout.match(/^\[r-.*$/gm)
        assert.deepEqual(runs, ['[r-newer', '[r-test'])
        assert.deepEqual((await it.call('list', '1').ended).stdout.match(/^\[r-.*$/gm), ['[r-newer'])
      })

      const wrong = [
        ['a run that leaves its directory', ['begin', 'r-../../etc']],
        ['a run of capitals', ['begin', 'r-ABCD']],
        ['a run too long', ['begin', 'r-aaaaaaaaaaaaaaaaa']],
        ['a run too short', ['begin', 'r-aaa']],
        ['no run', ['begin']],
        ['a run not begun', ['act', 'r-none', '1', 'DO', '5', 'x', 'true']],
        ['a step that is none', ['act', 'r-test', '1;id', 'DO', '5', 'x', 'true']],
        ['neither DO nor UNDO', ['act', 'r-test', '1', 'BOTH', '5', 'x', 'true']],
        ['no deadline', ['act', 'r-test', '1', 'DO', '', 'x', 'true']],
        ['no program', ['act', 'r-test', '1', 'DO', '5', 'x']],
        ['an event that forges a line', ['note', 'r-test', '1', 'a\n9 9 - done']],
        ['a verb that is none', ['rm', 'r-test']],
      ] as const
      test('wrong calls are refused and leave nothing', async () => {
        const it = blade()
        await it.begin()
        for (const [what, args] of wrong) assert.equal((await it.call(...args).ended).exit, 64, what)
        assert.deepEqual(it.events(), [])
      })

      test('a line that was cut off says nothing and spoils no other', async () => {
        const it = blade()
        await it.begin()
        writeFileSync(`${it.run}/journal`, '1 1000 - started\n1 10')
        assert.equal((await it.call('note', 'r-test', '1', 'done').ended).exit, 0)
        assert.deepEqual(it.events(), ['started', '', 'done'])
        assert.equal((await it.call('show', 'r-test').ended).stdout.match(/^\|entry/gm)?.length, 2)
      })

      test('a full disk: refused before anything is begun', { skip: !isRoot && 'needs root' }, async () => {
        const root = join(base, 'full')
        await onTmpfs(root, '256k', '', async () => {
          const it = blade(root)
          assert.equal((await it.begin()).exit, 0)
          execFileSync('sh', ['-c', `head -c 1000000 /dev/zero >${root}/filler 2>/dev/null || :`])
          const marker = join(base, 'ran')
          const ran = await it.act(`echo >${marker}`).ended
          assert.equal(ran.exit, 65)
          assert.match(ran.stderr, /journal of r-test can not be written: is .* full or read-only\?/)
          assert.throws(() => readFileSync(marker))
        })
      })

      test('a read-only disk: refused, and said', { skip: !isRoot && 'needs root' }, async () => {
        const root = join(base, 'ro')
        await onTmpfs(root, '1m', 'remount,ro', async () => {
          const ran = await blade(root).begin()
          assert.equal(ran.exit, 65)
          assert.match(ran.stderr, /can not be written/)
        })
      })
    })
})

const journal = (run: string): string[] => readFileSync(`${run}/journal`, 'utf8').split('\n').slice(0, -1)

/** The processes that carry an act of this blade: its root in their environment, `carry` as verb, past setsid. */
function carriers(root: string): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return pids.filter((pid) => isCarrier(pid, root)).map(Number)
}

function isCarrier(pid: string, root: string): boolean {
  try {
    const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
    return (
      args[0] === 'sh' &&
      args.includes('carry') &&
      readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`ANYBLADE_ROOT=${root}\0`)
    )
  } catch {
    return false // it has ended meanwhile
  }
}

async function onTmpfs(root: string, size: string, remount: string, run: () => Promise<void>): Promise<void> {
  mkdirSync(root)
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'none', root])
  try {
    if (remount) execFileSync('mount', ['-o', remount, root])
    await run()
  } finally {
    execFileSync('umount', ['-l', root])
  }
}
