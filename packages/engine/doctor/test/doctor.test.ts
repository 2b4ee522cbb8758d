import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Bytes } from '#documents'
import { type BladeReport, type DmMap, read, type ScsiDevice } from '#survey'
import { device, domain, fleetOf, OTHER, SIZE, UUID, WWID, XML } from '../../test/lab-fleet.ts'
import type { Severity } from '../index.ts'
import {
  aliased,
  bytes,
  type Change,
  capabilities,
  config,
  examined,
  GUEST,
  guest,
  QEMU,
  SETUP,
  timers,
  wellOn,
} from './farm.ts'

const [A, B] = [device('A', 'sdb'), device('B', 'sdc')]
const map = (change: Partial<DmMap> = {}): readonly DmMap[] =>
  wellOn('blade2').maps.map((one) => ({ ...one, ...change }))
const xml = (from: string, to: string) => read([guest({ xml: GUEST.replace(from, to) })])
const refused = (of: ScsiDevice): ScsiDevice => ({ ...of, inquiry: { state: 'refused', because: 'sense 5/25/00' } })
const overrides = (from: string, to: string) => read({ ...SETUP, multipathd: SETUP.multipathd.replace(from, to) })
const sameFabric = (name: 'blade1' | 'blade2'): BladeReport['remotePorts'] =>
  wellOn(name).remotePorts.map((port) => ({ ...port, wwpn: wellOn(name).remotePorts[0]?.wwpn ?? port.wwpn }))
const oldImage = read({
  ...{ image: '/boot/initrd.img-6.1.0', built: 100, configured: 200 },
  contents: {
    state: 'read',
    holdsMultipath: true,
    files: { main: bytes(aliased(WWID, 'old')), dropIns: [] },
  },
} as const)

/** A fault, what finds it, how much it weighs; and what else is true with it, because it follows from it. */
const planted: readonly (readonly [string, string, Severity, Change, readonly string[]])[] = [
  [
    'a LUN number that was reused under a path',
    'fresh',
    'critical',
    {
      blade2: {
        devices: [
          { ...A, known: WWID },
          { ...device('B', 'sdc', OTHER), known: WWID },
        ],
      },
    },
    ['redundancy'],
  ],
  [
    'one alias, two LUNs',
    'aliases',
    'critical',
    {
      blade2: {
        config: config(aliased(OTHER, 'ldap')),
        maps: map({ wwid: OTHER }),
        devices: [device('A', 'sdb', OTHER), device('B', 'sdc', OTHER)],
      },
    },
    ['seen-on-some-only'],
  ],
  [
    'a LUN under another name',
    'aliases',
    'major',
    { blade2: { config: config(aliased(WWID, 'mail')), maps: map({ name: 'mail' }) } },
    [],
  ],
  [
    'one path only',
    'redundancy',
    'major',
    { blade2: { devices: [A], maps: map({ slaves: [{ sd: 'sdb', dm: 'active' }] }) } },
    [],
  ],
  ['both HBAs on one fabric', 'redundancy', 'major', { blade2: { remotePorts: sameFabric('blade2') } }, ['redundancy']],
  [
    'a path that is down',
    'paths-up',
    'major',
    {
      blade1: {
        maps: map({
          slaves: [
            { sd: 'sdb', dm: 'active' },
            { sd: 'sdc', dm: 'failed' },
          ],
        }),
      },
    },
    ['redundancy'],
  ],
  [
    'a port that is down',
    'port-down',
    'major',
    {
      blade1: { fcHosts: wellOn('blade1').fcHosts.map((port, i) => (i === 1 ? { ...port, state: 'Linkdown' } : port)) },
    },
    [],
  ],
  [
    'a device of a LUN that is gone',
    'stale-device',
    'major',
    { blade2: { devices: [A, B, refused({ ...device('A', 'sdz'), hctl: '6:0:0:9', lun: 9 })] } },
    [],
  ],
  [
    'a path that is in no map',
    'path-in-no-map',
    'major',
    { blade2: { maps: map({ slaves: [{ sd: 'sdb', dm: 'active' }] }) } },
    ['redundancy'],
  ],
  ['a LUN that one blade does not see', 'seen-on-some-only', 'major', { blade2: { devices: [], maps: [] } }, []],
  [
    'another size on one blade',
    'alike',
    'critical',
    {
      blade2: {
        devices: [device('A', 'sdb', WWID, (SIZE * 2) as Bytes), device('B', 'sdc', WWID, (SIZE * 2) as Bytes)],
      },
    },
    [],
  ],
  ['the two timeouts of vdsm', 'timers', 'major', { blade1: { timers: timers('16 chk', 5, 30) } }, []],
  ['queueing for ever', 'timers', 'major', { blade1: { timers: timers('on', 5, 600) } }, []],
  ['an initramfs with an old alias', 'initramfs', 'major', { blade1: { initramfs: oldImage } }, []],
  [
    'a one-line blacklist',
    'MP0',
    'major',
    { blade2: { config: config(`blacklist { devnode "^sd" }\n${aliased(WWID, 'ldap')}`) } },
    [],
  ],
  [
    'a host whose LVM takes the disks of guests',
    'baseline-lvm',
    'major',
    { blade1: { baseline: read({ ...SETUP, lvm: 'global_filter=["a|.*|"]\nuse_devicesfile=0\n' }) } },
    [],
  ],
  [
    'a host whose mdadm assembles what it finds',
    'baseline-mdadm',
    'major',
    { blade1: { baseline: read({ ...SETUP, files: new Map() }) } },
    [],
  ],
  [
    'partitions of guests mapped by the host',
    'baseline-multipath',
    'minor',
    { blade1: { baseline: overrides('skip_kpartx "yes"', 'skip_kpartx "no"') } },
    [],
  ],
  [
    'LVM of the host on the disk of a guest',
    'held-by-host',
    'critical',
    { blade1: { maps: map({ holders: ['vg-root'] }) } },
    [],
  ],
  [
    'the root of the host on the disk of a guest',
    'no-host-disk',
    'critical',
    { blade2: { hostDisks: read({ uses: [{ use: 'mounted at /', devices: ['dm-0', 'sdb', 'sdc'] }], untold: [] }) } },
    [],
  ],
  [
    'a guest that starts with its host',
    'autostart',
    'major',
    { blade1: { domains: read([guest({ autostart: true })]) } },
    [],
  ],
  [
    'a definition left behind',
    'defined-twice',
    'major',
    { blade2: { domains: read([domain('shut off', { xml: GUEST })]) } },
    [],
  ],
  ['a guest that runs twice', 'running-twice', 'critical', { blade2: { domains: read([guest()]) } }, []],
  [
    'two guests on one LUN',
    'shared-disk',
    'critical',
    {
      blade2: {
        domains: read([
          guest({ name: 'www', uuid: UUID.replace('1', '2'), xml: GUEST.replace('<name>ldap', '<name>www') }),
        ]),
      },
    },
    [],
  ],
  ['a disk by its path', 'disk-by-path', 'major', { blade1: { domains: xml('/dev/mapper/ldap', '/dev/sdb') } }, []],
  [
    'a disk by its map’s number',
    'disk-by-number',
    'major',
    { blade1: { domains: xml('/dev/mapper/ldap', '/dev/dm-0') } },
    [],
  ],
  [
    'a file in place of a LUN',
    'false-disk',
    'critical',
    { blade1: { impostors: ['ldap'], maps: map({ name: 'other' }) } },
    ['aliases', 'any'],
  ],
  ['a host cache', 'error-policy', 'major', { blade1: { domains: xml("cache='none'", "cache='writeback'") } }, []],
  ['no stop on an error', 'error-policy', 'major', { blade1: { domains: read([guest({ xml: XML })]) } }, []],
  ['another processor', 'processor', 'minor', { blade2: { capabilities: read(capabilities(QEMU, 'Opteron_G1')) } }, []],
  [
    'another emulator',
    'emulator',
    'minor',
    { blade2: { capabilities: read(capabilities('/usr/libexec/qemu-kvm', 'EPYC')), files: [] } },
    ['emulator-elsewhere'],
  ],
  ['a bridge that one blade lacks', 'network-elsewhere', 'minor', { blade2: { bridges: [] } }, []],
  [
    'hosts cloned from one image',
    'same-machine-id',
    'major',
    { blade2: { host: { ...wellOn('blade1').host, bootId: 'another' } } },
    [],
  ],
  [
    'another release of libvirt',
    'libvirt-release',
    'minor',
    { blade2: { tools: { ...wellOn('blade2').tools, libvirt: '10.0.0' } } },
    [],
  ],
]

test('nothing is found on hosts where nothing is wrong, and what no look can tell is told as that', () => {
  const { diagnoses, untold, silent } = examined()
  assert.deepEqual(diagnoses, [])
  assert.deepEqual([untold.map(({ check }) => check), silent], [['credentials'], []])
})

for (const [fault, check, severity, change, others] of planted)
  test(`found where it is planted, with its weight, what comes of it and what mends it: ${fault}`, () => {
    const { diagnoses } = examined(change)
    const found = diagnoses.filter((one) => one.check.startsWith(check))
    assert.ok(
      found.some((one) => one.severity === severity),
      JSON.stringify(diagnoses.map((one) => [one.severity, one.check, one.because])),
    )
    for (const { consequence, mend, blades } of found)
      assert.ok(consequence.length > 20 && mend !== '' && blades.length > 0)
    const invented = diagnoses.filter((one) => !one.check.startsWith(check) && !others.includes(one.check))
    if (!others.includes('any'))
      assert.deepEqual(
        invented.map((one) => [one.check, one.because]),
        [],
      )
  })

test('what weighs most stands first', () => {
  const { diagnoses } = examined({
    blade1: { domains: read([guest({ autostart: true })]) },
    blade2: { tools: { ...wellOn('blade2').tools, libvirt: '10.0.0' }, domains: read([guest()]) },
  })
  assert.deepEqual(
    diagnoses.map(({ severity }) => severity),
    ['critical', 'major', 'minor'],
  )
})

test('a host that gives no answer is named, and the others’ faults are found', () => {
  const { diagnoses, silent } = examined({
    blade1: { domains: read([guest({ autostart: true })]) },
    blade2: { state: 'timed out', because: 'no answer in 45 s' },
  })
  assert.deepEqual(
    [diagnoses.map(({ check }) => check), silent.map(({ blade }) => String(blade))],
    [['autostart'], ['blade2']],
  )
})

test('a host that is named twice is one host, and no guest runs twice for that', () => {
  const { diagnoses, survey } = examined({ blade2: wellOn('blade1') })
  assert.deepEqual([diagnoses.map(({ check }) => check), survey.blades.size], [['same-host'], 1])
})

test('what the host has of its own on the SAN is no guest’s: its root on a LUN, a pool with volumes in use', () => {
  const root = read({ uses: [{ use: 'mounted at /', devices: ['dm-0', 'sdb', 'sdc'] }], untold: [] })
  const alone = { blade1: { domains: read([]), hostDisks: root }, blade2: { devices: [], maps: [] } }
  assert.deepEqual(examined(alone).diagnoses, [])
  const [lun] = map({ holders: ['pool-a'] })
  assert.ok(lun)
  const pool = (openCount: number) => [
    lun,
    { ...lun, name: 'pool-a', dm: 'dm-1', wwid: undefined, slaves: [], holders: [], openCount },
  ]
  const checks = (openCount: number) =>
    examined({ blade1: { domains: read([]), maps: pool(openCount) } }).diagnoses.map(({ check }) => check)
  assert.deepEqual([checks(1), checks(0)], [[], ['held-by-host']])
})

test('two LUNs of one name are two volumes, and both are judged', () => {
  const there = { maps: map({ wwid: OTHER }), devices: [device('A', 'sdb', OTHER), device('B', 'sdc', OTHER)] }
  const { fleet } = examined({ blade2: there })
  assert.deepEqual([...fleet.volumes.values()].map(({ wwid }) => wwid).sort(), [WWID, OTHER].sort())
})

test('mpatha is each host’s own, until a guest has it as its disk', () => {
  const named = (wwid: typeof WWID) => ({ config: config(''), maps: map({ name: 'mpatha', wwid }) })
  const there = { ...named(OTHER), devices: [device('A', 'sdb', OTHER), device('B', 'sdc', OTHER)] }
  const checks = (domains: BladeReport['domains']) =>
    examined({ blade1: { ...named(WWID), domains }, blade2: there }).diagnoses.filter(
      ({ check }) => check === 'aliases',
    )
  assert.deepEqual(checks(read([])), [])
  const [found] = checks(xml('/dev/mapper/ldap', '/dev/mapper/mpatha'))
  assert.deepEqual([found?.severity, found?.because], ['critical', 'mpatha: one name, two LUNs'])
})

test('over documents: what they say counts, also where blades agree with one another', () => {
  const fleet = fleetOf()
  const [volume] = fleet.volumes.values()
  assert.ok(volume)
  const moved = { ...fleet, volumes: new Map([[volume.alias, { ...volume, wwid: OTHER }]]) }
  assert.deepEqual(examined({}, fleet).diagnoses, [])
  const { diagnoses } = examined({}, moved)
  assert.deepEqual([...new Set(diagnoses.map(({ check }) => check))], ['aliases', 'seen-on-some-only'])
})

test('the topology: each blade on each fabric and port, with what is cut', () => {
  const { links } = examined({
    blade2: {
      maps: map({
        slaves: [
          { sd: 'sdb', dm: 'active' },
          { sd: 'sdc', dm: 'failed' },
        ],
      }),
    },
  })
  assert.deepEqual(
    links.map(({ blade, fabric, known, left, ports }) => [blade, fabric, known, left, ports.length].join(' ')),
    ['blade1 A 1 1 1', 'blade1 B 1 1 1', 'blade2 A 1 1 1', 'blade2 B 1 0 1'],
  )
})

test('a bridge of one name that is another network, by frames; who was not asked to send is not accused', () => {
  const lan = (...heard: string[]) => read([{ device: 'br0', vlan: 0, heard: read(heard) }])
  const [one] = examined({ blade1: { lan: lan() }, blade2: { lan: lan(`${'0'.repeat(30)}0b`) } }).diagnoses
  assert.deepEqual(
    [one?.check, one?.blades, one?.evidence],
    ['network', ['blade1', 'blade2'], ['br0: no frame of blade2 arrives on blade1']],
  )
  const silent = { state: 'refused', because: 'not asked' } as const
  const { diagnoses, untold } = examined({ blade1: { lan: silent }, blade2: { lan: silent } })
  assert.deepEqual(diagnoses, [])
  assert.match(untold.find(({ check }) => check === 'network')?.because ?? '', /--probe-network/)
})
