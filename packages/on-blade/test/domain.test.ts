import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { acts } from '../index.ts'
import { scratch, shellByTurn, start } from './shells.ts'
import { TRANSFER } from './transfer.ts'

const UUID = '6b2e0000-0000-4000-8000-000000000001'
const OTHER = '6b2e0000-0000-4000-8000-000000000002'
const XML = `<domain type='kvm'>\n <name>ldap</name>\n <uuid>${UUID}</uuid>\n</domain>\n`
const URI = 'qemu+ssh://blade2/system'
const moved = (uri: string, migrateUri: string, peer: string): readonly string[] => [
  ...[UUID, 'ldap', uri, migrateUri, peer, '/run/anyblade/hand-over-r', '5', JSON.stringify(TRANSFER)],
]

/**
 * A virsh that keeps one domain in files beside it: `state`, `uuid`; each call is a line of `calls`. The real
 * one was run by hand and runs in the lab.
 */
const VIRSH = `#!/bin/sh
cd "$(dirname "$0")" || exit
[ "$1" = -q ] && shift
uri=$2 verb=$3
shift 3
echo "$uri $verb $*" >>calls
gone() { echo "error: failed to get domain '$1'" >&2; exit 1; }
[ -f silent ] && { echo 'error: Failed to connect socket' >&2; exit 1; }
for domain; do :; done
case $verb in define) cat >defined; echo 'shut off' >state; grep -o '[0-9a-f]*-[0-9a-f-]*' defined >uuid; exit ;; esac
[ -f state ] || gone "$domain"
case $verb in
  domstate) cat state; echo ;;
  domuuid) [ "$domain" = ldap ] && cat uuid || gone "$domain" ;;
  domname) [ "$domain" = "$(cat uuid)" ] && echo ldap || gone "$domain" ;;
  dominfo) printf 'Name: ldap\\nUUID:           %s\\nState:          %s\\nPersistent:     yes\\nAutostart:      %s\\n' \\
    "$(cat uuid)" "$(cat state)" "$(cat autostart 2>/dev/null || echo disable)" ;;
  autostart) case $1 in --disable) echo disable ;; *) echo enable ;; esac >autostart ;;
  start) echo running >state ;;
  resume) cat again >state 2>/dev/null || echo 'running (unpaused)' >state ;;
  suspend) echo 'paused (user)' >state ;;
  domblkerror) echo 'vda: unspecified error' ;;
  shutdown) [ -f deaf ] || echo 'shut off' >state ;;
  destroy) echo 'shut off' >state ;;
  undefine) rm -f state ;;
  domblklist) case $1 in --inactive) cat defined-drive ;; *) cat drive ;; esac ;;
  change-media)
    case $* in *--insert*) to=" sda   $3" ;; *) to=' sda   -' ;; esac
    case $* in
      *--live*)
        tries=$(cat locked 2>/dev/null || echo 0)
        [ "$tries" = 0 ] || { echo $((tries - 1)) >locked; echo 'error: the device is locked and force was not specified' >&2; exit 1; }
        echo "$to" >drive ;;
      *) echo "$to" >defined-drive ;;
    esac ;;
esac
`

describe('acts on a domain', { concurrency: 3 }, () => {
  for (const shell of shellByTurn('bash'))
    describe(`under ${shell.name}`, { skip: shell.skip, concurrency: 3 }, () => {
      const base = scratch('domain')

      function blade(files: Readonly<Record<string, string>> = {}) {
        const dir = mkdtempSync(join(base, 'virsh-'))
        writeFileSync(join(dir, 'virsh'), VIRSH, { mode: 0o755 })
        for (const [name, text] of Object.entries({ uuid: UUID, ...files })) writeFileSync(join(dir, name), `${text}\n`)
        const env = { PATH: `${dir}:${shell.path}:${process.env.PATH}` }
        return {
          run: (act: keyof typeof acts, args: readonly string[] = [UUID, 'ldap'], stdin = '') =>
            start(acts[act], args, env, stdin).ended,
          put: (name: string, text: string) => writeFileSync(join(dir, name), text, { mode: 0o755 }),
          file: (name: string) =>
            existsSync(join(dir, name)) ? readFileSync(join(dir, name), 'utf8').trim() : undefined,
          calls: (verb: string) =>
            (readFileSync(join(dir, 'calls'), 'utf8').match(new RegExp(` ${verb} .*`, 'g')) ?? []).length,
        }
      }

      const [ISO, HELD] = ['/srv/an iso.iso', ' vda   /dev/mapper/ldap\n sda   /srv/an iso.iso']
      const ofDrive = [UUID, 'ldap', 'sda', ISO]
      test('a medium comes out of what runs and of what is defined, and into both again; twice is as good as once', async () => {
        const it = blade({ state: 'running', drive: HELD, 'defined-drive': HELD })
        for (const _ of [1, 2]) {
          assert.deepEqual((await it.run('eject-medium', ofDrive)).stderr, '')
          assert.deepEqual([it.file('drive'), it.file('defined-drive')], ['sda   -', 'sda   -'])
        }
        for (const _ of [1, 2]) {
          assert.equal((await it.run('insert-medium', ofDrive)).exit, 0)
          assert.deepEqual([it.file('drive'), it.file('defined-drive')], [`sda   ${ISO}`, `sda   ${ISO}`])
        }
        assert.equal(it.calls('change-media'), 4)
      })

      test('a guest that opens its tray when it is asked is waited for; one that does not keeps the medium, and is never forced', async () => {
        const opens = blade({ state: 'running', drive: HELD, 'defined-drive': HELD, locked: '2' })
        assert.equal((await opens.run('eject-medium', ofDrive)).exit, 0)
        const keeps = blade({ state: 'running', drive: HELD, 'defined-drive': HELD, locked: '99' })
        const { exit, stderr } = await keeps.run('eject-medium', ofDrive)
        assert.equal(exit, 1)
        assert.match(stderr, /does not give \/srv\/an iso\.iso: the device is locked.*eject it in the guest/)
        assert.equal(keeps.file('defined-drive'), HELD.trim())
        assert.doesNotMatch(keeps.file('calls') ?? '', /force/)
      })

      test('another medium is nobody’s to take or to replace; put back where the guest has ended, it lies in its definition', async () => {
        const other = ' sda   /srv/other.iso'
        for (const act of ['eject-medium', 'insert-medium'] as const) {
          const it = blade({ state: 'running', drive: other, 'defined-drive': other })
          const { exit, stderr } = await it.run(act, ofDrive)
          assert.deepEqual([exit, it.file('drive')], [1, other.trim()])
          assert.match(stderr, /holds \/srv\/other\.iso by now/)
        }
        const off = blade({ state: 'shut off', 'defined-drive': ' sda   -' })
        assert.equal((await off.run('insert-medium', ofDrive)).exit, 0)
        assert.equal(off.file('defined-drive'), `sda   ${ISO}`)
      })

      test('autostart is turned off, and on again by what takes that back; who does not obey is told of', async () => {
        const it = blade({ state: 'shut off', autostart: 'enable' })
        const off = await it.run('disable-autostart')
        assert.deepEqual([off.exit, off.stderr, it.file('autostart')], [0, '', 'disable'])
        assert.equal((await it.run('enable-autostart')).exit, 0)
        assert.equal(it.file('autostart'), 'enable')
        assert.equal((await blade({ silent: '' }).run('disable-autostart')).exit, 1)
      })

      test('defining gives libvirt the XML as it is, twice is as good as once', async () => {
        const it = blade()
        for (const time of [1, 2]) {
          const ran = await it.run('define-domain', undefined, XML)
          assert.deepEqual(
            ran,
            { exit: 0, stderr: '', stdout: `ldap ${UUID} is defined, autostart off, shut off\n` },
            String(time),
          )
        }
        assert.equal(it.file('defined'), XML.trim())
        assert.equal(it.calls('autostart'), 0, 'it was off')
      })

      test('what starts by itself no longer does so once it was defined here', async () => {
        const it = blade({ state: 'shut off', autostart: 'enable' })
        assert.equal((await it.run('define-domain', undefined, XML)).exit, 0)
        assert.equal(it.file('autostart'), 'disable')
      })

      test('a domain of that name with another uuid is somebody else’s, and stays', async () => {
        const it = blade({ state: 'shut off', uuid: OTHER })
        const ran = await it.run('define-domain', undefined, XML)
        assert.deepEqual([ran.exit, ran.stderr], [1, `a domain ldap is defined here already, with the uuid ${OTHER}\n`])
        assert.equal(it.calls('define'), 0)
      })

      test('XML of another domain than was asked is never given to libvirt', async () => {
        const it = blade()
        const ran = await it.run('define-domain', undefined, XML.replace('ldap', 'other'))
        assert.deepEqual([ran.exit, ran.stderr], [1, 'the XML has no <name>ldap</name>\n'])
        assert.equal(it.file('calls'), undefined)
      })

      for (const [what, looks, exit, state] of [
        ['right before it and after it', 'exit 0', 0, 'running'],
        ['not before it', 'exit 1', 1, 'shut off'],
        ['not any more right after it', '[ "$(cat "${0%/*}/state")" != running ]', 1, 'shut off'],
      ] as const)
        test(`a VM whose disk is the right LUN ${what}: ${state}`, async () => {
          const it = blade({ state: 'shut off' })
          it.put('python3', `#!/bin/sh\ncase $5 in prove-disks) ${looks} ;; esac\n`)
          const ran = await it.run('start-domain', [UUID, 'ldap', 'ldap=3600'])
          assert.deepEqual([ran.exit, it.file('state')], [exit, state], ran.stderr)
          assert.equal(it.calls('start') > 0, what !== 'not before it')
        })

      for (const [state, by, exit, says] of [
        ['paused (I/O error)', 'io-error', 0, /is running/],
        ['paused (user)', 'io-error', 1, /is paused \(user\): an operator holds it so/],
        ['paused (user)', 'either', 0, /is running/],
        ['paused (migration)', 'either', 1, /is paused \(migration\): it is not set going over that/],
        ['running (booted)', 'io-error', 0, /is running/],
        ['shut off (destroyed)', 'either', 1, /is shut off \(destroyed\): it is not set going over that/],
        [undefined, 'either', 1, /is not here/],
      ] as const)
        test(`resume-domain where it is ${state ?? 'absent'}, for one stopped by ${by}`, async () => {
          const it = blade(state === undefined ? {} : { state })
          const ran = await it.run('resume-domain', [UUID, 'ldap', by])
          assert.equal(ran.exit, exit, ran.stderr)
          assert.match(exit === 0 ? ran.stdout : ran.stderr, says)
          assert.equal(it.calls('resume') > 0, exit === 0 && state?.startsWith('paused') === true)
        })

      for (const [what, looks, exit, state] of [
        ['right before it and after it', 'exit 0', 0, 'running (unpaused)'],
        ['not before it', 'exit 1', 1, 'paused (I/O error)'],
        ['not any more right after it', 'grep -q ^paused "${0%/*}/state"', 1, 'paused (user)'],
      ] as const)
        test(`a VM that goes on, whose disk is the right LUN ${what}: ${state}`, async () => {
          const it = blade({ state: 'paused (I/O error)' })
          it.put('python3', `#!/bin/sh\ncase $5 in prove-disks) ${looks} ;; esac\n`)
          const ran = await it.run('resume-domain', [UUID, 'ldap', 'io-error', 'ldap=3600'])
          assert.deepEqual([ran.exit, it.file('state')], [exit, state], ran.stderr)
          assert.equal(it.calls('resume') > 0, what !== 'not before it')
        })

      test('a VM that stops again at its first write is told with its disk, and left as it is', async () => {
        const it = blade({ state: 'paused (I/O error)', again: 'paused (I/O error)' })
        const ran = await it.run('resume-domain', [UUID, 'ldap', 'io-error'])
        assert.deepEqual(
          [ran.exit, ran.stderr],
          [1, 'ldap is paused (I/O error) again, by its disk vda: unspecified error\n'],
        )
      })

      const states: readonly (readonly [keyof typeof acts, string | undefined, number, RegExp])[] = [
        ['start-domain', 'shut off', 0, /is running/],
        ['start-domain', 'running', 0, /is running/],
        ['start-domain', 'paused', 1, /is paused: somebody holds it so/],
        ['start-domain', undefined, 1, /is not defined here/],
        ['undefine-domain', 'shut off', 0, /is not defined here/],
        ['undefine-domain', undefined, 0, /is not defined here/],
        ['undefine-domain', 'running', 1, /is running: stop it first/],
      ]
      for (const [act, state, exit, says] of states)
        test(`${act} where it is ${state ?? 'absent'}`, async () => {
          const ran = await blade(state === undefined ? {} : { state }).run(act)
          assert.equal(ran.exit, exit)
          assert.match(exit === 0 ? ran.stdout : ran.stderr, says)
        })

      test('a libvirt that gives no answer is never taken for an absent domain', async () => {
        for (const act of ['start-domain', 'undefine-domain'] as const) {
          const ran = await blade({ silent: '' }).run(act)
          assert.deepEqual(
            [ran.exit, ran.stderr],
            [1, 'libvirt gives no answer about ldap: Failed to connect socket\n'],
          )
        }
      })

      test('a guest that does not hear the shutdown stays, and is never cut off', async () => {
        const deaf = blade({ state: 'running', deaf: '' })
        const ran = await deaf.run('stop-domain', [UUID, 'ldap', 'shutdown', '2'])
        assert.match(ran.stderr, /still running after 2 s: its guest does not answer the shutdown/)
        assert.deepEqual([ran.exit, deaf.calls('destroy')], [1, 0])
        assert.equal((await deaf.run('stop-domain', [UUID, 'ldap', 'destroy', '2'])).exit, 0)
        const hears = blade({ state: 'running' })
        assert.equal(
          (await hears.run('stop-domain', [UUID, 'ldap', 'shutdown', '5'])).stdout,
          `ldap ${UUID} is shut off\n`,
        )
      })

      const wrong: readonly (readonly [keyof typeof acts, readonly string[]])[] = [
        ['define-domain', ['not-a-uuid', 'ldap']],
        ['start-domain', [UUID, 'ldap', 'no-wwid']],
        ['start-domain', [UUID, 'ldap', '=x']],
        ['start-domain', [UUID, '--all']],
        ['start-domain', [UUID, 'a b']],
        ['start-domain', [UUID.toUpperCase(), 'ldap']],
        ['stop-domain', [UUID, 'ldap', 'kill', '5']],
        ['stop-domain', [UUID, 'ldap', 'destroy', 'soon']],
        ['await-landing', [UUID, 'ldap', '/etc', '5', 'running']],
        ['eject-medium', [UUID, 'ldap', '--live', '/srv/a.iso']],
        ['insert-medium', [UUID, 'ldap', 'sda', '--eject']],
      ]
      test('wrong arguments are refused before libvirt is asked', async () => {
        for (const [act, args] of wrong) {
          const it = blade({ state: 'running' })
          assert.equal((await it.run(act, args, XML)).exit, 1, `${act} ${args.join(' ')}`)
          assert.equal(it.file('calls'), undefined)
        }
      })

      const wrongWays: readonly (readonly [RegExp, readonly string[]])[] = [
        [/not a libvirt URI/, moved('test:///default', '-', 'b2')],
        [/not a libvirt URI/, moved(`${URI};id`, '-', 'b2')],
        [/not a libvirt URI/, moved(URI, '-', '-oProxyCommand=x')],
        [/not where memory can go/, moved(URI, 'unix:/run/x', 'b2')],
        [/not where memory can go/, moved(URI, 'tcp://b2/x', 'b2')],
      ]
      test('a move to what is no destination is refused before libvirt is asked', async () => {
        for (const [because, args] of wrongWays) {
          const { exit, stderr } = await blade({ state: 'running' }).run('migrate-domain', args)
          assert.equal(exit, 1)
          assert.match(stderr, because, args.join(' '))
        }
      })
    })
})
