import assert from 'node:assert/strict'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { acts } from '../index.ts'
import { conf, FILE, LDAP, MAIN, multipathBlade, noMultipath, sha256, WWW } from './multipath-blade.ts'
import { scratch, shellByTurn, start } from './shells.ts'

describe('install-config', { concurrency: 3 }, () => {
  for (const shell of shellByTurn('dash'))
    describe(`under ${shell.name}`, { skip: shell.skip || noMultipath, concurrency: 3 }, () => {
      const base = scratch('install')

      function blade(files: Readonly<Record<string, string>> = {}) {
        const { root, env, read, write } = multipathBlade(base, shell.path, files)
        const mine = () => readdirSync('/run').filter((name) => name.startsWith('anyblade.'))
        return {
          root,
          read,
          write,
          mine,
          install: (before: string, how: string, candidate: string, ...expected: string[]) => {
            const word = how === 'write' ? String(Buffer.byteLength(candidate)) : how
            return start(acts['install-config'], [FILE, before, word, ...expected], env, candidate).ended
          },
          /** `way` it goes, several files at once; what is replaced is kept. */
          change: (way: string, candidates: string, ...args: string[]) =>
            start(
              acts['install-config'],
              args,
              { ...env, ANYBLADE_WAY: way, ANYBLADE_KEPT: join(root, 'kept') },
              candidates,
            ).ended,
          run: (...args: string[]) => start(acts['install-config'], args, env, 'x').ended,
        }
      }

      test('a new file: checked, put in place, in effect; again it is found so and nothing is reconfigured', async () => {
        const it = blade()
        const text = conf(['ldap', LDAP])
        const ran = await it.install('absent', 'write', text, 'ldap', LDAP)
        assert.deepEqual([ran.exit, ran.stderr], [0, ''])
        assert.match(ran.stdout, new RegExp(`without a new message\n.*2 maps kept\n/dev/mapper/ldap is ${LDAP}\n$`))
        assert.deepEqual([it.read(FILE), statSync(it.root + FILE).mode & 0o777], [text, 0o644])
        assert.equal(it.read('bin/added'), `${LDAP}\n`)
        assert.equal((await it.install('absent', 'write', text, 'ldap', LDAP)).exit, 0)
        assert.equal(it.read('bin/calls'), 'reconfigure\n')
      })

      test('a file that changed meanwhile is not touched', async () => {
        const it = blade()
        it.write(FILE, '# by hand\n')
        const ran = await it.install(sha256('something else'), 'write', conf(['ldap', LDAP]), 'ldap', LDAP)
        assert.equal(ran.exit, 1)
        assert.match(ran.stderr, /anyblade\.conf changed meanwhile/)
        assert.deepEqual([it.read(FILE), it.read('bin/calls')], ['# by hand\n', undefined])
      })

      test('removing takes the alias out, and the map keeps its WWID’s name', async () => {
        const it = blade()
        const text = conf(['ldap', LDAP])
        await it.install('absent', 'write', text, 'ldap', LDAP)
        const ran = await it.install(sha256(text), 'remove', '')
        assert.deepEqual([ran.exit, ran.stderr, it.read(FILE)], [0, '', undefined])
        assert.equal(it.read('sys/block/dm-0/dm/name'), `${LDAP}\n`)
        assert.equal((await it.install(sha256(text), 'remove', '')).exit, 0)
      })

      test('maps that are there change their names by way of a third one, and each keeps its WWID', async () => {
        const it = blade()
        const stages = [
          conf(['ldap', LDAP], ['www', WWW]),
          conf(['ldap.swap', LDAP], ['www', WWW]),
          conf(['ldap', WWW], ['ldap.swap', LDAP]),
          conf(['ldap', WWW], ['www', LDAP]),
        ]
        const expected = [
          ['ldap', LDAP],
          ['ldap.swap', LDAP],
          ['ldap', WWW],
          ['www', LDAP],
        ] as const
        for (const [at, text] of stages.entries()) {
          const before = stages[at - 1]
          const ran = await it.install(
            before === undefined ? 'absent' : sha256(before),
            'write',
            text,
            ...(expected[at] ?? []),
          )
          assert.deepEqual([ran.exit, ran.stderr], [0, ''], text)
        }
        assert.deepEqual([it.read('sys/block/dm-0/dm/name'), it.read('sys/block/dm-1/dm/name')], ['www\n', 'ldap\n'])
        assert.deepEqual(readdirSync(join(it.root, 'dev/mapper')).sort(), ['ldap', 'www'])
      })

      const bad = [
        [
          'a word nobody knows',
          'multipaths {\n\tbogus 1\n}\n',
          /multipath says of the candidate: .*invalid keyword.*bogus/,
        ],
        [
          'a section that swallows the next',
          `blacklist { devnode "^vd" }\n${conf(['ldap', LDAP])}`,
          /multipath says of the candidate|would not be called ldap/,
        ],
        ['another WWID than expected', conf(['ldap', WWW]), /with the candidate, 3\S*a1 would not be called ldap/],
      ] as const
      for (const [what, text, why] of bad)
        test(`a candidate is refused before anything is changed: ${what}`, async () => {
          const it = blade()
          const ran = await it.install('absent', 'write', text, 'ldap', LDAP)
          assert.deepEqual([ran.exit, it.read(FILE), it.read('bin/calls')], [1, undefined, undefined])
          assert.match(ran.stderr, why)
        })

      test('what already stands and is complained of, does not stop a good candidate', async () => {
        const it = blade()
        it.write('etc/multipath.conf', `${MAIN}nonsense {\n}\n`)
        const ran = await it.install('absent', 'write', conf(['ldap', LDAP]), 'ldap', LDAP)
        assert.deepEqual([ran.exit, ran.stderr], [0, ''])
      })

      test('a multipath that hangs on the candidate is cut off', async () => {
        const it = blade({ hangs: '' })
        const ran = await it.install('absent', 'write', conf(['ldap', LDAP]), 'ldap', LDAP)
        assert.deepEqual([ran.exit, it.read(FILE)], [1, undefined])
        assert.match(ran.stderr, /did not end within 20 s/)
      })

      test('a map that is lost brings the former file back', async () => {
        const it = blade({ loses: FILE })
        const former = conf(['www', WWW])
        it.write(FILE, former)
        it.write('sys/block/dm-1/dm/name', 'www\n')
        const ran = await it.install(sha256(former), 'write', conf(['www', WWW], ['ldap', LDAP]), 'ldap', LDAP)
        assert.equal(ran.exit, 1)
        assert.match(ran.stderr, new RegExp(`map www of ${WWW} is gone; the former file is back`))
        assert.equal(it.read(FILE), former)
      })

      const gates = [
        ['a path that falls out of its map', 'drops', `path sdd of ${WWW} is gone from its map`],
        ['a path whose I/O fails from then on', 'fails', 'path sdc has failed'],
        ['a daemon that goes on with the former file', 'deaf', 'multipathd does not have in effect what the files say'],
      ] as const
      for (const [what, file, why] of gates)
        test(`${what} brings the former file back`, async () => {
          const it = blade({ [file]: '', paths: 'sdc active\nsdd active\n' })
          it.write('sys/block/dm-1/slaves/sdc', '')
          it.write('sys/block/dm-1/slaves/sdd', '')
          it.write('sys/block/sdd/dev', '8:48\n')
          const ran = await it.install('absent', 'write', conf(['ldap', LDAP]), 'ldap', LDAP)
          assert.deepEqual([ran.exit, it.read(FILE)], [1, undefined])
          assert.match(ran.stderr, new RegExp(`${why}.*; the former file is back`))
        })

      test('a path that was down before, or whose device the kernel gives up, is no damage', async () => {
        const it = blade({ drops: '', paths: 'sdc failed\n' })
        it.write('sys/block/dm-1/slaves/sdd', '')
        const ran = await it.install('absent', 'write', conf(['ldap', LDAP]), 'ldap', LDAP)
        assert.deepEqual([ran.exit, ran.stderr], [0, ''])
      })

      test('what the host itself runs from keeps its name, whatever a file says', async () => {
        const it = blade()
        it.write('proc/self/mountinfo', '22 1 254:3 / / rw - ext4 /dev/mapper/root rw\n')
        it.write('sys/block/dm-3/dev', '254:3\n')
        it.write('sys/block/dm-3/dm/uuid', 'LVM-x\n')
        it.write('sys/block/dm-3/slaves/dm-0', '')
        const ran = await it.install('absent', 'write', conf(['ldap', LDAP]), 'ldap', LDAP)
        assert.deepEqual([ran.exit, it.read(FILE), it.read('bin/calls')], [1, undefined, undefined])
        assert.match(ran.stderr, new RegExp(`stands on ${LDAP}, and with the candidate it would be called ldap`))
        assert.equal((await it.install('absent', 'write', conf(['www', WWW]), 'www', WWW)).exit, 0)
      })

      test('several files are one change: an alias goes from one to the other, and its map keeps it', async () => {
        const it = blade()
        const other = '/etc/multipath/conf.d/operator.conf'
        const [theirs, ours] = [`# ours since 2011\n${conf(['ldap', LDAP])}`, conf(['ldap', LDAP])]
        it.write(other, theirs)
        it.write('sys/block/dm-0/dm/name', 'ldap\n')
        const files = [other, sha256(theirs), 'remove', FILE, 'absent', String(ours.length)]
        const ran = await it.change('do', ours, ...files, 'ldap', LDAP)
        assert.deepEqual([ran.exit, ran.stderr], [0, ''])
        assert.deepEqual([it.read(FILE), it.read(other), it.read('bin/calls')], [ours, undefined, 'reconfigure\n'])
        // taken back, what was kept counts: a comment that no candidate would have made anew
        const back = [other, 'absent', '1', FILE, sha256(ours), 'remove']
        assert.equal((await it.change('undo', '\n', ...back)).exit, 0)
        assert.deepEqual([it.read(FILE), it.read(other)], [undefined, theirs])
        assert.equal(it.read('sys/block/dm-0/dm/name'), 'ldap\n')
      })

      test('what somebody has changed after the run is not replaced by what the run has kept', async () => {
        const it = blade()
        const [former, ours, theirs] = ['# former\n', conf(['ldap', LDAP]), `# theirs\n${conf(['ldap', LDAP])}`]
        it.write(FILE, former)
        await it.change('do', ours, FILE, sha256(former), String(ours.length), 'ldap', LDAP)
        it.write(FILE, theirs)
        const without = '# theirs\n'
        const ran = await it.change('undo', without, FILE, sha256(theirs), String(without.length))
        assert.deepEqual([ran.exit, it.read(FILE)], [0, without])
      })

      test('a map that may go is not missed, and any other still is', async () => {
        const of = async (wwid: string) => {
          const it = blade({ loses: FILE })
          const ran = await it.install('absent', 'write', conf(['ldap', LDAP]), '-', wwid, 'ldap', LDAP)
          return [ran.exit, ran.stderr.includes('the former file is back'), it.read('bin/added')]
        }
        assert.deepEqual(await of(WWW), [0, false, `${LDAP}\n`])
        assert.deepEqual(await of(LDAP), [1, true, `${LDAP}\n`])
      })

      test('what its client has to say of the files, before each answer, is no answer', async () => {
        const it = blade({ says: '412.3 | /etc/multipath.conf line 4, duplicate keyword: blacklist\n' })
        const ran = await it.install('absent', 'write', conf(['ldap', LDAP]), 'ldap', LDAP)
        assert.deepEqual([ran.exit, it.read(FILE)], [0, conf(['ldap', LDAP])], ran.stderr)
      })

      test('a daemon that answers `timeout` with exit status 0, or none: no success', async () => {
        const refusing = blade({ refuses: '' })
        const ran = await refusing.install('absent', 'write', conf(['ldap', LDAP]), 'ldap', LDAP)
        assert.match(ran.stderr, /multipathd does not reconfigure: timeout; the former file is back/)
        assert.deepEqual([ran.exit, refusing.read(FILE)], [1, undefined])
        const dead = blade({ dead: '' })
        const none = await dead.install('absent', 'write', conf(['ldap', LDAP]), 'ldap', LDAP)
        assert.deepEqual([none.exit, dead.read(FILE)], [1, undefined])
        assert.match(none.stderr, /multipathd does not run: error -1 receiving packet/)
      })

      const wrong = [
        ['another file', ['/etc/passwd', 'absent', '1']],
        ['a way out', ['/etc/multipath/conf.d/../../passwd.conf', 'absent', '1']],
        ['no hash', [FILE, 'x', '1']],
        ['neither a length nor remove', [FILE, 'absent', 'append']],
        ['half a candidate', [FILE, 'absent', '2', 'ldap', LDAP]],
        ['half a pair', [FILE, 'absent', '1', 'ldap']],
        ['an alias with a blank', [FILE, 'absent', '1', 'l dap', LDAP]],
      ] as const
      test('wrong arguments are refused, and nothing is left in /run', async () => {
        const it = blade()
        for (const [what, args] of wrong) assert.equal((await it.run(...args)).exit, 1, what)
        assert.deepEqual([it.read('bin/calls'), it.read(FILE)], [undefined, undefined])
      })
    })
})
