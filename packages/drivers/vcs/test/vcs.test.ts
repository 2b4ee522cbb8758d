/** What every version control must do for a fleet: the same suite over git, and over subversion with a real svnserve. */
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { type Blade, bladeName, type Limits, type RecordDocuments, type Rendered, runId, wwid } from '@anyblade/engine'
import { createFleet, loadFleet } from '../../index.ts'
import { vcsAt } from '../open.ts'
import { recordedConfigAt } from '../recorded.ts'
import { ANN, SvnServer } from './svn-server.ts'

const limits: Limits = { deadlineMs: 60_000, signal: new AbortController().signal }
const base = mkdtempSync(join(tmpdir(), 'anyblade-vcs-'))
const server = new SvnServer(join(base, 'served'))
after(() => {
  server.stop()
  rmSync(base, { recursive: true, force: true })
})

let made = 0
const fresh = (): string => {
  made += 1
  return join(base, `fleet${made}`)
}
const inGit = async () => fresh()
const inSvn = async () => {
  const dir = fresh()
  server.checkout(await server.repository(`fleet${made}`), dir)
  return dir
}

const [run, blade] = [runId('r-abcdef'), bladeName('blade1')]
const action = (home: string, change: Partial<RecordDocuments> = {}): RecordDocuments => ({
  kind: 'record-documents',
  changes: [{ document: 'vms/ldap.xml', text: `<domain><title>${home} ü@</title></domain>\n` }],
  rendered: [],
  message: `vm ldap: moved to ${home}`,
  ...change,
})

for (const [name, place] of [
  ['git', inGit],
  ['svn', inSvn],
] as const)
  describe(`a fleet in ${name}`, () => {
    async function fleet() {
      const dir = await place()
      const { commit } = await createFleet(dir, { name: 'san' })
      const vcs = vcsAt(dir)
      assert.equal(vcs.name, name)
      return { dir, commit, vcs, recorder: vcs.recorder }
    }

    test('is begun, read, and its basis is the commit', async () => {
      const { dir, commit, vcs } = await fleet()
      assert.equal((await loadFleet(dir)).commit, commit)
      assert.doesNotMatch(commit, /dirty/)
      writeFileSync(join(dir, 'vms', 'stray.xml'), '<domain/>')
      assert.equal(await vcs.basis(), `${commit}+dirty`)
    })

    test('a record is one commit with its run; the same again is none', async () => {
      const { dir, commit, vcs, recorder } = await fleet()
      assert.equal((await recorder.ready(commit)).state, 'done')
      const first = await recorder.record(run, action('blade2'), [], limits)
      assert.equal(first.state, 'done', JSON.stringify(first))
      const head = await vcs.basis()
      assert.notEqual(head, commit)
      const again = await recorder.record(run, action('blade2'), [], limits)
      assert.match(JSON.stringify(again), /holds it already/)
      assert.equal(await vcs.basis(), head)
      assert.match(readFileSync(join(dir, 'vms/ldap.xml'), 'utf8'), /blade2 ü@/)
      const [last, ...before] = await vcs.history(['vms/ldap.xml'], 10, limits)
      assert.deepEqual([last?.subject, last?.run, before.length], ['vm ldap: moved to blade2', run, 0])
    })

    test('documents change places by their WWIDs, with their comments; the same again is no commit', async () => {
      const { dir, vcs, recorder } = await fleet()
      const path = (file: string) => join(dir, file)
      const text = (id: string) => `# of ${id}\nwwid: "36001405${id}"\n`
      const changes = [
        { document: 'volumes/a.yaml', text: text('a') },
        { document: 'volumes/b.yaml', text: text('b') },
        { document: 'volumes/c.yaml', text: text('c') },
      ]
      await recorder.record(run, action('', { changes }), [], limits)
      const moved = (from: string, to: string) => ({
        document: `volumes/${to}.yaml`,
        from: `volumes/${from}.yaml`,
        wwid: wwid(`36001405${from}`) ?? assert.fail(),
        set: [{ path: ['formerly'], value: [from] }],
      })
      const renamed = action('', { changes: [moved('a', 'b'), moved('b', 'a'), moved('c', 'd')], message: 'renamed' })
      assert.equal((await recorder.record(run, renamed, [], limits)).state, 'done')
      for (const [file, id] of [
        ['b', 'a'],
        ['a', 'b'],
        ['d', 'c'],
      ] as const)
        assert.match(
          readFileSync(path(`volumes/${file}.yaml`), 'utf8'),
          new RegExp(`^${text(id)}formerly:\\s*(- |\\[ ?)${id}`),
        )
      assert.ok(!existsSync(path('volumes/c.yaml')))
      assert.match(JSON.stringify(await recorder.record(run, renamed, [], limits)), /holds it already/)
      assert.doesNotMatch(await vcs.basis(), /dirty/)
    })

    test('a blade’s document goes with what is rendered for it', async () => {
      const { dir, vcs, recorder } = await fleet()
      const of: Rendered = { blade: { name: blade } as Blade, files: { main: Buffer.from('x\n'), dropIns: [] } }
      const changes = [{ document: 'blades/blade1.yaml', text: 'ssh: root@blade1\n' }]
      assert.equal((await recorder.record(run, action('', { changes }), [of], limits)).state, 'done')
      assert.ok(existsSync(join(dir, 'rendered/blade1/etc/multipath.conf')))
      const removed = action('', { changes: [{ document: 'blades/blade1.yaml', gone: true }], message: 'removed' })
      assert.equal((await recorder.record(run, removed, [], limits)).state, 'done')
      assert.ok(!existsSync(join(dir, 'blades/blade1.yaml')))
      assert.ok(!existsSync(join(dir, 'rendered/blade1/etc/multipath.conf')))
      assert.match(JSON.stringify(await recorder.record(run, removed, [], limits)), /holds it already/)
      assert.doesNotMatch(await vcs.basis(), /dirty/)
    })

    test('the documents have moved on: not ready', async () => {
      const { commit, recorder } = await fleet()
      await recorder.record(run, action('blade2'), [], limits)
      assert.match(JSON.stringify(await recorder.ready(commit)), /moved on/)
    })

    test('what is deployed is recorded byte for byte, folders and all, and what is gone goes', async () => {
      const { dir, vcs, recorder } = await fleet()
      const rendered = (names: readonly string[]): Rendered[] => [
        {
          blade: { name: blade } as Blade,
          files: {
            main: Buffer.from('a\r\n\0'),
            dropIns: names.map((one) => ({ name: one, bytes: Buffer.from(one) })),
          },
        },
      ]
      const told = (message: string) => action('x', { changes: [], message })
      await recorder.record(run, told('one'), rendered(['a b@2.conf', 'anyblade.conf']), limits)
      const root = join(dir, 'rendered/blade1/etc')
      assert.deepEqual(readFileSync(join(root, 'multipath.conf')), Buffer.from('a\r\n\0'))
      const second = await recorder.record(run, told('two'), rendered(['anyblade.conf']), limits)
      assert.equal(second.state, 'done', JSON.stringify(second))
      assert.equal(existsSync(join(root, 'multipath/conf.d/a b@2.conf')), false)
      assert.doesNotMatch(await vcs.basis(), /dirty/)
      const [, before, ...none] = await vcs.history(['rendered/blade1/etc'], 10, limits)
      assert.ok(before !== undefined && none.length === 0 && blade !== undefined)
      // as it was then, with what is gone by now
      const then = await recordedConfigAt(vcs, before.commit, blade, limits)
      assert.deepEqual(then?.main, Buffer.from('a\r\n\0'))
      assert.deepEqual(
        then?.dropIns.map(({ name: one, bytes }) => [one, bytes.toString()]),
        ['a b@2.conf', 'anyblade.conf'].map((one) => [one, one]),
      )
      const other = bladeName('blade2')
      assert.ok(other)
      assert.equal(await recordedConfigAt(vcs, before.commit, other, limits), undefined)
      for (const no of ['r999', '--help', 'ffffffff'])
        await assert.rejects(recordedConfigAt(vcs, no, blade, limits), { code: 'record-failed' }, no)
    })

    test('what an operator has changed meanwhile is left as it is', async () => {
      const { dir, recorder } = await fleet()
      await recorder.record(run, action('blade2'), [], limits)
      writeFileSync(join(dir, 'vms/ldap.xml'), '<domain>by hand</domain>\n')
      const outcome = await recorder.record(run, action('blade1'), [], limits)
      assert.match(JSON.stringify(outcome), /changed by hand meanwhile/)
      assert.match(readFileSync(join(dir, 'vms/ldap.xml'), 'utf8'), /by hand/)
      assert.match(JSON.stringify(await recorder.ready(undefined)), /not committed: vms\/ldap.xml/)
    })
  })

describe('a fleet in svn, with others at work', () => {
  async function two() {
    const [mine, theirs] = [fresh(), fresh()]
    const url = await server.repository(`shared${made}`)
    server.checkout(url, mine)
    await createFleet(mine, { name: 'san' })
    server.checkout(url, theirs)
    await vcsAt(mine).recorder.record(run, action('blade1'), [], limits)
    server.svn('update', '-q', theirs)
    return { mine, theirs, ours: vcsAt(mine).recorder, other: vcsAt(theirs).recorder }
  }

  test('out of date: not ready, a record is refused and leaves nothing; after an update it goes', async () => {
    const { mine, ours, other } = await two()
    const before = readFileSync(join(mine, 'vms/ldap.xml'), 'utf8')
    assert.equal((await other.record(run, action('blade9'), [], limits)).state, 'done')
    assert.match(JSON.stringify(await ours.ready(undefined)), /behind at vms\/ldap\.xml: svn update/)
    const refused = await ours.record(run, action('blade2'), [], limits)
    assert.match(JSON.stringify(refused), /out of date.*svn update, then resume the run/s)
    assert.equal(readFileSync(join(mine, 'vms/ldap.xml'), 'utf8'), before)
    assert.equal(server.svn('status', '-q', mine), '')
    server.svn('update', '-q', mine)
    assert.equal((await ours.record(run, action('blade2'), [], limits)).state, 'done')
  })

  test('a file that somebody holds the lock of: refused and as it was; once it is free it goes', async () => {
    const { mine, theirs, ours } = await two()
    server.svn('lock', '-q', ...ANN, join(theirs, 'vms/ldap.xml'))
    const refused = await ours.record(run, action('blade2'), [], limits)
    assert.match(JSON.stringify(refused), /lock/i)
    assert.match(readFileSync(join(mine, 'vms/ldap.xml'), 'utf8'), /blade1/)
    server.svn('unlock', '-q', ...ANN, join(theirs, 'vms/ldap.xml'))
    assert.equal((await ours.record(run, action('blade2'), [], limits)).state, 'done')
  })

  test('a working copy that another svn has locked: not ready, nothing is written', async () => {
    const { mine, ours } = await two()
    server.lockWorkingCopy(mine)
    assert.match(JSON.stringify(await ours.ready(undefined)), /locked.*svn cleanup/)
    assert.match(JSON.stringify(await ours.record(run, action('blade2'), [], limits)), /locked.*svn cleanup/)
    server.svn('cleanup', mine)
    assert.equal((await ours.ready(undefined)).state, 'done')
  })

  test('no server, no run: nothing could be recorded', async () => {
    const { mine, ours } = await two()
    server.stop()
    assert.match(JSON.stringify(await ours.ready(undefined)), /can't be asked, and nothing be recorded/)
    const refused = await ours.record(run, action('blade2'), [], limits)
    assert.equal(refused.state, 'failed')
    assert.match(readFileSync(join(mine, 'vms/ldap.xml'), 'utf8'), /blade1/)
    assert.equal(server.svn('status', '-q', mine), '')
  })
})
