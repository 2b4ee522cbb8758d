/** A guest's emulator lies elsewhere on another blade: what is claimed, and what the plan makes of it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Fleet } from '#documents'
import { prove, questionOf } from '#findings'
import { claimsOf, type Intent, planOf } from '#plans'
import { type BladeReport, type Reading, read } from '#survey'
import { b, domain, fleetOf, report, surveyOf, VM, XML } from '../../test/lab-fleet.ts'

const THERE = '/usr/libexec/qemu-kvm'
const HERE = '/usr/bin/qemu-system-x86_64'
const MACHINE = { virtType: 'kvm', arch: 'x86_64', machine: 'pc-i440fx-7.2' } as const
/** libvirt has made a name of the alias `pc`. */
const LIVE = XML.replace("machine='pc'", `machine='${MACHINE.machine}'`)
const MIGRATE = { kind: 'migrate-vm', vm: VM, to: b('blade2'), degraded: false } as const
const COLD = { kind: 'start-vm-cold', vm: VM, on: b('blade2'), degraded: false } as const
const START = { kind: 'start-vm', vm: VM, degraded: false } as const

const fleet = fleetOf()
const fenced = (): Fleet => {
  const blade1 = fleet.blades.get(b('blade1'))
  assert.ok(blade1)
  return { ...fleet, blades: new Map(fleet.blades).set(b('blade1'), { ...blade1, fenced: true }) }
}
const NONE: Partial<BladeReport> = { files: [] }
const other = (emulator: Reading<string>, machine: string = MACHINE.machine): Partial<BladeReport> => ({
  files: [],
  machines: read([{ ...MACHINE, machine, emulator }]),
})

function judged(intent: Intent, away: Partial<BladeReport>, home: Partial<BladeReport> = {}) {
  const of = intent.kind === 'start-vm-cold' ? fenced() : fleet
  const survey = surveyOf(of, {
    blade1: report('blade1', { domains: read([domain('running', { xml: LIVE })]), ...home }),
    blade2: report('blade2', away),
  })
  const claim = claimsOf(of, intent, survey).find(({ kind }) => kind === 'emulator')
  assert.ok(claim)
  return { claim, finding: prove(claim, of, survey), plan: planOf(of, survey, intent) }
}

const kinds = (plan: ReturnType<typeof planOf>, kind: string) =>
  plan.steps.find(({ action }) => action.kind === kind)?.action
const textIn = (plan: ReturnType<typeof planOf>): string | undefined => {
  const record = kinds(plan, 'record-documents')
  assert.ok(record?.kind === 'record-documents')
  return record.changes.flatMap((change) => ('text' in change ? [change.text] : []))[0]
}

test('it is there under its path: nothing of it changes', () => {
  const { finding, plan } = judged(MIGRATE, {})
  assert.equal(finding.verdict, 'proved')
  const move = kinds(plan, 'migrate-domain')
  assert.ok(move?.kind === 'migrate-domain')
  assert.equal(move.emulator, undefined)
  assert.equal(textIn(plan), undefined)
})

test('another one there takes its machine: the move names that, and the recorded definition follows', () => {
  const { finding, plan } = judged(MIGRATE, other(read(THERE)))
  assert.equal(finding.verdict, 'proved', finding.because)
  assert.match(
    finding.because,
    /blade2 has no emulator \/usr\/bin\/qemu-system-x86_64; \/usr\/libexec\/qemu-kvm takes pc-i440fx-7\.2/,
  )
  const move = kinds(plan, 'migrate-domain')
  assert.ok(move?.kind === 'migrate-domain')
  assert.equal(move.emulator, THERE)
  assert.equal(textIn(plan), XML.replace(HERE, THERE))
})

for (const [what, away, verdict] of [
  ['none there knows its machine', other({ state: 'refused', because: 'the machine is not supported' }), 'refuted'],
  ['nobody was asked', NONE, 'refuted'],
  ['libvirt there is silent', { files: [], machines: { state: 'timed out', because: 'no answer' } }, 'unknown'],
  ['it was asked of another machine', other(read(THERE), 'pc-q35-7.2'), 'refuted'],
] as const)
  test(`it is not there, and ${what}: ${verdict}, and the plan names none`, () => {
    const { finding, plan } = judged(MIGRATE, away)
    assert.equal(finding.verdict, verdict, finding.because)
    const move = kinds(plan, 'migrate-domain')
    assert.ok(move?.kind === 'migrate-domain')
    assert.equal(move.emulator, undefined)
  })

test('where it is there one look tells: what is claimed does not change by what was seen', () => {
  const [before] = claimsOf(fleet, MIGRATE).filter(({ kind }) => kind === 'emulator')
  assert.deepEqual(judged(MIGRATE, {}).claim, before)
})

test('where it is not, the destination is asked who takes what is really run, and for the emulator that runs it', () => {
  const { claim } = judged(MIGRATE, NONE)
  const asked = questionOf([claim], fleet).blades.get(b('blade2'))
  assert.deepEqual([asked?.files.includes(HERE), asked?.machines], [true, [MACHINE]])
})

test('a cold start elsewhere: it is defined with the one that is there, which is recorded', () => {
  const { finding, plan } = judged(COLD, other(read(THERE), 'pc'))
  assert.equal(finding.verdict, 'proved', finding.because)
  const defined = kinds(plan, 'define-domain')
  assert.ok(defined?.kind === 'define-domain')
  assert.equal(defined.xml, XML.replace(HERE, THERE))
  assert.equal(textIn(plan), defined.xml)
})

test('at its home nothing takes its place: there its definition says which one starts it', () => {
  const { finding } = judged(START, {}, { ...other(read(THERE)), domains: read([domain('shut off')]) })
  assert.equal(finding.verdict, 'refuted')
  assert.match(finding.next ?? '', /set <emulator>/)
})
