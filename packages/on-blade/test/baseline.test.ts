/** How a host is set up, as the probe tells it; and a file of the host put in effect, or not. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, test } from 'node:test'
import { acts, probe } from '../index.ts'
import { scratch, shellByTurn, start } from './shells.ts'

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const LVM = '/etc/lvm/lvmlocal.conf'
const UNIT = '/etc/systemd/system/libvirtd.service.d/anyblade.conf'
const MDADM = '/etc/mdadm/mdadm.conf.d/anyblade.conf'

/** Each says of the tree what the real tool would; what it is told is noted. */
const TOOLS = {
  lvmconfig: `root=$ANYBLADE_ROOT; grep -q BROKEN "$root${LVM}" 2>/dev/null && { echo 'Parse error at byte 3'; exit 5; }
echo 'global_filter=["a|.*|"]'; echo use_devicesfile=0`,
  systemctl: `case $1 in daemon-reload) echo reload >>"$ANYBLADE_ROOT/calls" ;; show)
  echo LoadState=$([ "$6" = virtqemud.service ] && echo not-found || echo loaded)
  echo "After=network.target$(sed -n 's/^After=/ /p' "$ANYBLADE_ROOT${UNIT}" 2>/dev/null)" ;; esac`,
  mdadm: `case $2 in --brief) echo "ARRAY $3 metadata=1.2 UUID=aa:bb" ;; --scan) echo 'ARRAY /dev/md0 UUID=aa:bb' ;; esac`,
  multipathd: 'echo "overrides {"; echo "	skip_kpartx yes"; echo "}"',
  virsh: 'exit 1',
  multipath: 'exit 1',
  dmsetup: 'exit 0',
} as const

for (const shell of shellByTurn('dash'))
  describe(`the baseline under ${shell.name}`, { skip: shell.skip }, () => {
    const base = scratch('baseline')

    function host() {
      const root = mkdtempSync(join(base, 'h-'))
      const write = (path: string, text: string) => {
        mkdirSync(dirname(join(root, path)), { recursive: true })
        writeFileSync(join(root, path), text)
      }
      mkdirSync(join(root, 'bin'))
      for (const [name, text] of Object.entries(TOOLS))
        writeFileSync(join(root, 'bin', name), `#!/bin/sh\n${text}\n`, { mode: 0o755 })
      const env = { PATH: `${join(root, 'bin')}:${shell.path}:${process.env.PATH}`, ANYBLADE_ROOT: root }
      const read = (path: string) => (existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : undefined)
      return {
        root,
        write,
        read,
        ask: (...words: string[]) =>
          start(probe.text, [probe.reader, probe.plain, probe.version, '20', ...words], env).ended,
        install: (path: string, before: string, how: string, text = '') =>
          start(acts['install-host-file'], [path, before, how], env, text).ended,
      }
    }

    test('the probe tells files, filter, physical volumes, arrays, units and overrides; only where it is asked', async () => {
      const it = host()
      it.write(LVM, 'local {\n}\n')
      it.write('etc/mdadm/mdadm.conf', 'HOMEHOST <system>\n')
      mkdirSync(join(it.root, 'dev/disk/by-id'), { recursive: true })
      symlinkSync('../../sda2', join(it.root, 'dev/disk/by-id/lvm-pv-uuid-Ab1-c'))
      for (const path of ['md0/md/level', 'md0/slaves/sda1/x', 'md0/slaves/sdb1/x']) it.write(`sys/block/${path}`, '')
      const { stdout } = await it.ask('paths=none', 'baseline')
      const [, body = '', end] = /^\[baseline\n([\s\S]*?)^\]baseline (.*)$/m.exec(stdout) ?? []
      const lines = body.split('\n').flatMap((line) => (line.startsWith('|') ? [line.slice(1).split('\t')] : []))
      const plain = (text = '') => Buffer.from(text, 'base64').toString()
      assert.equal(end, 'ok')
      assert.deepEqual(
        lines
          .map(([kind, ...fields]) => [
            kind,
            ...fields.map((field, i) => (kind === 'pv' || (kind !== 'file' && i === 0) ? field : plain(field).trim())),
          ])
          .map(([kind, ...fields]) =>
            kind === 'lvm' || kind === 'multipathd' ? [kind, plain(fields[0])] : [kind, ...fields],
          ),
        [
          ['file', LVM, 'local {\n}'],
          ['file', '/etc/mdadm/mdadm.conf', 'HOMEHOST <system>'],
          ['lvm', 'global_filter=["a|.*|"]\nuse_devicesfile=0\n'],
          ['pv', 'Ab1-c', 'sda2'],
          ['mdadm', '/etc/mdadm/mdadm.conf.d'],
          ['md', 'sda1,sdb1', 'ARRAY /dev/md0 metadata=1.2 UUID=aa:bb'],
          ['unit', 'libvirtd.service', 'LoadState=loaded\nAfter=network.target'],
          ['unit', 'virtqemud.service', 'LoadState=not-found\nAfter=network.target'],
          ['multipathd', 'overrides {\n\tskip_kpartx yes\n}\n'],
        ],
      )
      assert.ok(!(await it.ask('paths=none')).stdout.includes('[baseline'))
    })

    test('a file is put in effect, found so the second time, and taken back to what stood there', async () => {
      const it = host()
      it.write(LVM, 'local {\n}\n')
      const text = 'local {\n}\ndevices {\n}\n'
      const ran = await it.install(LVM, sha256('local {\n}\n'), 'write', text)
      assert.deepEqual([ran.exit, ran.stderr, it.read(LVM)], [0, '', text])
      assert.match(ran.stdout, /global_filter=/)
      assert.equal((await it.install(LVM, sha256('local {\n}\n'), 'write', text)).exit, 0)
      assert.equal((await it.install(LVM, sha256(text), 'write', 'local {\n}\n')).exit, 0)
      assert.equal(it.read(LVM), 'local {\n}\n')
    })

    test('a unit’s drop-in: systemd reads it anew and says what is in effect; taken away again it is gone', async () => {
      const it = host()
      const text = '[Unit]\nAfter=multipathd.service\n'
      const ran = await it.install(UNIT, 'absent', 'write', text)
      assert.deepEqual([ran.exit, ran.stderr], [0, ''])
      assert.match(ran.stdout, /libvirtd\.service starts after multipathd\.service/)
      assert.equal((await it.install(UNIT, sha256(text), 'remove')).exit, 0)
      assert.deepEqual([it.read(UNIT), it.read('calls')], [undefined, 'reload\nreload\n'])
    })

    test('what its tool does not take does not stay', async () => {
      const it = host()
      it.write(LVM, 'local {\n}\n')
      const broken = await it.install(LVM, sha256('local {\n}\n'), 'write', 'BROKEN {\n')
      assert.match(broken.stderr, /did not take effect: Parse error at byte 3; the former file is back/)
      assert.deepEqual([broken.exit, it.read(LVM)], [1, 'local {\n}\n'])
      const useless = await it.install(UNIT, 'absent', 'write', '[Unit]\n')
      assert.deepEqual([useless.exit, it.read(UNIT)], [1, undefined])
    })

    test('mdadm’s file comes into a directory of its own', async () => {
      const it = host()
      const ran = await it.install(MDADM, 'absent', 'write', 'AUTO -all\n')
      assert.deepEqual([ran.exit, ran.stderr, it.read(MDADM)], [0, '', 'AUTO -all\n'])
    })

    test('a file that changed meanwhile, any other file, and wrong words are refused; nothing is left in /run', async () => {
      const it = host()
      it.write(LVM, '# by hand\n')
      assert.match((await it.install(LVM, 'absent', 'write', 'x')).stderr, /changed meanwhile/)
      for (const [path, before, how] of [
        ['/etc/passwd', 'absent', 'write'],
        ['/etc/systemd/system/sshd.service.d/anyblade.conf', 'absent', 'write'],
        [LVM, 'x', 'write'],
        [LVM, 'absent', 'append'],
      ] as const)
        assert.equal((await it.install(path, before, how, 'x')).exit, 1, path)
      assert.equal(it.read(LVM), '# by hand\n')
      assert.deepEqual(
        readdirSync('/run').filter((name) => name.startsWith('anyblade.')),
        [],
      )
    })
  })
