import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type BladeQuestion, lunNumber, type Reading } from '@anyblade/engine'
import fc from 'fast-check'
import { parseReport } from '../probe.parse.ts'
import { surveyCall } from '../question.ts'
import { parseRuns } from '../runs.parse.ts'

const QUESTION: BladeQuestion = {
  paths: 'all',
  reservations: ['vm1'],
  config: true,
  baseline: true,
  agent: true,
  domains: true,
  capabilities: true,
  timers: true,
  initramfs: true,
  emulators: true,
  hostDisks: true,
  files: ['/bin/a', '/bin/b'],
  lan: [],
}
const b64 = (text: string): string => Buffer.from(text).toString('base64')
const UUID = '6b2e0000-0000-4000-8000-000000000001'

const STANDARD = `${'0000060200000000'}${Buffer.from('LIO-ORG IBLOCK          4.0 ').toString('hex')}`
const PAGE00 = '000000030080' + '83'
const PAGE83 = '0083001401030010600140500000000000000000000000a1'
const CAPACITY = '00000000027fffff00000200'.padEnd(64, '0')

const KEYS = '0000000700000010a1b2000100000001a1b2000100000001'
const HELD = `${'0000000700000010'}${'0'.repeat(26)}070000`
const STATUS = '0000000700000000'

/** The answer of a blade, with lines replaced: `change` gives a section's lines anew. */
const BASELINE = [
  `file\t${b64('/etc/lvm/lvmlocal.conf')}\t${b64('local {\n}\n')}`,
  `lvm\t${b64('use_devicesfile=0\n')}`,
  'pv\tAb1-c\tsda2',
  'mdadm\t/etc/mdadm/mdadm.conf.d',
  `md\tsda1,sdb1\t${b64('ARRAY /dev/md0 UUID=aa:bb\n')}`,
  `unit\tlibvirtd.service\t${b64('After=a.target multipathd.service\nLoadState=loaded\n')}`,
  `unit\tvirtqemud.service\t${b64('LoadState=not-found\n')}`,
]

function answer(
  change: Readonly<Record<string, readonly string[]>> = {},
  ends: Readonly<Record<string, string>> = {},
): string {
  const sections: Record<string, readonly string[]> = {
    host: [
      'hostname\tblade1',
      'machine-id\t3d1219c7c4c5404aaa1f6d2a48adfda4',
      'boot-id\t8408fa54-8fc1-48af-9983-941a550072a4',
      'kernel\t6.1.0',
      'uid\t0',
      'processors\t2',
      'MemTotal\t4028440',
      'MemAvailable\t3501200',
    ],
    tools: ['multipath\tmultipath-tools v0.9.4 (12/19, 2022)', 'python3\t/usr/bin/python3'],
    impostors: [b64('ldap')],
    bridges: ['br0'],
    links: ['br0', 'ovs0'],
    files: ['1'],
    config: [`main\t${b64('multipath.conf')}\t${b64('defaults {}\n')}`, `drop-in\t${b64('a.conf')}\t`],
    'dm-open': ['253\t0\t1', '253\t1\t0'],
    'dm-status': ['vm1: 0 41943040 multipath 2 0 0 0 2 1 A 0 1 2 8:0 A 0 0 1 E 0 1 2 8:16 F 3 0 1 '],
    capabilities: [`capabilities\t${b64('<c/>')}`],
    baseline: BASELINE,
    agent: [`version\t${b64('7.23.0\n')}`, `certname\t${b64('blade1.example.org')}`, `noop\t${b64('false')}`],
    domains: [`domain\t${UUID}\t${b64('ldap')}\t5\t1\t0\t${b64('<domain/>')}`],
    emulators: ['4711\tqemu-system-x86'],
    libvirt: ['version\t9.0.0'],
    san: [
      'fc-host\t2\t0x2000525400000b01\tOnline\t0x0',
      'rport\t2\t0\t1\t0x2000525400000a01\tOnline',
      'rport\t2\t0\t-1\t0x2000525400000a02\tNot Present',
      `map\tdm-0\tvm1\tmpath-3600140500000000000000000000000a1\t41943040\t253:0\tsda=8:0,sdb=8:16\t${b64('vg-x')}\t${b64('mounted at /srv')}`,
      'map\tdm-1\tvg-x\tLVM-abc\t100\t253:1\t\t\t',
      'device\t2:0:1:5\tsda\tsg0\trunning\t0\tnaa.600140500000000000000000000000b7',
      'device\t2:0:1:16684\tsdb\t-\toffline\t0',
      'device\t2:0:1:7\tsdc\tsg2\trunning\t0',
      'sysfs\tread',
      `inquiry\t2:0:1:5\tok\t${STANDARD}\t${PAGE00}\t\t${PAGE83}\t${CAPACITY}\t`,
      'inquiry\t2:0:1:16684\tgone\tsense 5/25/00',
      ['reservation\t2:0:1:5', ...['ok', KEYS], ...['ok', HELD], ...['unsupported', 'x'], ...['ok', STATUS]].join('\t'),
      ['reservation\t2:0:1:16684', ...Array(4).fill('gone\tsense 5/25/00')].join('\t'),
    ],
    timers: [
      'port\t2\t0x2000525400000a01\t5\t30',
      'port\t3\t0x2000525400000a02\toff\t2147483647',
      'polling\t5',
      'map\t3600140500000000000000000000000a1\t12 chk',
    ],
    initramfs: [
      `image\t${b64('/boot/initrd.img-6.1.0')}\t1700000000\t1700000001`,
      'reading',
      `main\t${b64('multipath.conf')}\t${b64('defaults {}\n')}`,
      `drop-in\t${b64('a.conf')}\t`,
      `holds\t${b64('multipathd')}\t`,
      'whole',
    ],
    'host-disks': [
      `stands\t${b64('mounted at /')}\tdm-1,sda2,sda`,
      `stands\t${b64('mounted at /net')}\t`,
      `untold\t${b64('mounted at /srv')}\t${b64('tank/srv')}`,
    ],
    multipathd: ['map\tdm-0\t0xb1:aptpl\tset', 'configured\t\tfile', `prkeys\t${b64('0X00000000000000b1 360014\n')}`],
    ...change,
  }
  const body = Object.entries(sections).flatMap(([name, lines]) => [
    `[${name}`,
    ...lines.map((line) => `|${line}`),
    '',
    `]${name} ${ends[name] ?? 'ok'}`,
  ])
  return `anyblade-probe 1 abc123\n${body.join('\n')}\nanyblade-end\n`
}

function value<T>(reading: Reading<T>): T {
  assert.equal(reading.state, 'read', JSON.stringify(reading))
  if (reading.state !== 'read') throw new Error('not read')
  return reading.value
}

test('the id under which the kernel has a device is told beside what it answers; what can’t be compared is left out', () => {
  const { devices } = value(parseReport(answer(), QUESTION))
  assert.deepEqual(
    devices.map(({ hctl, known }) => [hctl, known]),
    [
      ['2:0:1:5', '3600140500000000000000000000000b7'],
      ['2:0:1:16684', undefined],
      ['2:0:1:7', undefined],
    ],
  )
  const line = (id: string) => [`device\t2:0:1:5\tsda\tsg0\trunning\t0\t${id}`, 'sysfs\tread']
  const knownAs = (id: string) => value(parseReport(answer({ san: line(id) }), QUESTION)).devices[0]?.known
  assert.equal(knownAs('eui.0025385971b0a1f2'), '20025385971b0a1f2')
  for (const id of ['', 't10.ATA     QEMU HARDDISK', 'naa.6001', 'naa.6001405 x'])
    assert.equal(knownAs(id), undefined, id)
})

test('how puppet’s agent stands, and why it is disabled, whatever was typed there', () => {
  const agentOf = (...lines: string[]) => {
    const told = [`version\t${b64('7.23.0')}`, `certname\t${b64('b1')}`, ...lines]
    return value(parseReport(answer({ agent: told }), QUESTION)).agent
  }
  const enabled = { version: '7.23.0', certname: 'b1', noop: false, disabled: undefined }
  assert.deepEqual(value(agentOf()), enabled)
  assert.deepEqual(value(agentOf(`noop\t${b64('true')}`)), { ...enabled, noop: true })
  const disabledBy = (file: string) => value(agentOf(`disabled\t${b64(file)}`)).disabled
  assert.equal(disabledBy('{"disabled_message":"Ann:\\n\\u001b[1mits HBA"}'), 'Ann: [1mits HBA')
  for (const file of ['', '{}', '[]', '{"disabled_message":7}']) assert.equal(disabledBy(file), '', file)
  assert.equal(disabledBy('by hand'), 'by hand')
  assert.equal(disabledBy(JSON.stringify({ disabled_message: 'x'.repeat(5000) }))?.length, 300)
  const absent = parseReport(answer({ agent: [] }, { agent: 'refused puppet is not installed' }), QUESTION)
  assert.deepEqual(value(absent).agent, { state: 'refused', because: 'puppet is not installed' })
  assert.equal(parseReport(answer({ agent: [`certname\t${b64('a b')}`] }), QUESTION).state, 'garbled')
})

test('how a host is set up: files and words whole, units that are not there left out', () => {
  const { baseline } = value(parseReport(answer(), QUESTION))
  assert.deepEqual(value(baseline), {
    files: new Map([['/etc/lvm/lvmlocal.conf', 'local {\n}\n']]),
    lvm: 'use_devicesfile=0\n',
    physicalVolumes: [{ uuid: 'Ab1-c', disk: 'sda2' }],
    mdadm: {
      directory: '/etc/mdadm/mdadm.conf.d',
      arrays: [{ members: ['sda1', 'sdb1'], line: 'ARRAY /dev/md0 UUID=aa:bb' }],
    },
    units: [{ name: 'libvirtd.service', after: ['a.target', 'multipathd.service'] }],
    multipathd: undefined,
  })
  const none = value(parseReport(answer({ baseline: [] }), QUESTION)).baseline
  assert.deepEqual([value(none).lvm, value(none).mdadm, value(none).units], [undefined, undefined, []])
})

test('a file of the host whose path leads elsewhere makes the answer garbled', () => {
  const path = b64('/root/.ssh/id')
  assert.equal(parseReport(answer({ baseline: [`file\t${path}\t`] }), QUESTION).state, 'garbled')
})

test('a whole report', () => {
  const report = value(parseReport(answer(), QUESTION))
  assert.deepEqual(report.host, {
    hostname: 'blade1',
    machineId: '3d1219c7c4c5404aaa1f6d2a48adfda4',
    bootId: '8408fa54-8fc1-48af-9983-941a550072a4',
    kernel: '6.1.0',
    uid: 0,
    probe: 'abc123',
    processorCount: 2,
    memory: { totalBytes: 4_125_122_560, availableBytes: 3_585_228_800 },
  })
  assert.deepEqual(report.tools, { multipath: 'multipath-tools v0.9.4 (12/19, 2022)', libvirt: '9.0.0', python3: true })
  assert.deepEqual(report.emulators, { state: 'read', value: [{ pid: 4711, name: 'qemu-system-x86' }] })
  assert.deepEqual(report.fcHosts, [{ host: 2, wwpn: '2000525400000b01', state: 'Online', fabric: undefined }])
  assert.deepEqual(
    report.remotePorts.map(({ target, wwpn }) => [target, wwpn]),
    [
      [1, '2000525400000a01'],
      [-1, '2000525400000a02'],
    ],
  )
  assert.deepEqual([report.impostors, report.bridges, report.files], [['ldap'], ['br0'], ['/bin/b']])
  assert.deepEqual(report.links, ['br0', 'ovs0'])
  assert.deepEqual(report.maps[0], {
    name: 'vm1',
    dm: 'dm-0',
    wwid: '3600140500000000000000000000000a1',
    size: 20 * 1024 ** 3,
    slaves: [
      { sd: 'sda', dm: 'active' },
      { sd: 'sdb', dm: 'failed' },
    ],
    holders: ['vg-x'],
    uses: ['mounted at /srv'],
    openCount: 1,
  })
  assert.deepEqual([report.maps[1]?.wwid, report.maps[1]?.slaves], [undefined, []])
  assert.deepEqual(value(report.domains), [
    { name: 'ldap', uuid: UUID, state: 'shut off', persistent: true, autostart: false, xml: '<domain/>' },
  ])
  assert.deepEqual(value(report.config).dropIns, [{ name: 'a.conf', bytes: new Uint8Array() }])
  assert.equal(value(report.capabilities), '<c/>')
})

for (const [by, state, reason, pausedBy] of [
  ['libvirt’s numbers', '3', '5', 'io-error'],
  ['libvirt’s numbers', '3', '1', 'operator'],
  ['libvirt’s numbers, in the middle of a move', '3', '2', 'other'],
  ['virsh’s words', 'paused', 'I/O error', 'io-error'],
  ['virsh’s words', 'paused', 'user', 'operator'],
  ['nobody', 'paused', '', undefined],
  ['libvirt’s numbers, for one that runs', '1', '5', undefined],
] as const)
  test(`why a guest stands still, by ${by}: ${pausedBy}`, () => {
    const line = `domain\t${UUID}\t${b64('ldap')}\t${state}\t1\t0\t${b64('<domain/>')}\t${reason}`
    const report = value(parseReport(answer({ domains: [line] }), QUESTION))
    assert.equal(value(report.domains)[0]?.pausedBy, pausedBy)
  })

test('how long I/O waits, by the kernel and by multipathd; what never ends is no number', () => {
  const { timers } = value(parseReport(answer(), QUESTION))
  assert.deepEqual(value(timers), {
    pollingSeconds: 5,
    queueing: new Map([['3600140500000000000000000000000a1', '12 chk']]),
    ports: [
      { host: 2, wwpn: '2000525400000a01', fastIoFailSeconds: 5, devLossSeconds: 30 },
      { host: 3, wwpn: '2000525400000a02', fastIoFailSeconds: undefined, devLossSeconds: Number.POSITIVE_INFINITY },
    ],
  })
})

test('an initramfs: copies of a whole one, and never of one that is cut off', () => {
  const told = (lines?: readonly string[]) =>
    value(value(parseReport(answer(lines === undefined ? {} : { initramfs: lines }), QUESTION)).initramfs)
  assert.deepEqual(told(), {
    image: '/boot/initrd.img-6.1.0',
    built: 1700000000,
    configured: 1700000001,
    contents: {
      state: 'read',
      holdsMultipath: true,
      files: {
        main: new Uint8Array(Buffer.from('defaults {}\n')),
        dropIns: [{ name: 'a.conf', bytes: new Uint8Array() }],
      },
    },
  })
  const image = `image\t${b64('/boot/initramfs-6.1.0.img')}\t1700000000\t`
  const copy = `main\t${b64('multipath.conf')}\t`
  assert.deepEqual(told([image, copy, 'damaged\tit is cut off'])?.contents, {
    state: 'damaged',
    because: 'it is cut off',
  })
  assert.deepEqual(told([image, 'packed\tno zstd there'])?.contents, { state: 'packed', because: 'no zstd there' })
  assert.equal(told(['none']), undefined)
  assert.equal(parseReport(answer({ initramfs: [image, copy] }), QUESTION).state, 'garbled')
})

test('what the host stands on: chains from the top down, what lies on no disk, what nobody could tell', () => {
  const { hostDisks } = value(parseReport(answer(), QUESTION))
  assert.deepEqual(value(hostDisks), {
    uses: [
      { use: 'mounted at /', devices: ['dm-1', 'sda2', 'sda'] },
      { use: 'mounted at /net', devices: [] },
    ],
    untold: [{ use: 'mounted at /srv', source: 'tank/srv' }],
  })
})

test('each disk as it answered: its id from its own bytes, a refusal, or silence', () => {
  const [five, flat, silent] = value(parseReport(answer(), QUESTION)).devices
  assert.deepEqual(five && value(five.inquiry), {
    wwid: '3600140500000000000000000000000a1',
    vendor: 'LIO-ORG',
    product: 'IBLOCK',
    revision: '4.0',
    size: 20 * 1024 ** 3,
    blockBytes: 512,
  })
  assert.deepEqual(
    [flat?.lun, flat?.sg, flat?.inquiry],
    [300, undefined, { state: 'refused', because: 'sense 5/25/00' }],
  )
  assert.equal(silent?.inquiry.state, 'timed out')
})

test('a map that was asked about: each path’s own word on its reservation, and multipathd’s part', () => {
  const { reservations, registering } = value(parseReport(answer(), QUESTION))
  const [five, gone] = reservations
  assert.deepEqual(
    [five?.hctl, five?.sd, five && value(five.keys)],
    ['2:0:1:5', 'sda', { generation: 7, keys: ['a1b2000100000001', 'a1b2000100000001'] }],
  )
  assert.deepEqual(five && value(five.reservation), { generation: 7, held: { key: '0'.repeat(16), type: 7 } })
  assert.deepEqual(five && value(five.capabilities), 'not supported')
  assert.deepEqual(gone?.keys, { state: 'refused', because: 'sense 5/25/00' })
  const daemon = value(registering)
  const b1 = { key: '00000000000000b1', aptpl: true }
  assert.deepEqual(daemon, {
    configured: new Map([['', 'file']]),
    maps: new Map([['dm-0', { key: b1, registers: true }]]),
    prkeys: [{ ...b1, wwid: '360014' }],
  })
})

test('who asks for no reservations is told none', () => {
  const report = value(parseReport(answer(), { ...QUESTION, reservations: [] }))
  assert.deepEqual([report.reservations, report.registering.state], [[], 'refused'])
})

const inquiry = (...fields: string[]) => ({
  san: ['device\t2:0:1:5\tsda\tsg0\trunning\t0', 'sysfs\tread', ['inquiry\t2:0:1:5\tok', ...fields].join('\t')],
})
const unusable = [
  [
    'an id of its type’s digit alone',
    inquiry(STANDARD.slice(0, 16).padEnd(72, '0'), '0000000180', '00800000', '', CAPACITY, ''),
  ],
  ['no page with an id', inquiry(STANDARD, PAGE00, '', '', CAPACITY, '')],
  ['a short INQUIRY', inquiry('0000', PAGE00, '', PAGE83, CAPACITY, '')],
  ['no capacity', inquiry(STANDARD, PAGE00, '', PAGE83, '', '')],
  ['a size that would round', inquiry(STANDARD, PAGE00, '', PAGE83, `${'f'.repeat(16)}00000200`, '')],
] as const
for (const [what, change] of unusable)
  test(`a disk whose answer is of no use is never a disk without an id: ${what}`, () => {
    assert.equal(value(parseReport(answer(change), QUESTION)).devices[0]?.inquiry.state, 'garbled')
  })

const off = [
  ['cut off', answer().slice(0, -20)],
  ['another last line', answer().replace('anyblade-end', 'x')],
  ['nothing', ''],
  ['another kind', answer().replace('anyblade-probe', 'anyblade-runs')],
  ['a section twice', answer().replace('[tools\n', '[bridges\n]bridges ok\n[tools\n')],
  ['a section without end', answer().replace(']tools ok\n', '')],
  ['a line outside', answer().replace('[tools\n', '|x\n[tools\n')],
  ['a missing section', answer().replace(/\[bridges[\s\S]*?\]bridges ok\n/, '')],
  ['a machine-id that is none', answer({ host: ['hostname\tb', 'machine-id\tx'] })],
  ['a disk that leaves /dev', answer({ san: ['device\t2:0:1:5\t../../etc/passwd\tsg0\trunning\t0', 'sysfs\tread'] })],
  ['a file nobody asked for', answer({ files: ['7'] })],
  ['hex that is none', answer(inquiry('zz'))],
  ['base64 that is none', answer({ impostors: ['%%%'] })],
  ['maps whose holders are not known', answer({}, { 'dm-open': 'refused exit status 1' })],
  ['a map that dmsetup does not know', answer({ 'dm-open': ['253\t1\t0'] })],
] as const
for (const [what, text] of off)
  test(`garbled, and never half a report: ${what}`, () => {
    const reading = parseReport(text, QUESTION)
    assert.equal(reading.state, 'garbled')
    assert.ok(reading.state === 'garbled' && reading.because.length > 5 && reading.because.length < 200)
  })

test('what a section could not read is a reading of its own', () => {
  const report = value(
    parseReport(
      answer(
        { domains: [] },
        { domains: 'refused no libvirt\x1b[31m socket', config: 'timed-out x', san: 'timed-out x' },
      ),
      QUESTION,
    ),
  )
  assert.deepEqual(report.domains, { state: 'refused', because: 'no libvirt [31m socket' })
  assert.equal(report.config.state, 'timed out')
  assert.equal(parseReport(answer({ san: [] }, { san: 'timed-out x' }), QUESTION).state, 'timed out')
  assert.equal(parseReport(answer({ 'dm-status': [] }, { 'dm-status': 'timed-out' }), QUESTION).state, 'read')
})

test('control characters of a blade reach nobody', () => {
  const report = value(
    parseReport(answer({ bridges: ['br\x1b[2J\u202e0'], impostors: [b64('a\r\nb\x00c')] }), QUESTION),
  )
  assert.deepEqual([report.bridges, report.impostors], [['br [2J 0'], ['a bc']])
})

test('any text at all, and any change of a good one, gives a reading and no exception', () => {
  const good = answer()
  const changed = fc
    .tuple(fc.nat(good.length), fc.nat(30), fc.string({ unit: 'binary', maxLength: 20 }))
    .map(([at, length, text]) => good.slice(0, at) + text + good.slice(at + length))
  const lines = fc.shuffledSubarray(good.split('\n')).map((some) => some.join('\n'))
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 2000 }), changed, lines), (text) => {
      assert.ok(['read', 'garbled', 'timed out', 'refused'].includes(parseReport(text, QUESTION).state))
      assert.ok(['read', 'garbled'].includes(parseRuns(text).state))
    }),
    { numRuns: 1500 },
  )
})

test('runs: in order, with what each step left; a line that was cut off says nothing', () => {
  const text = [
    'anyblade-runs 1 v',
    '[r-abcd',
    '|age\t12',
    '|holder\tann@north\t7\t40\t80',
    '|asked',
    '|plan\t{"a":1}',
    `|entry\t1\t1000\tundo failed\t${b64('so\n')},${b64('why\n')}\t.`,
    `|entry\t2\t1000\tdone\t${b64('cut')}`,
    '\0\0|entry\t2\t1000\tstarted\t\t.',
    ']r-abcd ok',
    '[r-efgh',
    '|age\t99',
    '|plan\t',
    ']r-efgh ok',
    'anyblade-end\n',
  ].join('\n')
  assert.deepEqual(value(parseRuns(text)), [
    {
      run: 'r-abcd',
      plan: '{"a":1}',
      entries: [
        { step: 1, event: 'undo failed', evidence: 'so\nwhy\n' },
        { step: 2, event: 'started', evidence: '' },
      ],
      holder: { operator: 'ann@north', epoch: 7, sinceSeconds: 40, leftSeconds: 80 },
      asked: true,
      ageSeconds: 12,
    },
    { run: 'r-efgh', plan: '', entries: [], holder: undefined, asked: false, ageSeconds: 99 },
  ])
})

test('maps asked about for their reservations are asked for their identity too', () => {
  const { args } = surveyCall({ ...QUESTION, paths: 'none', files: [] }, 20, 'a1')
  assert.deepEqual(args.slice(4, 7), ['paths=some', 'map=vm1', 'reservation=vm1'])
})

test('a LUN is asked for in each of its codings, words never mix with programs', () => {
  const lun = lunNumber(5)
  assert.ok(lun)
  const { args } = surveyCall({ ...QUESTION, reservations: [], paths: { luns: [lun], maps: ['vm1'] } }, 20, 'a1')
  assert.deepEqual(args.slice(3), [
    '20',
    'paths=some',
    'lun=5',
    'lun=16389',
    'map=vm1',
    'config',
    'baseline',
    'agent',
    'domains',
    'emulators',
    'capabilities',
    'timers',
    'initramfs',
    'host-disks',
    'file=/bin/a',
    'file=/bin/b',
  ])
})

const MACHINE = 'a'.repeat(32)
const LAN = [
  { device: 'br0', vlan: 0, machines: [MACHINE] },
  { device: 'ovs0', vlan: 42, machines: [MACHINE] },
]

test('frames: asked with the mark of all who are asked together, answered place by place', () => {
  const { args } = surveyCall({ ...QUESTION, lan: LAN }, 20, 'a1b2')
  assert.deepEqual(args.slice(-3), ['lan-mark=a1b2', `lan=br0:0:${MACHINE}`, `lan=ovs0:42:${MACHINE}`])
  const lines = ['sent', 'refused\t1\tNetwork is down', 'sent', `met\t0\t${MACHINE}`]
  const report = value(parseReport(answer({ lan: lines }), { ...QUESTION, lan: LAN }))
  assert.deepEqual(report.lan, {
    state: 'read',
    value: [
      { device: 'ovs0', vlan: 42, heard: { state: 'refused', because: 'Network is down' } },
      { device: 'br0', vlan: 0, heard: { state: 'read', value: [MACHINE] } },
    ],
  })
  for (const line of ['met\t2', 'met\t0\tsomebody'])
    assert.equal(parseReport(answer({ lan: [line] }), { ...QUESTION, lan: LAN }).state, 'garbled')
})
