/** What a blade lacks of the baseline, and the texts that mend it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inverse } from '#actions'
import type { Bytes } from '#documents'
import { prove } from '#findings'
import { claimsOf, planOf } from '#plans'
import { type BladeReport, type DmMap, type HostSetup, read } from '#survey'
import { b, domain, fleetOf, report, surveyOf } from '../../test/lab-fleet.ts'

const fleet = fleetOf()
const blade = b('blade1')
const OWN = { uuid: 'AAAA-own', disk: 'sda2' }
const FILTER = 'global_filter=["a|^/dev/disk/by-id/lvm-pv-uuid-AAAA-own$|","r|.*|"]\nuse_devicesfile=0\n'
const SHOWN = `defaults {
	polling_interval 2
}
overrides {
	skip_kpartx yes
	recheck_wwid yes
	no_path_retry 75
	fast_io_fail_tmo 5
	dev_loss_tmo 600
}
`
/** A host on which nothing is missing. */
const SETUP: HostSetup = {
  files: new Map([['/etc/mdadm/mdadm.conf', 'AUTO -all\n']]),
  lvm: FILTER,
  physicalVolumes: [OWN],
  mdadm: { directory: '/etc/mdadm/mdadm.conf.d', arrays: [] },
  units: [{ name: 'libvirtd.service', after: ['network.target', 'multipathd.service'] }],
  multipathd: SHOWN,
}
const intent = { kind: 'baseline-blade', blade } as const
const seen = (setup: Partial<HostSetup>, change: Partial<BladeReport> = {}) =>
  surveyOf(fleet, { blade1: report('blade1', { baseline: read({ ...SETUP, ...setup }), ...change }) })
const PARTS = ['multipath', 'lvm', 'mdadm', 'libvirt', 'autostart'] as const
const judged = (setup: Partial<HostSetup>, change: Partial<BladeReport> = {}) =>
  prove({ kind: 'baseline', blade, parts: PARTS }, fleet, seen(setup, change))
const actionsOf = (setup: Partial<HostSetup>, change: Partial<BladeReport> = {}) =>
  planOf(fleet, seen(setup, change), intent).steps.map(({ action }) => action)
/** The text that a file shall have. */
const textFor = (setup: Partial<HostSetup>, change: Partial<BladeReport> = {}): string => {
  const [action] = actionsOf(setup, change)
  assert.ok(action?.kind === 'install-host-file', action?.kind)
  return action.after ?? ''
}

test('a host on which nothing is missing: proved, and a plan without a step', () => {
  assert.equal(judged({}).verdict, 'proved')
  assert.deepEqual(actionsOf({}), [])
  assert.deepEqual(
    claimsOf(fleet, intent).map(({ kind }) => kind),
    ['answers', 'baseline-known'],
  )
})

const lacking: readonly (readonly [string, Partial<HostSetup>, RegExp])[] = [
  [
    'LVM takes all',
    { lvm: 'global_filter=["a|.*|"]\nuse_devicesfile=0\n' },
    /^lvm: its filter takes the disks of guests$/,
  ],
  [
    'LVM rejects maps, but takes paths',
    { lvm: 'global_filter=["r|^/dev/mapper/|","r|/dm-|"]\n' },
    /^lvm: its filter takes/,
  ],
  [
    'LVM rejects the host’s own',
    { lvm: 'global_filter=["r|.*|"]\n' },
    /^lvm: its filter rejects this host's own sda2$/,
  ],
  ['mdadm says nothing of AUTO', { files: new Map() }, /^mdadm: it assembles arrays that nobody listed$/],
  [
    'mdadm’s first AUTO takes some',
    { files: new Map([['/etc/mdadm/mdadm.conf', '# x\nAUTO +1.x -all\n']]) },
    /^mdadm: .*conf:2 says AUTO \+1\.x -all.*; by hand$/,
  ],
  [
    'a daemon of libvirt comes first',
    { units: [{ name: 'virtqemud.service', after: ['network.target'] }] },
    /^libvirt: systemd may start virtqemud/,
  ],
  ['overrides that wait for ever', { multipathd: SHOWN.replace('75', 'queue') }, /^multipath: .* no_path_retry queue$/],
  [
    'overrides not there',
    { multipathd: 'defaults {\n}\n' },
    /skip_kpartx not set, recheck_wwid not set, no_path_retry not set/,
  ],
  ['multipathd gives no answer', { multipathd: undefined }, /^multipath: .*; by hand$/],
]
for (const [rule, setup, evidence] of lacking)
  test(`baseline refuted: ${rule}`, () => {
    const finding = judged(setup)
    assert.deepEqual(
      [finding.verdict, finding.evidence.length, finding.next],
      ['refuted', 1, 'anyblade blade baseline blade1 --plan'],
    )
    assert.match(finding.evidence[0] ?? '', evidence)
  })

test('no LVM, no mdadm, no second daemon: nothing to mend', () => {
  assert.equal(judged({ lvm: undefined, mdadm: undefined }).verdict, 'proved')
})
test('a list of devices is a filter too', () => {
  const files = new Map([...SETUP.files, ['/etc/lvm/devices/system.devices', 'VERSION=1.1.1\n'] as const])
  assert.equal(judged({ lvm: 'global_filter=["a|.*|"]\nuse_devicesfile=1\n', files }).verdict, 'proved')
})

test('LVM’s filter lists what is the host’s own and rejects the rest; what stands in the file stays, twice is once', () => {
  const lvm = 'global_filter=["a|.*|"]\n'
  const files = new Map([...SETUP.files, ['/etc/lvm/lvmlocal.conf', 'local {\n}\n'] as const])
  const text = textFor({ lvm, files })
  assert.match(
    text,
    /^local \{\n\}\n# anyblade: begin[^\n]*\ndevices \{\n\tglobal_filter = \[ "a\|\^\/dev\/disk\/by-id\/lvm-pv-uuid-AAAA-own\$\|", "r\|\.\*\|" \]\n\}\n# anyblade: end\n$/,
  )
  assert.equal(textFor({ lvm, files: new Map([...SETUP.files, ['/etc/lvm/lvmlocal.conf', text] as const]) }), text)
})

const map = (change: Partial<DmMap>): DmMap => ({
  name: 'x',
  dm: 'dm-9',
  wwid: undefined,
  size: 1 as Bytes,
  slaves: [],
  holders: [],
  uses: [],
  openCount: 0,
  ...change,
})
const [ldap] = report('blade1').maps
assert.ok(ldap)
const ofGuests = [
  ['in a map', 'dm-0', [{ ...ldap, holders: ['vg-data'] }, map({ name: 'vg-data' })]],
  ['in a partition of a map', 'dm-1', [{ ...ldap, holders: ['ldap-part1'] }, map({ name: 'ldap-part1', dm: 'dm-1' })]],
  ['behind a path', 'sdb', [ldap]],
  ['behind a partition of a path', 'sdc1', [ldap]],
] as const
for (const [where, disk, maps] of ofGuests)
  test(`a guest’s physical volume ${where} is not the host’s`, () => {
    const text = textFor(
      { lvm: 'global_filter=["a|.*|"]\n', physicalVolumes: [OWN, { uuid: 'BBBB-guest', disk }] },
      { maps: [...maps] },
    )
    assert.ok(text.includes('AAAA-own') && !text.includes('BBBB-guest'), text)
  })
test('a LUN from which the host itself runs is the host’s', () => {
  const root = { ...ldap, name: 'root', dm: 'dm-5', holders: ['vg-root'] }
  const maps = [root, map({ name: 'vg-root', openCount: 1 })]
  const text = textFor(
    { lvm: 'global_filter=["a|.*|"]\n', physicalVolumes: [{ uuid: 'CCCC-root', disk: 'dm-5' }] },
    { maps },
  )
  assert.ok(text.includes('CCCC-root'))
})

test('mdadm’s file lists the host’s running arrays and no guest’s', () => {
  const arrays = [
    { members: ['sda1', 'sdf1'], line: 'ARRAY /dev/md0 UUID=aa:bb' },
    { members: ['dm-0'], line: 'ARRAY /dev/md1 UUID=cc:dd' },
  ]
  const files = new Map([['/etc/mdadm/mdadm.conf', 'HOMEHOST <system>\n']])
  const text = textFor({ files, mdadm: { directory: '/etc/mdadm/mdadm.conf.d', arrays } })
  assert.match(text, /\nAUTO -all\nARRAY \/dev\/md0 UUID=aa:bb\n$/)
  const listed = new Map([['/etc/mdadm/mdadm.conf', 'AUTO -all\nARRAY /dev/md0 uuid=AA:BB\n']])
  assert.equal(judged({ files: listed, mdadm: { directory: '/etc/mdadm/mdadm.conf.d', arrays } }).verdict, 'proved')
})

const BARE = { multipathd: 'defaults {\n\tpolling_interval 2\n}\n' }
test('overrides: so many retries as make 150 s at the blade’s own interval; what the operator has set and holds, stays', () => {
  const [action] = actionsOf(BARE)
  assert.ok(action?.kind === 'set-overrides')
  assert.deepEqual(action.after, {
    skip_kpartx: 'yes',
    recheck_wwid: 'yes',
    no_path_retry: '75',
    fast_io_fail_tmo: '5',
    dev_loss_tmo: '600',
  })
  const main = new TextEncoder().encode(
    'overrides {\n\tno_path_retry 20\n\tdev_loss_tmo infinity\n\tskip_kpartx no\n}\n',
  )
  const [kept] = actionsOf(BARE, { config: read({ main, dropIns: [] }) })
  assert.ok(kept?.kind === 'set-overrides')
  assert.deepEqual(Object.keys(kept.after), ['skip_kpartx', 'recheck_wwid', 'fast_io_fail_tmo'])
})
test('a release without drop-ins is changed by hand', () => {
  const tools = { ...report('blade1').tools, multipath: 'multipath-tools v0.7.9 (03/31, 2018)' }
  assert.deepEqual(actionsOf(BARE, { tools }), [])
  assert.match(judged(BARE, { tools }).evidence[0] ?? '', /; by hand$/)
})

test('a managed VM that starts with the host is stopped from it; another’s is none of ours', () => {
  const domains = read([
    domain('shut off', { autostart: true }),
    domain('running', { uuid: 'x', name: 'other', autostart: true }),
  ])
  assert.deepEqual(
    actionsOf({}, { domains }).map(({ kind }) => kind),
    ['disable-autostart', 'record-documents'],
  )
})

test('each change can be taken back; the record requires that all of it is in effect', () => {
  const { steps } = planOf(fleet, seen({ ...BARE, lvm: 'global_filter=["a|.*|"]\n' }), intent)
  const [overrides, file, record] = steps
  assert.deepEqual([overrides?.action.kind, file?.action.kind], ['set-overrides', 'install-host-file'])
  assert.ok(overrides && file && overrides.action.kind === 'set-overrides')
  const back = inverse(overrides.action)
  assert.ok(back?.kind === 'set-overrides')
  assert.deepEqual([back.before, back.after], [overrides.action.after, overrides.action.before])
  const undone = inverse(file.action)
  assert.ok(undone?.kind === 'install-host-file' && file.action.kind === 'install-host-file')
  assert.deepEqual([undone.before, undone.after], [file.action.after, undefined])
  assert.deepEqual(record?.requires, [{ kind: 'baseline', blade, parts: ['multipath', 'lvm'] }])
})
