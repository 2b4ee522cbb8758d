import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { acts } from '../index.ts'
import { AWrapper, RUN, told } from './a-wrapper.ts'
import { scratch, shellByTurn, until } from './shells.ts'

/** A session of another operator: a process that lives until it is killed. */
const sessions: ChildProcess[] = []
after(() => {
  for (const session of sessions) session.kill('SIGKILL')
})
function session(): { readonly pid: number; readonly end: () => Promise<unknown> } {
  const child = spawn('sleep', ['1000'], { stdio: 'ignore' })
  sessions.push(child)
  const ended = new Promise((resolve) => child.on('exit', resolve))
  const end = () => {
    child.kill('SIGKILL')
    return ended
  }
  return { pid: child.pid ?? 0, end }
}

describe('leases', { concurrency: 2 }, () => {
  for (const shell of shellByTurn('bash'))
    describe(`under ${shell.name}`, { skip: shell.skip, concurrency: 3 }, () => {
      const base = scratch('leases')
      const blade = () => new AWrapper({ root: mkdtempSync(join(base, 'blade-')), path: shell.path })

      test('who wants what another run holds is told who, which run, since when and for how long yet', async () => {
        const one = blade()
        await one.lease({ seconds: 90, operator: 'ann@north' })
        const two = one.as(session().pid)
        const ran = await two.lease({ run: 'r-other', operator: 'bob@south', words: ['volume/x=1', 'vm/ldap=1'] })
        assert.equal(ran.exit, 73)
        assert.match(ran.stdout, /^held\tr-test\tann@north\t[0-5]\t(90|8\d)\n$/)
        assert.match(ran.stderr, /^held by run r-test of ann@north since \d s, for \d+ s yet\n$/)
        assert.equal(existsSync(one.file('runs/r-other')), false)
        assert.equal((await two.lease({ run: 'r-other', words: ['vm/www=1'] })).exit, 0)
      })

      test('a word with a limit is a slot: so many at once, whoever they are', async () => {
        const it = blade()
        const lease = (run: string, words: string[]) => it.as(session().pid).lease({ run, words })
        assert.equal((await lease('r-aaaa', ['out=2', 'vm/a=1'])).exit, 0)
        assert.equal((await lease('r-bbbb', ['out=2', 'vm/b=1'])).exit, 0)
        const third = await lease('r-cccc', ['out=2', 'vm/c=1'])
        assert.equal(third.exit, 73)
        assert.match(third.stdout, /^held\tr-(aaaa|bbbb)\t/)
      })

      test('an older epoch is refused: the run was taken over when its session had gone', async () => {
        const it = blade()
        const gone = session()
        const one = it.as(gone.pid)
        await one.lease()
        assert.equal((await it.lease({ plan: '' })).exit, 73)
        await gone.end()
        assert.deepEqual(await it.lease({ plan: '' }), { exit: 0, stdout: 'epoch\t2\n', stderr: '' })
        for (const late of [await one.act('echo').ended, await one.note('1', 'done')]) {
          assert.equal(late.exit, 77)
          assert.match(late.stderr, /run r-test was taken over by ops@here: epoch 2, not 1/)
        }
        assert.equal((await one.call(['release', RUN, '1']).ended).exit, 77)
        assert.equal((await one.call(['renew', RUN, '1']).ended).exit, 77)
        assert.deepEqual(it.events(), [])
      })

      test('a lease that has run out may be taken, though its session lives; until then it goes on by itself', async () => {
        const it = blade()
        const one = it.as(session().pid)
        await one.lease({ seconds: 0 })
        assert.equal((await one.act('echo').ended).exit, 0)
        const two = it.as(session().pid)
        assert.equal((await two.lease({ run: 'r-other' })).exit, 0)
        const late = await one.act('echo').ended
        assert.deepEqual([late.exit, late.stderr], [77, 'run r-test has no lease on this blade any more\n'])
        assert.equal((await two.act('echo', { run: 'r-other' }).ended).exit, 0)
      })

      test('a lease is held while an act of its run is under way, whatever else has ended', async () => {
        const it = blade()
        const gone = session()
        const one = it.as(gone.pid)
        await one.lease({ seconds: 0 })
        const acting = one.act('sleep 3')
        await until('the act has begun', () => it.events().length === 1)
        await gone.end()
        const refused = await it.lease({ run: 'r-other' })
        assert.equal(refused.exit, 73)
        assert.match(refused.stdout, /^held\tr-test\tops@here\t\d\t0\n$/)
        await acting.ended
        assert.equal((await it.lease({ run: 'r-other' })).exit, 0)
      })

      test('an act renews the lease, and so does `renew`', async () => {
        const it = blade()
        await it.lease({ seconds: 0 })
        const renewals = () =>
          readFileSync(it.file(`leases/${RUN}`), 'utf8')
            .trimEnd()
            .split('\n').length
        assert.equal(renewals(), 2)
        await it.act('echo').ended
        assert.equal((await it.call(['renew', RUN, '1']).ended).exit, 0)
        assert.equal(renewals(), 4)
      })

      test('what was leased before a reboot is not any more: it may be taken, and who comes late is refused', async () => {
        const it = blade()
        await it.lease()
        const file = it.file(`leases/${RUN}`)
        writeFileSync(file, readFileSync(file, 'utf8').replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/, 'another'))
        const late = await it.act('echo').ended
        assert.deepEqual(
          [late.exit, late.stderr],
          [77, 'this blade has been booted since it gave run r-test its lease\n'],
        )
        const shown = await it.call(['show', RUN]).ended
        assert.doesNotMatch(shown.stdout, /^\|holder/m)
        assert.equal((await it.lease({ plan: '' })).exit, 0)
        assert.equal(it.epoch, 2)
      })

      test('a process with the number of one that has gone is no session', async () => {
        const it = blade()
        await it.lease()
        const file = it.file(`leases/${RUN}`)
        writeFileSync(file, readFileSync(file, 'utf8').replace(/ \d+ \.$/m, ' 1 .'))
        assert.equal((await it.as(session().pid).lease({ run: 'r-other' })).exit, 0)
      })

      test('a run that was asked to end begins nothing more, but goes back, and on where it must', async () => {
        const it = blade()
        await it.lease()
        assert.equal((await it.call(['abort', RUN, 'bob@south']).ended).exit, 0)
        const refused = await it.act('echo').ended
        assert.deepEqual([refused.exit, refused.stderr], [76, 'run r-test was asked to end by bob@south\n'])
        assert.equal((await it.call(['renew', RUN, '1']).ended).exit, 76)
        assert.equal((await it.act('echo', { way: 'undo' }).ended).exit, 0)
        assert.equal((await it.act('echo', { way: 'onward' }).ended).exit, 0)
        assert.match((await it.call(['show', RUN]).ended).stdout, /^\|asked$/m)
        assert.equal((await it.lease({ plan: '' })).exit, 0)
        assert.equal((await it.act('echo').ended).exit, 0)
      })

      test('released: the next one may, the end stands in the journal; a run of which nothing happened leaves nothing', async () => {
        const it = blade()
        await it.lease()
        await it.note('1', 'started')
        assert.equal((await it.call(['release', RUN, '1', 'ended stuck', 'YQ==,']).ended).exit, 0)
        assert.deepEqual(it.events(), ['started', 'ended stuck'])
        const other = it.as(session().pid)
        assert.equal((await other.lease({ run: 'r-other' })).exit, 0)
        assert.equal((await other.call(['release', 'r-other', '2']).ended).exit, 0)
        assert.equal(existsSync(it.file('runs/r-other')), false)
        assert.equal(existsSync(it.file('leases/r-other')), false)
      })

      const leave = async (it: AWrapper) => {
        const args = ['act', RUN, String(it.epoch), '3', 'do', '10', 'none', 'leave-fleet', acts['leave-fleet'], RUN]
        const ran = await it.call(args).ended
        assert.deepEqual([ran.exit, told(ran.stdout).err], [0, ''])
      }
      const released = (it: AWrapper, event: string) =>
        it.call(['release', RUN, String(it.epoch), event, 'YQ==,']).ended

      test('a blade that has left the fleet keeps nothing once that run has come to its good end, and no earlier', async () => {
        const it = blade()
        await it.lease()
        await leave(it)
        assert.deepEqual(it.events().slice(-2), ['started', 'done'])
        assert.equal((await released(it, 'ended stuck')).exit, 0)
        assert.equal(it.events().at(-1), 'ended stuck')
        await it.lease({ plan: '' })
        assert.deepEqual(await released(it, 'ended done'), { exit: 0, stdout: '', stderr: '' })
        assert.equal(existsSync(it.file('')), false)
        assert.equal((await it.call(['list', '20']).ended).exit, 0)
        assert.equal((await it.lease()).stdout, 'epoch\t1\n', 'it may come into a fleet again')
      })

      test('the folder of our configuration goes where it is empty, and stays where somebody has a file in it', async () => {
        for (const theirs of [false, true]) {
          const it = blade()
          const folder = join(it.root, 'etc/multipath/conf.d')
          mkdirSync(folder, { recursive: true })
          if (theirs) writeFileSync(join(folder, 'theirs.conf'), '')
          await it.lease()
          await leave(it)
          assert.equal(existsSync(folder), theirs)
        }
      })

      test('while somebody else acts there, or by the end of another run, all of it stays', async () => {
        const it = blade()
        await it.lease()
        await leave(it)
        const other = it.as(session().pid)
        assert.equal((await other.lease({ run: 'r-other', words: ['vm/www=1'] })).exit, 0)
        assert.equal((await released(it, 'ended done')).exit, 0)
        assert.equal(it.events().at(-1), 'ended done')
        assert.equal((await other.call(['note', 'r-other', '2', '1', 'started', 'YQ==,']).ended).exit, 0)
        assert.equal((await other.call(['release', 'r-other', '2', 'ended done', 'YQ==,']).ended).exit, 0)
        assert.equal(existsSync(it.file('epoch')), true)
      })

      test('taking it twice in one session is the answer to a lost reply; with another plan it is refused', async () => {
        const it = blade()
        await it.lease()
        assert.equal((await it.lease()).exit, 0)
        assert.equal(it.epoch, 2)
        const other = await it.lease({ plan: '{"plan":2}' })
        assert.deepEqual([other.exit, other.stderr], [64, 'run r-test stands here with another plan\n'])
        assert.equal(readFileSync(it.file(`runs/${RUN}/plan.json`), 'utf8'), '{"plan":1}')
      })
    })
})
