import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { probe } from '../index.ts'
import { answersOf, type Disk, FixtureBlade, readerOnFixture } from './fixture.ts'
import { libvirtServer, type Mood } from './libvirt-server.ts'
import { scratch, shellByTurn, start } from './shells.ts'

const A = '2000525400000001'
const OURS: Disk = { naa: '600140500000000000000000000000a1', gib: 20 }
const UUID = '6b2e0000-0000-4000-8000-000000000001'
const b64 = (text: string): string => Buffer.from(text).toString('base64')

describe('probe', { concurrency: 3 }, () => {
  for (const shell of shellByTurn('dash'))
    describe(`under ${shell.name}`, { skip: shell.skip, concurrency: 3 }, () => {
      const base = scratch('probe')

      /** A blade with two ports, and what the probe says of it: the payload of each section, and how it ended. */
      function blade(first = '') {
        const it = new FixtureBlade(mkdtempSync(join(base, 'b-')))
        it.port({ host: 2, target: 1, wwpn: A })
        const bin = join(it.root, 'bin')
        mkdirSync(bin)
        const tool = (name: string, script: string) =>
          writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
        tool('multipath', `echo 'some warning'; echo 'multipath-tools v0.9.4 (12/19, 2022)' >&2; exit 1`)
        tool(
          'dmsetup',
          `case $1 in info) printf '253\\t0\\t2\\n' ;; status) echo 'vm1: 0 10 multipath 2 0 0 0 1 1 A 0 2 2 8:0 A 0 0 1 8:16 F 3 0 1' ;; esac`,
        )
        const env = { PATH: `${first}${bin}:${shell.path}:${process.env.PATH}`, ANYBLADE_ROOT: it.root }
        const ask = async (...words: string[]) =>
          sections((await start(probe.text, [readerOnFixture, probe.plain, 'v1', '20', ...words], env).ended).stdout)
        return { it, ask, tool }
      }

      test('what it says of the blade itself', async () => {
        const { it, ask } = blade()
        it.write('sys/class/net/br0/bridge/bridge_id', '8000')
        it.write('sys/class/net/eth0/address', '')
        it.write(
          'proc/meminfo',
          'MemTotal:        4028440 kB\nMemFree:          120 kB\nMemAvailable:    3501200 kB\nX: 1\nHugepagesize: 2048 kB\n',
        )
        it.write('sys/kernel/mm/hugepages/hugepages-1048576kB/free_hugepages', '3\n')
        it.write('sys/kernel/mm/hugepages/hugepages-64kB/free_hugepages', '0\n')
        it.write('proc/sys/vm/unprivileged_userfaultfd', '0\n')
        it.write('sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages', '80\n')
        it.write('dev/mapper/ldap', 'a file where a disk should be')
        it.link('dev/mapper/lost', '../dm-77')
        for (const [pid, name] of [
          ['1', 'systemd'],
          ['4711', 'qemu-system-x86'],
          ['4712', 'kvm-nx-lpage-re'],
          ['4713', 'qemu-kvm'],
        ] as const)
          it.write(`proc/${pid}/comm`, `${name}\n`)
        it.write('proc/4714/stat', 'gone while it was looked at')
        const { of, text } = await ask(
          'emulators',
          'file=/etc/machine-id',
          'file=/nothing',
          'file=/etc',
          'file=/proc/mounts',
          'paths=none',
        )
        assert.match(text, /^anyblade-probe 1 v1\n[\s\S]*\nanyblade-end\n$/)
        assert.deepEqual(of('host').slice(0, 4), [
          'hostname\tblade1',
          'machine-id\t3d1219c7c4c5404aaa1f6d2a48adfda4',
          'boot-id\t8408fa54-8fc1-48af-9983-941a550072a4',
          'kernel\t6.1.0-56-amd64',
        ])
        assert.match(of('host')[5] ?? '', /^processors\t\d+$/)
        assert.deepEqual(of('host').slice(6), [
          'MemTotal\t4028440',
          'MemAvailable\t3501200',
          'huge\t1048576\t3',
          'huge\t2048\t80',
          'huge-usual\t2048',
          'userfaults\t0',
        ])
        assert.equal(of('tools')[0], 'multipath\tmultipath-tools v0.9.4 (12/19, 2022)')
        assert.deepEqual(of('emulators'), ['4711\tqemu-system-x86', '4713\tqemu-kvm'])
        assert.deepEqual([of('bridges'), of('links')], [['br0'], ['br0', 'eth0']])
        assert.deepEqual(of('impostors'), [b64('ldap'), b64('lost')])
        assert.deepEqual(of('files'), ['0'])
        assert.deepEqual(of('dm-open'), ['253\t0\t2'])
        assert.match(of('dm-status').join(), / 8:0 A 0 0 1 8:16 F 3 /)
      })

      test('ports, devices behind FC hosts, maps with members and holders; each asked device answers itself', async () => {
        const { it, ask } = blade()
        it.device('0:0:0:0', OURS) // local: no FC host
        const sd = it.device('2:0:1:5', OURS)
        it.write('sys/bus/scsi/devices/2:0:1:5/wwid', `naa.${OURS.naa}`)
        it.device('2:0:1:6', { ...OURS, mood: 'gone' })
        it.device('2:0:1:7', { ...OURS, mood: 'no-lun' })
        it.map('dm-0', 'vm1', `mpath-3${OURS.naa}`, [sd])
        it.map('dm-1', 'vg-root', 'LVM-x', [])
        it.write('sys/block/dm-0/holders/dm-1', '')
        const mounts = ['25 1 253:0 / /srv rw - xfs /dev/x rw', '26 1 8:1 / / rw shared:1 - ext4 /dev/sda1 rw']
        it.write('proc/self/mountinfo', mounts.join('\n'))
        it.write('proc/swaps', 'Filename Type Size Used Priority\n/dev/dm-0 partition 100 0 -2')
        const { of } = await ask('paths=all')
        const san = of('san').map((line) => line.split('\t'))
        const kinds = (kind: string) => san.filter(([first]) => first === kind).map((fields) => fields.slice(1))
        assert.deepEqual(kinds('fc-host'), [['2', '0x2000000000000002', 'Online', '0x0']])
        assert.deepEqual(kinds('rport'), [['2', '0', '1', `0x${A}`, 'Online']])
        assert.deepEqual(
          kinds('device').map(([hctl, disk, sg, state, , known]) => [hctl, disk, sg, state, known].join(' ')),
          [`2:0:1:5 sdb sg1 running naa.${OURS.naa}`, '2:0:1:6 sdc sg2 running ', '2:0:1:7 sdd sg3 running '],
        )
        assert.deepEqual(kinds('map')[0], [
          'dm-0',
          'vm1',
          `mpath-3${OURS.naa}`,
          '41943040',
          '253:0',
          'sdb=8:0',
          b64('vg-root'),
          [b64('mounted at /srv'), b64('swap')].join(','),
        ])
        const { standard, '00': page00, '80': page80, '83': page83, capacity } = answersOf(OURS)
        const answers = new Map(kinds('inquiry').map(([hctl, ...rest]) => [hctl, rest]))
        assert.deepEqual(answers.get('2:0:1:5'), ['ok', standard, page00, page80, page83, capacity, ''])
        assert.deepEqual(answers.get('2:0:1:6'), ['gone', 'sense 5/25/00'])
        assert.deepEqual(answers.get('2:0:1:7'), ['gone', 'no LUN answers there any more'])
      })

      test('only what is asked for is asked: by LUN, by map', async () => {
        const { it, ask } = blade()
        const disks = [5, 6, 7].map((lun) => it.device(`2:0:1:${lun}`, OURS))
        it.map('dm-0', 'vm1', 'mpath-x', [disks[2] ?? ''])
        const asked = async (...words: string[]) =>
          (await ask(...words))
            .of('san')
            .filter((line) => line.startsWith('inquiry'))
            .map((line) => line.split('\t')[1])
        assert.deepEqual(await asked('paths=none'), [])
        assert.deepEqual(await asked('paths=some', 'lun=5'), ['2:0:1:5'])
        assert.deepEqual((await asked('paths=some', 'lun=6', 'lun=9', 'map=vm1', 'map=nobody')).sort(), [
          '2:0:1:6',
          '2:0:1:7',
        ])
      })

      test('a disk that hangs is silent after 5 s and delays no other', async () => {
        const { it, ask } = blade()
        for (let lun = 1; lun <= 60; lun += 1)
          it.device(`2:0:1:${lun}`, { ...OURS, ...(lun <= 40 && { mood: 'hang' }) })
        const began = performance.now()
        const { of, ends } = await ask('paths=all')
        assert.ok(performance.now() - began < 60_000)
        assert.equal(of('san').filter((line) => line.startsWith('inquiry')).length, 20)
        assert.match(ends.get('san') ?? '', /^timed-out/)
      })

      const files = [
        ['dev/mapper names and files can hold anything', 'multipath {\n]config ok\nanyblade-end\n'],
        ['no line feed at its end', 'defaults {}'],
        ['bytes', '\0\xff\x1b[31m'],
      ] as const
      for (const [what, content] of files)
        test(`no payload forges a frame: ${what}`, async () => {
          const { it, ask } = blade()
          mkdirSync(join(it.root, 'etc/multipath/conf.d'), { recursive: true })
          writeFileSync(join(it.root, 'etc/multipath.conf'), content)
          writeFileSync(join(it.root, 'etc/multipath/conf.d/]config ok\nanyblade-end'), 'x')
          writeFileSync(join(it.root, 'dev/mapper/]impostors ok\n[config'), '')
          it.write('sys/class/net/]bridges ok/bridge/id', '')
          it.write('etc/machine-id', 'abc\n]host ok\n[host')
          const { of, text } = await ask('config', 'paths=none')
          assert.deepEqual(of('config'), [
            `main\t${b64('multipath.conf')}\t${b64(content)}`,
            `drop-in\t${b64(']config ok\nanyblade-end')}\t${b64('x')}`,
          ])
          assert.deepEqual(text.match(/^\[.*$/gm), [
            '[host',
            '[tools',
            '[impostors',
            '[bridges',
            '[links',
            '[files',
            '[config',
            '[dm-open',
            '[dm-status',
            '[libvirt',
            '[san',
          ])
        })

      test('a tool that hangs is cut off, its section says so', async () => {
        const { ask, tool } = blade()
        tool('dmsetup', 'exec sleep 60')
        tool('multipath', 'exec sleep 60')
        const { ends, of } = await ask('paths=none')
        assert.deepEqual(
          [ends.get('dm-open'), ends.get('dm-status'), of('tools').length],
          ['timed-out', 'timed-out', 1],
        )
      })

      test('domains over libvirt’s own protocol; one that is gone meanwhile is left out', async (t) => {
        for (const mood of ['well', 'polkit'] as const) {
          const { it, ask } = blade()
          mkdirSync(join(it.root, 'run/libvirt'), { recursive: true })
          const gone = { name: 'gone', uuid: UUID.replace('6b', '7c'), state: -1, xml: '' }
          const server = await libvirtServer(
            `${it.root}/run/libvirt/libvirt-sock`,
            [{ name: 'ldäp', uuid: UUID, state: 1, xml: '<domain>ü</domain>' }, gone],
            mood,
          )
          t.after(() => server.close())
          const { of } = await ask('paths=none', 'domains', 'capabilities')
          assert.deepEqual(of('domains'), [`domain\t${UUID}\t${b64('ldäp')}\t1\t1\t0\t${b64('<domain>ü</domain>')}\t1`])
          assert.deepEqual(of('capabilities'), [`capabilities\t${b64('<domainCapabilities/>')}`])
          assert.deepEqual(of('libvirt'), ['version\t9.0.0'])
        }
      })

      const moods: readonly (readonly [Mood | 'absent', RegExp])[] = [
        ['absent', /^refused no libvirt socket/],
        ['silent', /^(refused timed out|timed-out)/],
        ['garbage', /^refused a message of 1213486160 bytes/],
        ['refusing', /^refused access denied/],
      ]
      for (const [mood, end] of moods)
        test(`a libvirt that is ${mood} is a section that says so`, async (t) => {
          const { it, ask } = blade()
          mkdirSync(join(it.root, 'run/libvirt'), { recursive: true })
          if (mood !== 'absent') {
            const server = await libvirtServer(`${it.root}/run/libvirt/libvirt-sock`, [], mood)
            t.after(() => server.close())
          }
          const { ends, of } = await ask('paths=none', 'domains')
          assert.match(ends.get('domains') ?? '', end)
          assert.deepEqual(of('san').at(-1), 'sysfs\tread')
        })

      test('without python3 the same sections come from sh, sg_inq and virsh', async () => {
        const hidden = mkdtempSync(join(base, 'nopy-'))
        for (const name of ['sed', 'grep', 'tr', 'od', 'id', 'timeout', 'base64', 'cat', 'head', 'sleep'])
          symlinkSync(`/usr/bin/${name}`, join(hidden, name))
        const { it, ask, tool } = blade()
        const sd = it.device('2:0:1:5', OURS)
        it.device('2:0:1:6', OURS)
        it.map('dm-0', 'vm1', 'mpath-x', [sd])
        it.write('sys/block/dm-0/holders/dm-1', '')
        const { standard, '00': page00, '83': page83, capacity } = answersOf(OURS)
        const octal = (hex = '') =>
          hex.replace(/../g, (byte) => `\\\\${Number.parseInt(byte, 16).toString(8).padStart(3, '0')}`)
        tool(
          'sg_inq',
          `case "$*" in *0x00*) h='${octal(page00)}' ;; *0x80*) exit 5 ;; *0x83*) h='${octal(page83)}' ;; *) h='${octal(standard)}' ;; esac; printf "$h"`.replaceAll(
            '\\\\',
            '\\',
          ),
        )
        tool('sg_readcap', `printf '${octal(capacity)}'`.replaceAll('\\\\', '\\'))
        tool(
          'virsh',
          `case "$*" in *--persistent*|*'list --all --uuid') echo ${UUID} ;; *domname*) echo ldap ;; *'domstate --reason'*) echo 'paused (I/O error)' ;; *dumpxml*) echo '<domain/>' ;; *domcap*) echo '<c/>' ;; *version*) echo 'Running against daemon: 9.0.0' ;; esac`,
        )
        const env = { PATH: `${it.root}/bin:${shell.path}:${hidden}`, ANYBLADE_ROOT: it.root }
        const ran = await start(
          probe.text,
          ['', probe.plain, 'v1', '20', 'paths=some', 'lun=5', 'reservation=vm1', 'domains', 'capabilities'],
          env,
        ).ended
        assert.equal(ran.stderr, '')
        const { of, ends } = sections(ran.stdout)
        assert.equal(ends.get('multipathd'), 'refused without python3 reservations are not read')
        const withPython = (await ask('paths=some', 'lun=5')).of('san')
        const same = (lines: string[]) => lines.filter((line) => !line.startsWith('inquiry'))
        assert.deepEqual(same(of('san')), same(withPython))
        assert.equal(
          of('san').find((line) => line.startsWith('inquiry')),
          `inquiry\t2:0:1:5\tok\t${standard}\t${page00}\t\t${page83}\t${capacity}\t`,
        )
        assert.deepEqual(of('domains'), [
          `domain\t${UUID}\t${b64('ldap')}\tpaused\t1\t0\t${b64('<domain/>\n')}\tI/O error`,
        ])
        assert.deepEqual([of('libvirt'), of('capabilities')], [['version\t9.0.0'], [`capabilities\t${b64('<c/>\n')}`]])
      })
    })
})

/** The payload of a section as lines, and how each section ended. */
function sections(text: string) {
  const bodies = new Map(
    Array.from(text.matchAll(/^\[(.*)\n([\s\S]*?)^\]\1 /gm), ([, name = '', body = '']) => [name, body]),
  )
  const ends = new Map(Array.from(text.matchAll(/^\](\S+) (.*)$/gm), ([, name = '', end = '']) => [name, end]))
  const of = (name: string): string[] =>
    (bodies.get(name) ?? '')
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .map((line) => line.slice(1))
  return { text, of, ends }
}
