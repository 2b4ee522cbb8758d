import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytesOf } from '../../syntax/document.ts'
import { fixAll, type HostKnowledge, type LintFile, lint, lintRules } from '../index.ts'

type Case = {
  readonly rule: string
  readonly fires: string
  readonly silent: string
  /** Releases for both; 0.9.4 where none is named. `silentAt` is for a near miss of the release alone. */
  readonly at?: string
  readonly silentAt?: string
  readonly host?: HostKnowledge
  readonly silentHost?: HostKnowledge
  readonly dropIn?: string
  readonly silentDropIn?: string
}

const vmHost = { vmHost: true }
const inDefaults = (...lines: readonly string[]) => `defaults {\n${lines.join('\n')}\n}\n`
const inDevice = (...lines: readonly string[]) => `devices {\ndevice {\n${lines.join('\n')}\n}\n}\n`
const named = (wwid: string, alias: string) => `multipath {\nwwid ${wwid}\nalias ${alias}\n}\n`
const inMaps = (...entries: readonly string[]) => `multipaths {\n${entries.join('')}}\n`

const cases: readonly Case[] = [
  { rule: 'MP001', fires: 'blacklist {\ndevnode "*"\n}\n', silent: 'blacklist {\ndevnode "sda*"\n}\n' },
  { rule: 'MP002', fires: inDevice('vendor "^A$"', 'product "*"'), silent: inDevice('vendor "^A$"', 'product ".*"') },
  { rule: 'MP003', at: '0.14.3', fires: inDefaults('polling_interval 0'), silent: inDefaults('polling_interval 1') },
  { rule: 'MP004', fires: inDefaults('polling_interval 5s'), silent: inDefaults('polling_interval 5') },
  { rule: 'MP005', fires: inDefaults('partition_delimiter "/"'), silent: inDefaults('partition_delimiter "-part"') },
  { rule: 'MP006', fires: inDefaults('reservation_key xyz'), silent: inDefaults('reservation_key 0x1a') },
  {
    rule: 'MP007',
    fires: 'devices {\ndevice {\nvendor a\n}\nmultipaths {\n}\n',
    silent: 'devices {\n}\nmultipaths {\n}\n',
  },
  { rule: 'MP008', fires: 'blacklist { devnode "^sda$" }\n', silent: 'blacklist { # devnode "^sda$" }\n}\n' },
  { rule: 'MP009', fires: 'defaults\n{\nverbosity 2\n}\n', silent: 'defaults {\nverbosity 2\n}\n' },
  {
    rule: 'MP010',
    fires: 'devices {\ngadget {\na b\n}\n}\n',
    silent: 'devices {\ndevice {\nvendor a\nproduct b\n}\n}\n',
  },
  {
    rule: 'MP011',
    fires: inDefaults('path_selector round-robin 0'),
    silent: inDefaults('path_selector "round-robin 0" # x'),
  },
  {
    rule: 'MP012',
    fires: inDefaults('path_selector "round-robin 0'),
    silent: inDefaults('path_selector "round-robin 0"'),
  },
  { rule: 'MP013', fires: inDefaults("prio 'alua'"), silent: inDefaults('prio "alua"') },
  { rule: 'MP014', fires: `# ${'x '.repeat(600)}\n`, silent: `# ${'x '.repeat(500)}\n` },
  { rule: 'MP015', fires: 'defaults {\rverbosity 2\r}\r', silent: 'defaults {\r\nverbosity 2\r\n}\r\n' },
  { rule: 'MP016', fires: inDefaults('alias x'), silent: inDefaults('alias_prefix x') },
  { rule: 'MP017', fires: inDefaults('verbosity 2', 'verbosity 3'), silent: 'blacklist {\ndevnode a\ndevnode b\n}\n' },
  { rule: 'MP018', fires: 'defaults {\n}\ndefaults {\n}\n', silent: 'defaults {\n}\noverrides {\n}\n' },
  {
    rule: 'MP019',
    fires: inMaps(named('3a', 'x'), named('3a', 'y')),
    silent: inMaps(named('3a', 'x'), named('3b', 'y')),
  },
  {
    rule: 'MP020',
    fires: inMaps(named('3a', 'x'), named('3b', 'x')),
    silent: inMaps(named('3a', 'x'), named('3a', 'x')),
  },
  { rule: 'MP021', fires: inMaps(named('3a', 'a/b')), silent: inMaps(named('3a', 'a-b')) },
  {
    rule: 'MP022',
    fires: inDefaults('user_friendly_names yes') + inMaps(named('3a', 'mpathb')),
    silent: inDefaults('user_friendly_names no') + inMaps(named('3a', 'mpathb')),
  },
  { rule: 'MP023', fires: inMaps(named('3a', 'sdb')), silent: inMaps(named('3a', 'sdb1-data')) },
  {
    rule: 'MP024',
    host: vmHost,
    fires: inDefaults('user_friendly_names yes'),
    silent: inDefaults('user_friendly_names no'),
  },
  { rule: 'MP025', host: vmHost, fires: inDefaults('no_path_retry queue'), silent: inDefaults('no_path_retry 16') },
  {
    rule: 'MP026',
    fires: inDefaults('features "1 queue_if_no_path"', 'no_path_retry 5'),
    silent: inDefaults('features "1 queue_if_no_path"', 'no_path_retry queue'),
  },
  { rule: 'MP027', host: vmHost, fires: inDefaults('no_path_retry fail'), silent: inDefaults('no_path_retry 4') },
  {
    rule: 'MP028',
    fires: inDefaults('fast_io_fail_tmo 30', 'dev_loss_tmo 30'),
    silent: inDefaults('fast_io_fail_tmo 29', 'dev_loss_tmo 30'),
  },
  {
    rule: 'MP029',
    fires: inDefaults('fast_io_fail_tmo off', 'dev_loss_tmo 601'),
    silent: inDefaults('fast_io_fail_tmo off', 'dev_loss_tmo 600'),
  },
  {
    rule: 'MP030',
    fires: inDefaults('no_path_retry 13', 'polling_interval 5', 'dev_loss_tmo 60'),
    silent: inDefaults('no_path_retry 12', 'polling_interval 5', 'dev_loss_tmo 60'),
  },
  { rule: 'MP031', host: vmHost, fires: inDefaults('skip_kpartx no'), silent: inDefaults('skip_kpartx yes') },
  {
    rule: 'MP032',
    host: { ...vmHost, lvmConfig: '# global_filter = [ "r|.*|" ]\n' },
    silentHost: { ...vmHost, lvmConfig: 'global_filter = [ "a|/dev/sda|", "r|.*|" ]\n' },
    fires: 'defaults {\n}\n',
    silent: 'defaults {\n}\n',
  },
  {
    rule: 'MP033',
    at: '0.9.9',
    silentAt: '0.9.8',
    host: vmHost,
    fires: inDefaults('flush_on_last_del yes'),
    silent: inDefaults('flush_on_last_del yes'),
  },
  {
    rule: 'MP034',
    fires: inDefaults('flush_on_last_del no', 'no_path_retry 5'),
    silent: inDefaults('flush_on_last_del no', 'no_path_retry fail'),
  },
  { rule: 'MP035', fires: inDefaults('recheck_wwid no'), silent: inDefaults('recheck_wwid yes') },
  { rule: 'MP036', fires: inDefaults('deferred_remove yes'), silent: inDefaults('deferred_remove no') },
  {
    rule: 'MP037',
    at: '0.9.4',
    silentAt: '0.8.9',
    fires: inDefaults('getuid_callout "/x"'),
    silent: inDefaults('getuid_callout "/x"'),
  },
  { rule: 'MP038', fires: inDefaults('prio_callout "/sbin/mpath_prio_alua /dev/%n"'), silent: inDefaults('prio alua') },
  {
    rule: 'MP039',
    fires: inDefaults('prio const', 'detect_prio no', 'path_grouping_policy group_by_prio'),
    silent: inDefaults('prio const', 'detect_prio yes', 'path_grouping_policy group_by_prio'),
  },
  {
    rule: 'MP040',
    fires: inDevice('vendor "^A$"', 'product "^B$"', 'path_grouping_policy multibus', 'prio alua'),
    silent: inDevice('vendor "^A$"', 'product "^B$"', 'path_grouping_policy multibus', 'prio const'),
  },
  { rule: 'MP041', fires: inDefaults('path_checker readsector0'), silent: inDefaults('path_checker tur') },
  {
    rule: 'MP042',
    fires: inDevice('vendor a', 'product b', 'hardware_handler "1 alua"'),
    silent: inDevice('vendor a', 'product b', 'hardware_handler "1 alua"'),
    silentHost: { kernel: '3.10.0-1160.el7.x86_64' },
  },
  { rule: 'MP043', fires: inDefaults('rr_min_io 100'), silent: inDefaults('rr_min_io 100', 'rr_min_io_rq 1') },
  {
    rule: 'MP044',
    fires: inDefaults('find_multipaths off'),
    silent: `${inDefaults('find_multipaths off')}blacklist {\nwwid "^5"\n}\n`,
  },
  { rule: 'MP045', fires: inDefaults('find_multipaths smart'), silent: inDefaults('find_multipaths on') },
  { rule: 'MP046', fires: inDefaults('find_multipaths strict'), silent: inDefaults('find_multipaths on') },
  { rule: 'MP047', fires: 'blacklist {\ndevnode "^sd[a-z]"\n}\n', silent: 'blacklist {\ndevnode "^sda$"\n}\n' },
  { rule: 'MP048', at: '0.7.9', silentAt: '0.8.4', dropIn: 'a.conf.bak', fires: '', silent: '' },
  { rule: 'MP049', dropIn: '.a.conf', silentDropIn: 'a.conf', fires: '', silent: '' },
  {
    rule: 'MP050',
    at: '0.9.7',
    silentAt: '0.9.6',
    fires: inDefaults('bindings_file /x/b'),
    silent: inDefaults('bindings_file /x/b'),
  },
  {
    rule: 'MP051',
    fires: inDefaults('features "2 queue_if_no_path"'),
    silent: inDefaults('features "1 queue_if_no_path"'),
  },
  { rule: 'MP052', fires: inDefaults('gid disk'), silent: inDefaults('gid 6') },
  { rule: 'MP053', fires: inDefaults('uid 0153'), silent: inDefaults('uid 107') },
  {
    rule: 'MP054',
    fires: inMaps(named('0x600a098038303045762b4f4a6a5a3734', 'x')),
    silent: inMaps(named('3600a098038303045762b4f4a6a5a3734', 'x')),
  },
  { rule: 'MP055', fires: inDefaults('max_sectors_kb 512'), silent: inDefaults('max_fds 512') },
  { rule: 'MP056', fires: 'overrides {\nno_path_retry 5\n}\n', silent: 'overrides {\n}\n' },
  { rule: 'MP057', fires: inDefaults('enable_foreign ".*"'), silent: inDefaults('enable_foreign "NONE"') },
  {
    rule: 'MP058',
    host: { rootOnMultipath: true },
    silentHost: { rootOnMultipath: false },
    fires: '#\n',
    silent: '#\n',
  },
  { rule: 'MP059', host: { guestReservations: true }, fires: '#\n', silent: inDefaults('reservation_key file') },
  { rule: 'MP060', fires: inDefaults('queue_without_daemon yes'), silent: inDefaults('queue_without_daemon no') },
  {
    rule: 'MP061',
    fires: inDevice('vendor "PURE"', 'product "FlashArray"', 'path_grouping_policy "group_by_prio"'),
    silent: inDevice('vendor "PURE"', 'product "FlashArray"', 'path_grouping_policy "multibus"'),
  },
  {
    rule: 'MP062',
    at: '0.8.4',
    silentAt: '0.8.5',
    fires: 'blacklist {\ndevnode "!^sd"\n}\n',
    silent: 'blacklist {\ndevnode "!^sd"\n}\n',
  },
  { rule: 'MP063', fires: inDefaults('dev_loss_tmo 1.5'), silent: inDefaults('dev_loss_tmo infinity') },
  { rule: 'MP064', fires: inDefaults('prio alua2'), silent: inDefaults('prio alua') },
  {
    rule: 'MP065',
    at: '0.7.5',
    silentAt: '0.7.6',
    fires: inDevice('vendor a', 'product "27"" disk"'),
    silent: inDevice('vendor a', 'product "27"" disk"'),
  },
  {
    rule: 'MP066',
    fires: inDevice('vendor "ACME"', 'product "^VV$"'),
    silent: inDevice('vendor "^ACME$"', 'product "^VV$"'),
  },
  {
    rule: 'MP067',
    fires: inDevice('all_devs yes', 'no_path_retry fail'),
    silent: inDevice('vendor "^A$"', 'product "^B$"'),
  },
  {
    rule: 'MP068',
    fires: inDevice('vendor "^HP$"', 'product "HSV110 (C)COMPAQ"'),
    silent: inDevice('vendor "^HP$"', 'product "HSV110 \\(C\\)COMPAQ"'),
  },
]

function filesOf(text: string, dropIn: string | undefined): readonly LintFile[] {
  const bytes = bytesOf(text)
  return dropIn === undefined
    ? [{ path: 'f', bytes }]
    : [
        { path: 'f', bytes },
        { path: `d/${dropIn}`, bytes, dropIn },
      ]
}

for (const { rule, fires, silent, at = '0.9.4', silentAt = at, host = {}, silentHost = host, ...rest } of cases) {
  test(`${rule} fires, with a place and a consequence`, () => {
    const [hit] = lint(filesOf(fires, rest.dropIn), at, host).filter((finding) => finding.rule === rule)
    assert.ok(hit, 'silent')
    assert.ok(hit.line >= 1 && hit.column >= 1 && hit.consequence !== '' && hit.fix !== '' && hit.rationale !== '')
  })
  test(`${rule} is silent on a near miss`, () => {
    const found = lint(filesOf(silent, rest.silentDropIn ?? rest.dropIn), silentAt, silentHost)
    assert.deepEqual(
      found.filter((finding) => finding.rule === rule),
      [],
    )
  })
  test(`${rule}: its cure cures it, where there is one`, () => {
    const files = filesOf(fires, rest.dropIn)
    const hits = lint(files, at, host).filter((finding) => finding.rule === rule)
    if (hits.every(({ edits, severity }) => edits.length === 0 || severity === 'info')) return
    const { left } = fixAll(files, at, host)
    assert.deepEqual(
      left.filter((finding) => finding.rule === rule && finding.edits.length > 0),
      [],
    )
  })
}

test('every rule has its case, and there are 68', () => {
  assert.deepEqual(
    cases.map(({ rule }) => rule),
    lintRules.map(({ id }) => id),
  )
  assert.equal(lintRules.length, 68)
})

test('places are those of the file given, behind faults of braces too', () => {
  const text = 'blacklist { devnode "^sda$" }\ndefaults {\n\tverbosity 2\n\tgetuid_callout "/x"\n}\n'
  const places = lint(filesOf(text, undefined), '0.9.4').filter(({ rule }) => /MP008|MP037/.test(rule))
  assert.deepEqual(
    places.map(({ rule, line, column }) => [rule, line, column]),
    [
      ['MP008', 1, 1],
      ['MP037', 4, 17],
    ],
  )
})

test('what is not cured stays byte for byte', () => {
  const text = '# \xe9 \t\r\ndefaults {\r\n  verbosity   2 # two\r\n  prio_callout "/sbin/mpath_prio_alua /dev/%n"\r\n}'
  const [file] = fixAll(filesOf(text, undefined), '0.9.4').files
  assert.deepEqual(file?.bytes, bytesOf(text.replace('prio_callout "/sbin/mpath_prio_alua /dev/%n"', 'prio "alua"')))
})

test('very many open braces, and very many aliases, are read in one go', () => {
  const start = process.cpuUsage()
  lint(filesOf('a {\n'.repeat(30_000), undefined), '0.9.4')
  lint(filesOf('multipaths {\n'.repeat(30_000), undefined), '0.9.4')
  lint(filesOf(inMaps(...Array.from({ length: 8000 }, (_, i) => named(`3${i}`, `vm${i}`))), undefined), '0.9.4', vmHost)
  assert.ok(process.cpuUsage(start).user < 20_000_000)
})

/** What MP005 says by release: a slash is refused since 0.8.8 only, and kills where no value was taken before. */
const delimiters = [
  ['0.6.4', '"/UNSET/"', 'device-mapper takes no name with a /'],
  ['0.7.9', 'a/b', 'device-mapper takes no name with a /'],
  ['0.7.9', '"/UNSET/"', undefined],
  ['0.8.7', '"/UNSET/"', undefined],
  ['0.8.8', '"/UNSET/"', 'multipath and multipathd die at load'],
  ['0.14.3', 'a/b', 'multipath and multipathd die at load'],
  ['0.9.4', '-part\npartition_delimiter a/b', '-part is kept'],
] as const
for (const [release, value, consequence] of delimiters)
  test(`MP005 under ${release} of partition_delimiter ${JSON.stringify(value)}: ${consequence}`, () => {
    const files = filesOf(inDefaults(`partition_delimiter ${value}`), undefined)
    const found = lint(files, release).filter(({ rule }) => rule === 'MP005')
    assert.equal(found[0]?.consequence, consequence)
  })

test('devnode "*" keeps 0.4.9 from every LUN, and later releases from the whole file', () => {
  const consequences = (release: string) =>
    lint(filesOf('blacklist {\ndevnode "*"\n}\n', undefined), release)
      .filter(({ severity }) => severity === 'error')
      .map(({ rule, consequence }) => `${rule} ${consequence}`)
  const wrong = 'MP001 Invalid preceding regular expression: '
  assert.deepEqual(consequences('0.4.9'), [
    `${wrong}this release passes over the sign, later ones refuse the whole file`,
    'MP047 every LUN is kept out: there are no maps',
  ])
  assert.deepEqual(consequences('0.5.0'), [`${wrong}the whole file is refused, "error parsing config file"`])
})
