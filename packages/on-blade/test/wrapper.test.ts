import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { AWrapper, RUN, told } from './a-wrapper.ts'
import { scratch, shellByTurn, until } from './shells.ts'

const isRoot = userInfo().uid === 0

describe('wrapper', { concurrency: 2 }, () => {
  for (const shell of shellByTurn('busybox'))
    describe(`under ${shell.name}`, { skip: shell.skip, concurrency: 3 }, () => {
      const base = scratch('wrapper')

      /** A blade of its own: nothing of another test is there. */
      const blade = (root = mkdtempSync(join(base, 'blade-'))) => new AWrapper({ root, path: shell.path })
      async function begun(root?: string): Promise<AWrapper> {
        const it = blade(root)
        assert.deepEqual(await it.lease(), { exit: 0, stdout: 'epoch\t1\n', stderr: '' })
        return it
      }

      test('an act gets its arguments and its input, and its end is journaled with the evidence', async () => {
        const it = await begun()
        const ran = await it.act('cat; printf "%s|%s" "$1" "$2"; echo why >&2').ended
        assert.deepEqual([ran.exit, ran.stderr], [0, ''])
        assert.deepEqual(told(ran.stdout), { out: "in\0puta b|c'd$(id)", err: 'why\n' })
        assert.deepEqual(it.events(), ['started', 'done'])
        assert.deepEqual(it.entries()[1], { step: '3', event: 'done', ...told(ran.stdout) })
      })

      test('an act that fails says so, whatever status it had', async () => {
        const it = await begun()
        const ran = await it.act('echo no >&2; exit 70', { way: 'undo' }).ended
        assert.deepEqual([ran.exit, told(ran.stdout)], [1, { out: '', err: 'no\n' }])
        assert.deepEqual(it.events(), ['undo started', 'undo failed'])
      })

      test('an act that hangs is ended at its deadline, with all that it began, and what it did is told', async () => {
        const it = await begun()
        const nap = 70000 + (process.pid % 1000) * 10 + shell.number // whose sleep it is
        const began = performance.now()
        const program = `trap '' TERM; echo first; sleep ${nap} & sleep ${nap}; sleep ${nap}`
        const ran = await it.act(program, { seconds: 1 }).ended
        assert.ok(performance.now() - began < 30_000)
        assert.equal(ran.exit, 124)
        const { out, err } = told(ran.stdout)
        assert.equal(out, 'first\n')
        assert.match(err, /cut off after 1 s.*sleep, state S.*it had to be killed/s)
        assert.deepEqual(it.events(), ['started', 'failed'])
        assert.equal(execFileSync('ps', ['-eo', 'args']).toString().includes(`sleep ${nap}`), false)
      })

      test('the caller is killed: the act goes on to its end, and the journal says so', async () => {
        const it = await begun()
        const acting = it.act('sleep 1; echo ended')
        await until('the act is carried', () => carriers(it.root).length > 0)
        process.kill(-(acting.child.pid ?? 0), 'SIGKILL') // with its group, as `timeout` and a lost connection do
        await until('the act is journaled', () => it.events().includes('done'))
        assert.equal(it.entries()[1]?.out, 'ended\n')
      })

      test('what carries the act is killed: the run shows it as started and never as done', async () => {
        const it = await begun()
        const acting = it.act('sleep 2')
        await until('the act is carried', () => carriers(it.root).length > 0)
        for (const pid of carriers(it.root)) process.kill(pid, 'SIGKILL')
        const ran = await acting.ended
        assert.equal(ran.exit, 70)
        assert.deepEqual(it.events(), ['started'])
      })

      test('two acts of a run: the second one waits, and is refused while the first one has not ended', async () => {
        const it = await begun()
        const uptime = 'sleep 1; cut -d " " -f 1 /proc/uptime'
        const order = await Promise.all([it.act(uptime).ended, it.act(uptime).ended])
        assert.deepEqual(
          order.map(({ exit }) => exit),
          [0, 0],
        )
        const [first = 0, second = 0] = order.map(({ stdout }) => Number(told(stdout).out)).sort((a, b) => a - b)
        assert.ok(second - first > 0.9, `${second - first} s apart`)
        const long = it.act('until [ -e "$ANYBLADE_ROOT/refused" ]; do sleep 1; done', { seconds: 120 })
        await until('the long act has begun', () => it.events().length === 5)
        const refused = await it.act('echo never').ended
        assert.equal(refused.exit, 75)
        assert.match(refused.stderr, /another act has not ended on this blade: r-test step 3 test/)
        writeFileSync(join(it.root, 'refused'), '')
        assert.equal((await long.ended).exit, 0)
        assert.equal(it.events().length, 6)
      })

      test('evidence is cut at 64 KiB and may hold any bytes', async () => {
        const it = await begun()
        const ran = await it.act(`printf '|]\\n[r-test\\0'; head -c 3000000 /dev/zero; echo end >&2`).ended
        assert.equal(ran.exit, 0)
        assert.equal(told(ran.stdout).out.length, 65535)
        const shown = (await it.call(['show', RUN]).ended).stdout.split('\n')
        assert.deepEqual(
          shown.filter((line) => !line.startsWith('|') && line !== ''),
          ['anyblade-runs 1 unknown', '[r-test', ']r-test ok', 'anyblade-end'],
        )
      })

      test('notes are journaled, the newest run comes first; an older one is shown until it has come to a good end', async () => {
        const it = await begun()
        assert.equal((await it.note('0', 'ended stuck')).exit, 0)
        assert.deepEqual(it.entries(), [{ step: '0', event: 'ended stuck', out: 'a', err: '' }])
        writeFileSync(it.file(`runs/${RUN}/began`), '1000\n')
        assert.equal((await it.lease({ run: 'r-newer', words: ['vm/www=1'] })).exit, 0)
        const runs = async (count: string) => (await it.call(['list', count]).ended).stdout.match(/^\[r-.*$/gm)
        assert.deepEqual(await runs('5'), ['[r-newer', '[r-test'])
        assert.deepEqual(await runs('1'), ['[r-newer', '[r-test'])
        appendFileSync(it.file(`runs/${RUN}/journal`), '\n|entry\t0\t9\tended done\tYQ==,\t.\n')
        assert.deepEqual(await runs('1'), ['[r-newer'])
      })

      const wrong = [
        ['a run that leaves its directory', ['lease', 'r-../../etc', '10', 'me', 'a=1']],
        ['a run of capitals', ['lease', 'r-ABCD', '10', 'me', 'a=1']],
        ['a run too long', ['lease', 'r-aaaaaaaaaaaaaaaaa', '10', 'me', 'a=1']],
        ['a run too short', ['lease', 'r-aaa', '10', 'me', 'a=1']],
        ['no run', ['lease']],
        ['an operator that is none', ['lease', RUN, '10', 'me and you', 'a=1']],
        ['a word without a limit', ['lease', RUN, '10', 'me', 'a']],
        ['a limit of none', ['lease', RUN, '10', 'me', 'a=0']],
        ['a word that forges a lease', ['lease', RUN, '10', 'me', 'a=1\n9 9']],
        ['a run not begun', ['act', 'r-none', '1', '1', 'do', '5', 'none', 'x', 'true']],
        ['a run without a plan', ['lease', 'r-none', '10', 'me', 'b=1']],
        ['a step that is none', ['act', RUN, '1', '1;id', 'do', '5', 'none', 'x', 'true']],
        ['no epoch', ['act', RUN, '', '1', 'do', '5', 'none', 'x', 'true']],
        ['neither do nor undo', ['act', RUN, '1', '1', 'both', '5', 'none', 'x', 'true']],
        ['no deadline', ['act', RUN, '1', '1', 'do', '', 'none', 'x', 'true']],
        ['no program', ['act', RUN, '1', '1', 'do', '5', 'none', 'x']],
        ['an event that forges a line', ['note', RUN, '1', '1', 'a\n9 9 - done', '']],
        ['evidence that forges a line', ['note', RUN, '1', '1', 'done', 'a\n|entry']],
        ['a verb that is none', ['rm', RUN]],
      ] as const
      test('wrong calls are refused and leave nothing', async () => {
        const it = await begun()
        for (const [what, args] of wrong) assert.equal((await it.call(args).ended).exit, 64, what)
        assert.deepEqual(it.events(), [])
        assert.deepEqual(readdirSync(it.file('runs')), [RUN])
        assert.deepEqual(readdirSync(it.file('leases')), [RUN])
      })

      test('a line that was cut off says nothing and spoils no other', async () => {
        const it = await begun()
        writeFileSync(it.file(`runs/${RUN}/journal`), '\n|entry\t1\t10\tstarted\t\t.\n\n|entry\t1\t12\tdone\tQUFB')
        assert.equal((await it.note('1', 'failed')).exit, 0)
        assert.deepEqual(it.events(), ['started', 'failed'])
      })

      test('a full disk: refused before anything is begun; an act under way is journaled from its reserve', {
        skip: !isRoot && 'needs root',
      }, async () => {
        const root = join(base, 'full')
        await onTmpfs(root, '320k', '', async () => {
          const it = await begun(root)
          const fill = `head -c 1000000 /dev/zero >${root}/filler 2>/dev/null || :`
          const filling = await it.act(`head -c 30000 /dev/zero; ${fill}`).ended
          assert.deepEqual([filling.exit, it.events()], [0, ['started', 'done']])
          execFileSync('sh', ['-c', fill])
          execFileSync('sh', ['-c', `head -c 4000000 /dev/zero >${root}/rest 2>/dev/null || :`])
          const marker = join(base, 'ran')
          const ran = await it.act(`echo >${marker}`).ended
          assert.equal(ran.exit, 65)
          assert.match(ran.stderr, /can not be (written|renewed): is .* full or read-only\?/)
          assert.throws(() => readFileSync(marker))
        })
      })

      test('a read-only disk: refused, and said', { skip: !isRoot && 'needs root' }, async () => {
        const root = join(base, 'ro')
        await onTmpfs(root, '1m', 'remount,ro', async () => {
          const ran = await blade(root).lease()
          assert.equal(ran.exit, 65)
          assert.match(ran.stderr, /can not be written/)
        })
      })

      test('read-only from under a run: no act is begun', { skip: !isRoot && 'needs root' }, async () => {
        const root = join(base, 'ro-later')
        await onTmpfs(root, '1m', '', async () => {
          const it = await begun(root)
          execFileSync('mount', ['-o', 'remount,ro', root])
          const marker = join(base, 'ran-ro')
          const ran = await it.act(`echo >${marker}`).ended
          assert.equal(ran.exit, 65)
          assert.throws(() => readFileSync(marker))
        })
      })
    })
})

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
