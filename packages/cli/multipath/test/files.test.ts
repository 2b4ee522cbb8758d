import assert from 'node:assert/strict'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { anyblade } from './anyblade.ts'

const wwid = '3600a098038303045762b4f4a6a5a3734'
/** As old guides have it: devices without its last brace, one blacklist on one line, one as a comment, getuid_callout. */
const guide = `# from a guide
defaults {
	user_friendly_names no
	getuid_callout "/sbin/scsi_id -g -u -s /block/%n"
}
#blacklist {
#	devnode "*"
#}
blacklist { devnode "^sda$" }
devices {
	device {
		vendor  "^IBM$"
		product "^1726"
		path_grouping_policy group_by_prio
		getuid_callout "/sbin/scsi_id -g -u -s /block/%n"
	}

multipaths {
	multipath {
		wwid ${wwid}
		alias vm1
	}
}
`
const sound = `defaults {\n\trecheck_wwid yes\n\tskip_kpartx yes\n}\nmultipaths {\n\tmultipath {\n\t\twwid ${wwid}\n\t\talias vm1\n\t}\n}\n`

function directoryWith(files: Readonly<Record<string, string>>): string {
  const directory = mkdtempSync(join(tmpdir(), 'anyblade-'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text, 'latin1')
  return directory
}

const json = async (words: readonly string[], options: Parameters<typeof anyblade>[1]) => {
  const { exit, stdout } = await anyblade([...words, '--output', 'json'], options)
  return { exit, document: JSON.parse(stdout) }
}

test('check names place, consequence and cure of what the guide got wrong', async () => {
  const cwd = directoryWith({ 'multipath.conf': guide })
  const { exit, document } = await json(['check', 'multipath.conf', '--as', '0.9.4'], { cwd })
  assert.equal(exit, 2)
  const found = new Map<string, { line: number; column: number; consequence: string; fix: string }>()
  for (const finding of document.findings) if (!found.has(finding.rule)) found.set(finding.rule, finding)
  assert.deepEqual([found.get('MP008')?.line, found.get('MP008')?.column], [9, 1])
  assert.match(found.get('MP008')?.consequence ?? '', /multipaths is not read: no alias vm1$/)
  assert.deepEqual([found.get('MP007')?.line, found.get('MP007')?.column], [10, 1])
  assert.match(
    found.get('MP007')?.consequence ?? '',
    /^devices is still open in line 18: multipaths is not read: no alias vm1$/,
  )
  assert.match(found.get('MP007')?.fix ?? '', /put a } before line 17/)
  assert.deepEqual([found.get('MP037')?.line, found.get('MP037')?.column], [4, 17])
})

for (const release of ['0.4.9', '0.9.4'])
  test(`check --fix gives a file that works on ${release}`, async () => {
    const cwd = directoryWith({ 'multipath.conf': guide })
    assert.equal((await anyblade(['check', '--fix', 'multipath.conf', '--as', release], { cwd })).exit, 0)
    const { document } = await json(['explain', 'multipath.conf', '--as', release], { cwd })
    assert.deepEqual([document.loads, document.messages], [true, []])
    const of = (section: string) =>
      document.effective.filter((effect: { section: string }) => effect.section === section)
    assert.deepEqual(
      of('multipaths/multipath').map((effect: { values: unknown }) => effect.values),
      [{ wwid: [wwid], alias: ['vm1'] }],
    )
    assert.deepEqual(
      of('blacklist').map((effect: { values: unknown }) => effect.values),
      [{ devnode: ['^sda$'] }],
    )
    assert.equal(readFileSync(join(cwd, 'multipath.conf'), 'utf8').includes('getuid_callout'), release === '0.4.9')
  })

for (const release of ['0.4.9', '0.9.4'])
  test(`check --fix of a guide that keeps everything out: ${release} lets in what has an alias, and nothing else`, async () => {
    const cwd = directoryWith({ guide: guide.replace('"^sda$"', '"*"') })
    assert.equal((await anyblade(['check', '--fix', 'guide', '--as', release], { cwd })).exit, 0)
    const keptOut = async (lun: string) => {
      const { blacklisted } = (await json(['explain', 'guide', '--as', release, '--wwid', lun], { cwd })).document
      return !blacklisted.some(({ exception }: { exception: boolean }) => exception) && blacklisted.length > 0
    }
    assert.deepEqual(
      [await keptOut(wwid), await keptOut('3500000e116a1b2c0'), await keptOut(`${wwid}0`)],
      [false, true, true],
    )
  })

test('check ends with 0 for a sound file, and with 2 for one that is refused', async () => {
  const cwd = directoryWith({ sound, bad: 'blacklist {\n\tdevnode "*"\n}\n' })
  assert.equal((await anyblade(['check', 'sound', '--as', '0.9.4'], { cwd })).exit, 0)
  const { exit, document } = await json(['check', 'sound', 'bad', '--as', '0.9.4'], { cwd })
  assert.equal(exit, 2)
  assert.deepEqual(
    document.files.map((file: { loads: boolean }) => file.loads),
    [true, false],
  )
})

test('check --fix of standard input writes the cured text to standard output', async () => {
  const { exit, stdout } = await anyblade(['check', '--fix', '-', '--as', '0.9.4'], {
    input: 'blacklist {\n\tdevnode "*"\n}\n',
  })
  assert.match(stdout, /devnode "\.\*"/)
  assert.equal(exit, 2, 'that now keeps out every LUN')
})

test('check --across: one alias for two LUNs is an error, and each blade is named with line and column', async () => {
  const other = sound.replace(wwid, `${wwid}0`).replace('recheck_wwid yes', 'recheck_wwid yes\n\tno_path_retry 9')
  const cwd = directoryWith({ b1: sound, b2: other, b3: `# the same\n${sound}` })
  const { exit, document } = await json(['check', '--across', 'b1', 'b2', '--as', '0.9.4'], { cwd })
  assert.equal(exit, 2)
  const kinds = document.across.map(({ kind, about }: { kind: string; about: string }) => `${kind} ${about}`)
  assert.deepEqual(kinds, [
    'alias-of-two vm1',
    `alias-missing ${wwid}`,
    `alias-missing ${wwid}0`,
    'value-differs defaults no_path_retry',
  ])
  assert.deepEqual(document.across[0].values, [
    { file: 'b1', value: wwid, place: { file: 'b1', line: 8, column: 3 } },
    { file: 'b2', value: `${wwid}0`, place: { file: 'b2', line: 9, column: 3 } },
  ])
  const same = await anyblade(['check', '--across', 'b1', 'b3', '--as', '0.9.4'], { cwd })
  assert.deepEqual([same.exit, same.stdout.trimEnd().split('\n').at(-1)], [0, 'across the blades: no difference'])
})

test('explain: a file that is refused, drop-ins, and one LUN', async () => {
  const cwd = directoryWith({ bad: 'blacklist {\n\twwid "*"\n}\n', main: sound })
  const refused = await json(['explain', 'bad', '--as', '0.9.4'], { cwd })
  assert.deepEqual([refused.exit, refused.document.loads], [2, false])
  assert.match(refused.document.messages[0], /^\/etc\/multipath\.conf line 2, parsing failed/)
  mkdirSync(join(cwd, 'conf.d'))
  writeFileSync(join(cwd, 'conf.d', 'a.conf'), 'overrides {\n\tno_path_retry 9\n}\n')
  const { document } = await json(
    ['explain', 'main', '--confd', 'conf.d', '--as', '0.9.4', '--lun', 'ACME:X', '--wwid', wwid],
    { cwd },
  )
  const of = (name: string) => document.values.find((value: { keyword: string }) => value.keyword === name)
  assert.deepEqual([of('no_path_retry').value, of('no_path_retry').place.file], ['9', 'conf.d/a.conf'])
  assert.deepEqual([of('alias').value, of('alias').origin], ['vm1', 'multipaths'])
})

test('drop-ins that are links: one that leads nowhere is said and passed over, one to a directory is empty', async () => {
  const cwd = directoryWith({ main: sound })
  mkdirSync(join(cwd, 'conf.d', 'inner.conf'), { recursive: true })
  writeFileSync(join(cwd, 'conf.d', 'a.conf'), 'defaults {\n\tmax_fds 77\n}\n')
  for (const [name, target] of Object.entries({ 'b.conf': 'nowhere', 'c.conf': 'inner.conf', 'd.txt': 'nowhere' }))
    symlinkSync(target, join(cwd, 'conf.d', name))
  const { exit, document } = await json(['explain', 'main', '--confd', 'conf.d', '--as', '0.9.4'], { cwd })
  const message = "couldn't open configuration file '/etc/multipath/conf.d/b.conf': No such file or directory"
  assert.deepEqual([exit, document.messages], [0, [message]])
  assert.deepEqual(document.effective[0].values.max_fds, ['77'])
})

test('set, unset and alias change their lines alone; mode and link stay', async () => {
  const cwd = directoryWith({ real: sound.replace('}\n', '} # \xe9\n') })
  chmodSync(join(cwd, 'real'), 0o640)
  symlinkSync('real', join(cwd, 'link'))
  const as = ['--as', '0.9.4']
  assert.equal((await anyblade(['set', 'defaults', 'no_path_retry', '16', 'link', ...as], { cwd })).exit, 0)
  assert.equal((await anyblade(['alias', 'rename', 'vm1', 'ldap', 'link', ...as], { cwd })).exit, 0)
  const text = readFileSync(join(cwd, 'real'), 'latin1')
  assert.match(text, /no_path_retry 16/)
  assert.match(text, /alias ldap/)
  assert.match(text, /} # \xe9\n/)
  assert.equal(statSync(join(cwd, 'real')).mode & 0o777, 0o640)
  assert.deepEqual(readdirSync(cwd).sort(), ['link', 'real'])
  await anyblade(['unset', 'defaults', 'no_path_retry', 'link', ...as], { cwd })
  await anyblade(['alias', 'rename', 'ldap', 'vm1', 'link', ...as], { cwd })
  assert.equal(readFileSync(join(cwd, 'real'), 'latin1'), sound.replace('}\n', '} # \xe9\n'))
})

test('alias add, swap, list and remove', async () => {
  const cwd = directoryWith({ f: sound })
  const as = ['f', '--as', '0.9.4']
  assert.equal((await anyblade(['alias', 'add', `${wwid}0`, 'vm2', ...as], { cwd })).exit, 0)
  assert.equal((await anyblade(['alias', 'add', `${wwid}1`, 'vm2', ...as], { cwd })).exit, 2, 'the name is taken')
  assert.equal((await anyblade(['alias', 'swap', 'vm1', 'vm2', ...as], { cwd })).exit, 0)
  const { document } = await json(['alias', 'list', ...as], { cwd })
  assert.deepEqual(document.aliases, [
    { wwid, alias: 'vm2' },
    { wwid: `${wwid}0`, alias: 'vm1' },
  ])
  assert.equal((await anyblade(['alias', 'remove', 'vm1', ...as], { cwd })).exit, 0)
  assert.equal((await json(['alias', 'list', ...as], { cwd })).document.aliases.length, 1)
  assert.equal((await anyblade(['alias', 'remove', 'nobody', ...as], { cwd })).exit, 2)
})

test('diff looks at the meaning: 0 for another text, 6 for another value', async () => {
  const cwd = directoryWith({ a: sound, b: `# other\n${sound.replaceAll('\t', '  ')}`, c: sound.replace('vm1', 'vm2') })
  assert.equal((await anyblade(['diff', 'a', 'b', '--as', '0.9.4'], { cwd })).exit, 0)
  const { exit, document } = await json(['diff', 'a', 'c', '--as', '0.9.4'], { cwd })
  assert.deepEqual([exit, document.same, document.a.only.length, document.b.only.length], [6, false, 1, 1])
})

test('fmt indents and keeps the meaning; --check writes nothing', async () => {
  const cwd = directoryWith({ f: sound.replaceAll('\t', '   ').replace('no\n', 'no  \n') })
  assert.equal((await anyblade(['fmt', '--check', 'f', '--as', '0.9.4'], { cwd })).exit, 6)
  assert.equal((await anyblade(['fmt', 'f', '--as', '0.9.4'], { cwd })).exit, 0)
  assert.equal(readFileSync(join(cwd, 'f'), 'utf8'), sound)
  assert.equal((await anyblade(['fmt', '--check', 'f', '--as', '0.9.4'], { cwd })).exit, 0)
})

test('convert takes an old file to a new release, with a word on WWIDs', async () => {
  const input = 'defaults {\n\tgetuid_callout "/sbin/scsi_id -g -u -s /block/%n"\n}\n'
  const { exit, stdout, stderr } = await anyblade(['convert', '--to', '0.9.4', '--as', '0.4.9', '-'], { input })
  assert.equal(exit, 0)
  assert.match(stdout, /uid_attribute/)
  assert.match(stderr, /WWIDs/)
})

const wrong = [
  ['a file that is not there', ['check', 'nowhere', '--as', '0.9.4'], /^nowhere: there is no such file\n$/],
  [
    'drop-ins that are not there',
    ['explain', 'f', '--confd', 'no', '--as', '0.9.4'],
    /^no: there is no such directory\n$/,
  ],
  ['a release that is none', ['check', 'f', '--as', 'new'], /^--as new: this is no release/],
  ['a section that is none', ['set', 'nowhere', 'a', 'b', 'f', '--as', '0.9.4'], /^nowhere: no such section/],
  ['a keyword that is none', ['set', 'defaults', 'bogus', '1', 'f', '--as', '0.9.4'], /bogus/],
  ['a value that is none', ['set', 'defaults', 'polling_interval', 'x', 'f', '--as', '0.9.4'], /polling_interval/],
  ['a LUN that is none', ['explain', 'f', '--lun', 'ACME', '--as', '0.9.4'], /VENDOR:PRODUCT/],
  ['a pattern that is not named', ['unset', 'blacklist', 'devnode', 'f', '--as', '0.9.4'], /--pattern/],
  ['one blade across', ['check', '--across', 'f', 'f', '--as', '0.9.4'], /two or more/],
  ['a word too many', ['diff', 'f', 'f', 'f'], /./],
] as const
for (const [what, words, message] of wrong)
  test(`refused with exit 2 and no stack: ${what}`, async () => {
    const cwd = directoryWith({ f: sound })
    const { exit, stdout, stderr } = await anyblade(words, { cwd })
    assert.deepEqual([exit, stdout], [2, ''])
    assert.match(stderr, message)
    assert.doesNotMatch(stderr, /\n\s+at /)
    assert.equal(readFileSync(join(cwd, 'f'), 'utf8'), sound)
  })
