/** A whole report, and what is none. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseReport } from '../probe.parse.ts'
import { parseRuns } from '../runs.parse.ts'
import { answer, b64, inquiry, QUESTION, UUID, value } from './an-answer.ts'

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
    hugePages: [
      { pageBytes: 2 * 1024 ** 2, freeCount: 80 },
      { pageBytes: 1024 ** 3, freeCount: 3 },
    ],
    servesMissingPages: false,
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

test('how fast a guest dirties its memory, and how fast a link is: in bytes, or why it was not measured', () => {
  const told = (change: Readonly<Record<string, readonly string[]>>) => {
    const reading = parseReport(answer(change), QUESTION)
    assert.equal(reading.state, 'read')
    if (reading.state !== 'read') return undefined
    const { guests, speeds } = reading.value
    return [guests.state === 'read' && guests.value[0], speeds.state === 'read' && speeds.value[0]]
  }
  const [memory, link] = [{ uuid: UUID, givenBytes: 32 * 1024 ** 2 }, 'blade1:blade2']
  assert.deepEqual(told({}), [
    { ...memory, residentBytes: 66460 * 1024, dirtyBytesPerSecond: { state: 'read', value: 28 * 1024 ** 2 } },
    { link, bytesPerSecond: { state: 'read', value: 54345504 } },
  ])
  const because = 'Unknown procedure: 427'
  assert.deepEqual(
    told({ guests: [`guest\t${UUID}\t32768\t-\t-\t${because}`], speeds: [`silent\t${link}\tnobody listens`] }),
    [
      { ...memory, residentBytes: undefined, dirtyBytesPerSecond: { state: 'refused', because } },
      { link, bytesPerSecond: { state: 'refused', because: 'nobody listens' } },
    ],
  )
})

test('which emulator takes what guests are run as: each by its number; a path that is none garbles the answer', () => {
  const told = (lines?: readonly string[]) =>
    parseReport(answer(lines === undefined ? {} : { machines: lines }), QUESTION)
  const [q35, newer] = QUESTION.machines
  assert.deepEqual(value(value(told()).machines), [
    { ...q35, emulator: { state: 'read', value: '/usr/bin/kvm' } },
    { ...newer, emulator: { state: 'refused', because: 'the machine is not supported' } },
  ])
  assert.equal(told([`0\ttakes\t${b64('/usr/bin/<kvm')}`]).state, 'garbled')
  assert.equal(told([`2\ttakes\t${b64('/usr/bin/kvm')}`]).state, 'garbled')
})

test('log-ins at other blades and credentials of the fleet’s own; what is neither is garbled', () => {
  const told = (change: Readonly<Record<string, readonly string[]>>) => {
    const reading = parseReport(answer(change), QUESTION)
    return reading.state === 'read' ? reading.value : reading
  }
  const value = told({})
  assert.ok('logins' in value)
  const at = { host: 'b2', knownAs: '[b2]:2222' }
  assert.deepEqual(value.logins, {
    state: 'read',
    value: [{ ...at, reached: { state: 'read', value: { machineId: '0b'.repeat(16), byOurs: true } } }],
  })
  assert.deepEqual(value.credentials, {
    state: 'read',
    value: {
      key: `ssh-ed25519 ${'A'.repeat(68)}`,
      hostKeys: [`ecdsa-sha2-nistp256 ${'B'.repeat(140)}=`],
      addresses: ['fd00::2'],
      lines: [{ file: 'known_hosts', text: 'b2 ssh-ed25519 AAAA anyblade:a1b2:blade2' }],
    },
  })
  const out = told({ logins: ['login\tb2\tb2\tout\tPermission denied (publickey).'] })
  assert.deepEqual('logins' in out && out.logins.state === 'read' && out.logins.value[0]?.reached, {
    state: 'refused',
    because: 'Permission denied (publickey).',
  })
  const wrong: Readonly<Record<string, readonly string[]>>[] = [
    { credentials: ['whole', `address\t10.0.0.1",command="x`] },
    { credentials: ['whole', 'key\tssh-ed25519 AAAA"'] },
    { credentials: ['whole', `line\tshadow\t${Buffer.from('x').toString('base64')}`] },
    { logins: ['login\tb2\tb2 *\tout\tx'] },
  ]
  for (const change of wrong) assert.ok('state' in told(change), JSON.stringify(change))
})
