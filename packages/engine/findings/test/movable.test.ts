import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inverse } from '#actions'
import type { Fleet, Vm } from '#documents'
import { prove, questionOf } from '#findings'
import { claimsOf, parsePlan, planOf } from '#plans'
import { type BladeReport, read, type StateFile } from '#survey'
import { b, domain, fleetOf, report, surveyOf, UUID, VM, WWID, XML } from '../../test/lab-fleet.ts'

const fleet = fleetOf()
const MIGRATE = { kind: 'migrate-vm', vm: VM, to: b('blade2'), degraded: false } as const
const MIB = 1024 ** 2
type Kind = 'machine-type' | 'memory' | 'local-devices'

/** The running guest has this XML; what is claimed of blade2, judged. */
function judge(kind: Kind, xml: string, away: Partial<BladeReport> = {}) {
  const survey = surveyOf(fleet, {
    blade1: report('blade1', { domains: read([domain('running', { xml })]) }),
    blade2: report('blade2', away),
  })
  const claim = claimsOf(fleet, MIGRATE, survey).find((one) => one.kind === kind)
  assert.ok(claim)
  return prove(claim, fleet, survey)
}
const capabilities = (machine: string, tpm = ''): Partial<BladeReport> => ({
  capabilities: read(
    `<domainCapabilities><path>/usr/bin/qemu-system-x86_64</path><domain>kvm</domain><machine>${machine}</machine><arch>x86_64</arch><devices>${tpm}</devices></domainCapabilities>`,
  ),
})

for (const [wanted, newest, verdict] of [
  ['pc-q35-7.2', 'pc-q35-7.2', 'proved'],
  ['pc-i440fx-6.0', 'pc-i440fx-7.2', 'proved'],
  ['pc-q35-6.2', 'pc-i440fx-7.2', 'proved'],
  ['pc-q35-10.0', 'pc-q35-9.2', 'refuted'],
  ['pc-q35-rhel9.4.0', 'pc-q35-rhel9.2.0', 'refuted'],
  ['pc-q35-rhel9.4.0', 'pc-q35-7.2', 'proved'],
  ['pc', 'pc-i440fx-7.2', 'proved'],
] as const)
  test(`a guest of ${wanted} on an emulator that takes ${newest}: ${verdict}`, () =>
    assert.equal(
      judge('machine-type', XML.replace("machine='pc'", `machine='${wanted}'`), capabilities(newest)).verdict,
      verdict,
    ))

const withMemory = (availableBytes: number, change: object = {}): Partial<BladeReport> => ({
  host: { ...report('blade2').host, memory: { totalBytes: 4096 * MIB, availableBytes }, ...change },
})
const HUGE = XML.replace(
  '<vcpu>',
  "<memoryBacking><hugepages><page size='2' unit='MiB'/></hugepages></memoryBacking><vcpu>",
)
const { memory: _, ...silent } = report('blade2').host
for (const [what, xml, away, verdict, shown] of [
  ['enough is free', XML, withMemory(288 * MIB), 'proved', /takes 288 MiB, 288 MiB are free/],
  ['less than guest and emulator take', XML, withMemory(287 * MIB), 'refuted', /287 MiB are free on blade2/],
  ['nobody says how much', XML, { host: silent }, 'unknown', /does not tell/],
  [
    'huge pages, enough of them',
    HUGE,
    withMemory(0, { hugePages: [{ pageBytes: 2 * MIB, freeCount: 80 }] }),
    'proved',
    /160 MiB of huge pages/,
  ],
  [
    'huge pages of another size',
    HUGE,
    withMemory(4096 * MIB, { hugePages: [{ pageBytes: 1024 * MIB, freeCount: 8 }] }),
    'refuted',
    /0 MiB are free/,
  ],
  ['no huge pages', HUGE, withMemory(4096 * MIB), 'refuted', /0 MiB are free/],
] as const)
  test(`memory there: ${what}`, () => {
    const finding = judge('memory', xml, away)
    assert.equal(finding.verdict, verdict, finding.because)
    assert.match(finding.because, shown)
  })

const with_ = (device: string): string => XML.replace('<interface', `${device}<interface`)
const cdrom = (source: string) =>
  with_(`<disk type='file' device='cdrom'>${source}<target dev='hdc' bus='ide'/><readonly/></disk>`)
const ISO = cdrom("<source file='/srv/d.iso'/>")
const withIso = (): Fleet => {
  const [vm] = fleet.vms.values()
  assert.ok(vm)
  return { ...fleet, vms: new Map([[VM, { ...vm, xml: ISO }]]) }
}
const TPM = "<tpm supported='yes'><enum name='backendModel'><value>passthrough</value></enum></tpm>"
for (const [what, xml, away, shown] of [
  ['nothing but volumes and a bridge', XML, {}, undefined],
  ['an empty drive', cdrom(''), {}, undefined],
  ['an ISO that is there too', ISO, { files: ['/srv/d.iso'] }, undefined],
  ['an ISO that is not', ISO, {}, /cdrom hdc holds \/srv\/d\.iso.*virsh change-media ldap hdc --eject/],
  [
    'the drive of the blade',
    with_("<disk type='block' device='cdrom'><source dev='/dev/sr0'/><target dev='hdc'/></disk>"),
    {},
    /\/dev\/sr0.*--eject/,
  ],
  [
    'a floppy that is written',
    with_("<disk type='file' device='floppy'><source file='/srv/f.img'/><target dev='fda'/></disk>"),
    { files: ['/srv/f.img'] },
    /floppy fda holds.*--eject/,
  ],
  [
    'its volume by another name',
    XML.replace('/dev/mapper/ldap', `/dev/disk/by-id/wwn-0x${WWID.slice(1)}`),
    {},
    undefined,
  ],
  [
    'a disk of the blade',
    with_("<disk type='block' device='disk'><source dev='/dev/sdz'/><target dev='vdb'/></disk>"),
    {},
    /vdb is \/dev\/sdz, no volume of ldap/,
  ],
  [
    'a PCI device',
    with_("<hostdev type='pci'><source><address domain='0' bus='3' slot='0' function='0'/></source></hostdev>"),
    {},
    /pci device of the blade, 0000:03:00\.0/,
  ],
  [
    'a USB device',
    with_("<hostdev type='usb'><source><vendor id='0x1050'/><product id='0x0407'/></source></hostdev>"),
    {},
    /usb device of the blade, 0x1050:0x0407/,
  ],
  [
    'a directory of the blade',
    with_("<filesystem type='mount'><source dir='/srv'/><target dir='srv'/></filesystem>"),
    {},
    /directory of the blade, \/srv as srv/,
  ],
  [
    'the TPM of the blade',
    with_("<tpm><backend type='passthrough'><device path='/dev/tpm0'/></backend></tpm>"),
    {},
    /TPM of the blade itself/,
  ],
  ['an emulated TPM', with_("<tpm><backend type='emulator' version='2.0'/></tpm>"), {}, undefined],
  [
    'an emulated TPM where swtpm is missing',
    with_("<tpm><backend type='emulator' version='2.0'/></tpm>"),
    capabilities('pc', TPM),
    /install swtpm on blade2/,
  ],
  [
    'a serial port on the blade’s',
    with_("<serial type='dev'><source path='/dev/ttyS0'/></serial>"),
    {},
    /serial port on a device of the blade, \/dev\/ttyS0/,
  ],
  ['a serial port into a file', with_("<serial type='file'><source path='/var/log/l.log'/></serial>"), {}, undefined],
] as const)
  test(`devices: ${what}: ${shown === undefined ? 'it may go' : 'refused'}`, () => {
    const finding = judge('local-devices', xml, away)
    assert.equal(finding.verdict, shown === undefined ? 'proved' : 'refuted', finding.evidence.join())
    if (shown !== undefined) assert.match(finding.evidence.join('\n'), shown)
  })

test('an ISO that is not there, and may come out: ejected first, the drive is empty when it moves, and stays so', () => {
  const survey = surveyOf(withIso(), {
    blade1: report('blade1', { domains: read([domain('running', { xml: ISO })]) }),
    blade2: report('blade2'),
  })
  const intent = { ...MIGRATE, eject: true } as const
  const claim = claimsOf(withIso(), intent, survey).find(({ kind }) => kind === 'local-devices')
  assert.ok(claim)
  const finding = prove(claim, withIso(), survey)
  assert.equal(finding.verdict, 'proved')
  assert.match(finding.evidence.join(), /cdrom hdc holds \/srv\/d\.iso: ejected before the move/)
  const { steps } = planOf(withIso(), survey, intent)
  const [first] = steps
  assert.deepEqual([first?.action.kind, first?.phase], ['eject-medium', 'undoable'])
  assert.deepEqual(first && inverse(first.action), { ...first?.action, kind: 'insert-medium' })
  const move = steps.find(({ action }) => action.kind === 'migrate-domain')
  const empty = move?.requires.find(({ kind }) => kind === 'local-devices')
  assert.ok(empty)
  assert.equal(prove(empty, withIso(), survey).verdict, 'refuted', 'not while the file is in it')
  assert.deepEqual(
    steps.flatMap(({ unless }) => unless?.answerOf ?? []),
    Array(4).fill(move?.number),
  )
  const record = steps.find(({ action }) => action.kind === 'record-documents')?.action
  assert.ok(record?.kind === 'record-documents')
  assert.deepEqual(
    record.changes.flatMap((change) => ('text' in change ? [change.text] : [])),
    [cdrom('')],
  )
})

test('what may come out and is there too stays in, and is said; the drive of the blade itself is still refused', () => {
  const of = (xml: string, away: Partial<BladeReport>) => {
    const survey = surveyOf(fleet, {
      blade1: report('blade1', { domains: read([domain('running', { xml })]) }),
      blade2: report('blade2', away),
    })
    const intent = { ...MIGRATE, eject: true } as const
    const claim = claimsOf(fleet, intent, survey).find(({ kind }) => kind === 'local-devices')
    assert.ok(claim)
    return { finding: prove(claim, fleet, survey), plan: planOf(fleet, survey, intent) }
  }
  const stays = of(ISO, { files: ['/srv/d.iso'] })
  assert.match(stays.finding.evidence.join(), /on blade2 too/)
  assert.ok(!stays.plan.steps.some(({ action }) => action.kind === 'eject-medium'))
  const drive = with_("<disk type='block' device='cdrom'><source dev='/dev/sr0'/><target dev='hdc'/></disk>")
  assert.equal(of(drive, {}).finding.verdict, 'refuted')
})

const withXml = (xml: string): Fleet => {
  const [vm] = fleet.vms.values()
  const blade1 = fleet.blades.get(b('blade1'))
  assert.ok(vm && blade1)
  const changed: Vm = { ...vm, xml }
  return {
    ...fleet,
    vms: new Map([[VM, changed]]),
    blades: new Map(fleet.blades).set(b('blade1'), { ...blade1, fenced: true }),
  }
}
const COLD = { kind: 'start-vm-cold', vm: VM, on: b('blade2'), degraded: false } as const
const UEFI = XML.replace('</os>', '<nvram>/var/lib/libvirt/qemu/nvram/ldap.fd</nvram></os>')

for (const [what, xml, shown] of [
  ['firmware variables', UEFI, /NVRAM\) of ldap stay on blade1/],
  ['firmware that libvirt chooses', XML.replace('<os>', "<os firmware='efi'>"), /NVRAM/],
  ['a TPM', with_("<tpm><backend type='emulator'/></tpm>"), /sealed by the TPM of ldap stays on blade1/],
  ['nothing but disks', XML, undefined],
] as const)
  test(`a cold start elsewhere, of one that has ${what}: ${shown ? 'its loss is said first, and agreed to' : 'goes on'}`, () => {
    const judged = (intent: Parameters<typeof claimsOf>[1]) => {
      const claim = claimsOf(withXml(xml), intent).find(({ kind }) => kind === 'left-behind')
      assert.ok(claim)
      return prove(claim, withXml(xml), surveyOf(fleet, {}))
    }
    const finding = judged(COLD)
    assert.equal(finding.verdict, shown ? 'refuted' : 'proved')
    if (shown) assert.match(finding.evidence.join(), shown)
    if (shown) assert.match(finding.next ?? '', /--lose-local-state/)
    const agreed = { ...COLD, loseLocalState: true } as const
    assert.equal(judged(agreed).verdict, 'proved')
    if (shown) assert.match(planOf(withXml(xml), surveyOf(fleet, {}), agreed).remarks?.join() ?? '', shown)
  })

/** Cold on blade2, by the document's text; `said`: what blade2 answers. */
function coldly(xml: string, said: Partial<BladeReport> = {}, eject = false) {
  const of = withXml(xml)
  const survey = surveyOf(of, { blade2: report('blade2', said) })
  const intent = { ...COLD, ...(eject && { eject }) } as const
  const claim = claimsOf(of, intent, survey).find(({ kind }) => kind === 'local-devices')
  assert.ok(claim)
  return { claim, of, finding: prove(claim, of, survey), plan: planOf(of, survey, intent) }
}

for (const [what, xml, said, shown] of [
  ['nothing but volumes and a bridge', XML, {}, undefined],
  ['an ISO that is there too', ISO, { files: ['/srv/d.iso'] }, undefined],
  ['an ISO that is not', ISO, {}, /cdrom hdc holds \/srv\/d\.iso.*with the drive empty: --eject/],
  [
    'the drive of the blade',
    with_("<disk type='block' device='cdrom'><source dev='/dev/sr0'/><target dev='hdc'/></disk>"),
    {},
    /\/dev\/sr0.*out of vms\/ldap\.xml/,
  ],
  [
    'its volume by another name',
    XML.replace('/dev/mapper/ldap', `/dev/disk/by-id/wwn-0x${WWID.slice(1)}`),
    {},
    undefined,
  ],
  [
    'a disk of the blade',
    with_("<disk type='block' device='disk'><source dev='/dev/sdz'/><target dev='vdb'/></disk>"),
    {},
    /vdb is \/dev\/sdz, no volume of ldap.*out of vms\/ldap\.xml/,
  ],
  [
    'a PCI device',
    with_("<hostdev type='pci'><source><address domain='0' bus='3' slot='0' function='0'/></source></hostdev>"),
    {},
    /0000:03:00\.0: take it out of vms\/ldap\.xml/,
  ],
  [
    'an emulated TPM where swtpm is missing',
    with_("<tpm><backend type='emulator' version='2.0'/></tpm>"),
    capabilities('pc', TPM),
    /install swtpm on blade2/,
  ],
] as const)
  test(`devices at a cold start: ${what}: ${shown === undefined ? 'it may start' : 'refused'}`, () => {
    const { finding, claim, of } = coldly(xml, said)
    assert.equal(finding.verdict, shown === undefined ? 'proved' : 'refuted', finding.evidence.join())
    if (shown !== undefined) assert.match(finding.evidence.join('\n'), shown)
    assert.doesNotMatch(finding.evidence.join('\n'), /virsh|the move/, 'it runs nowhere')
    const asked = questionOf([claim], of).blades
    assert.deepEqual([...asked.keys()], ['blade2'], 'its fenced home is not asked')
    if (xml === ISO) assert.deepEqual(asked.get(b('blade2'))?.files, ['/srv/d.iso'])
  })

test('cold, with an ISO that is not there and may come out: what is defined and recorded has an empty drive', () => {
  const { finding, plan } = coldly(ISO, {}, true)
  assert.equal(finding.verdict, 'proved')
  assert.match(finding.evidence.join(), /cdrom hdc holds \/srv\/d\.iso: taken out, it starts with the drive empty/)
  const texts = plan.steps.flatMap(({ action }) =>
    action.kind === 'define-domain'
      ? [action.xml]
      : action.kind === 'record-documents'
        ? action.changes.flatMap((change) => ('text' in change ? [change.text] : []))
        : [],
  )
  assert.deepEqual(texts, [cdrom(''), cdrom('')])
  assert.deepEqual(parsePlan(JSON.stringify(plan)), plan, 'so it stands in the journal')
  const stays = coldly(ISO, { files: ['/srv/d.iso'] }, true)
  assert.match(stays.finding.evidence.join(), /on blade2 too/)
  assert.ok(stays.plan.steps.some(({ action }) => action.kind === 'define-domain' && action.xml === ISO))
})

const VARS: StateFile = {
  ...({ kind: 'nvram', name: 'nvram', bytes: 540_672, sha256: 'a'.repeat(64) } as const),
  ...{ owner: 'libvirt-qemu', group: 'kvm', mode: '600' },
}
for (const [what, state, files, shown] of [
  ['off there', 'shut off', read([VARS]), undefined],
  ['standing still there', 'paused', read([VARS]), undefined],
  ['gone from its libvirt', undefined, read([VARS]), undefined],
  ['running there', 'running', read([VARS]), /ldap is running there, and may change it: virsh destroy ldap on blade1/],
  ['without a file of them', 'shut off', read([]), /blade1 has none: nvram/],
  ['too large', 'shut off', { state: 'refused', because: 'more than 72 MiB' }, /more than 72 MiB/],
] as const)
  test(`a cold start of one with firmware variables whose fenced home answers, ${what}: ${shown ? 'refused' : 'they are brought'}`, () => {
    const of = withXml(UEFI)
    const survey = surveyOf(of, {
      blade1: report('blade1', {
        domains: read(state === undefined ? [] : [domain(state, { xml: UEFI })]),
        states: read([{ uuid: UUID, files }]),
      }),
      blade2: report('blade2'),
    })
    const claim = claimsOf(of, COLD, survey).find(({ kind }) => kind === 'left-behind')
    assert.ok(claim)
    assert.deepEqual(questionOf([claim], of).blades.get(b('blade1'))?.states, [UUID])
    const finding = prove(claim, of, survey)
    const { steps, remarks } = planOf(of, survey, { ...COLD, loseLocalState: true })
    const brings = steps.map(({ action }) => action.kind).slice(-4)
    if (shown) {
      assert.equal(finding.verdict, 'refuted')
      assert.match(finding.evidence.join(), shown)
      assert.ok(!brings.includes('restore-state'))
      assert.match(remarks?.join() ?? '', /no copy of that is kept elsewhere/)
    } else {
      assert.equal(finding.verdict, 'proved')
      assert.deepEqual(brings, ['define-domain', 'restore-state', 'start-domain', 'record-documents'])
      assert.match(remarks?.join() ?? '', /comes along, as it is there now/)
    }
  })

test('its home answers as another machine: nothing is taken from it', () => {
  const of = withXml(UEFI)
  const host = { ...report('blade1').host, machineId: '9'.repeat(32) }
  const survey = surveyOf(of, {
    blade1: report('blade1', { host, states: read([{ uuid: UUID, files: read([VARS]) }]) }),
  })
  const claim = claimsOf(of, COLD, survey).find(({ kind }) => kind === 'left-behind')
  assert.ok(claim)
  assert.match(prove(claim, of, survey).evidence.join(), /another machine/)
})
