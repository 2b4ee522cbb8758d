import assert from 'node:assert/strict'
import { test } from 'node:test'
import { prove } from '#findings'
import { read } from '#survey'
import { b, domain, fleetOf, report, surveyOf, VM, XML } from '../../test/lab-fleet.ts'

const DRIVER = "<driver name='qemu' type='raw' cache='none'/>"
const withDriver = (attributes: string) => XML.replace(DRIVER, `<driver name='qemu' type='raw' ${attributes}/>`)
const CD = `<disk type='file' device='cdrom'><target dev='sda' bus='sata'/></disk>`
const claim = { kind: 'error-policy', blade: b('blade1'), vm: VM } as const

/** The document and, where it is defined on the blade, the live domain. */
function judge(document: string, live?: string) {
  const fleet = fleetOf()
  const [vm] = fleet.vms.values()
  assert.ok(vm)
  const documented = { ...fleet, vms: new Map([[vm.name, { ...vm, xml: document }]]) }
  const domains = read(live === undefined ? [] : [domain('running', { xml: live })])
  return prove(claim, documented, surveyOf(documented, { blade1: report('blade1', { domains }) }))
}

const GOOD = withDriver("cache='none' error_policy='stop' rerror_policy='stop'")
const cases = [
  ['all three are set', GOOD, 'proved', []],
  ['a drive for media is none of its business', GOOD.replace('<interface', `${CD}<interface`), 'proved', []],
  ['what is said of writes holds for reads too', withDriver("cache='none' error_policy='stop'"), 'proved', []],
  ['nothing is set', XML, 'refuted', [/error_policy not set → stop/, /rerror_policy not set → stop/]],
  [
    'reads are reported',
    withDriver("cache='none' error_policy='stop' rerror_policy='report'"),
    'refuted',
    [/rerror_policy report → stop/],
  ],
  ['only reads stop', withDriver("cache='none' rerror_policy='stop'"), 'refuted', [/error_policy not set → stop/]],
  [
    'errors stop it when the disk is full only',
    withDriver("cache='none' error_policy='enospace' rerror_policy='stop'"),
    'refuted',
    [/error_policy enospace → stop/],
  ],
  ['a host cache', withDriver("cache='writeback' error_policy='stop'"), 'refuted', [/cache writeback → none/]],
] as const
for (const [rule, xml, verdict, evidence] of cases)
  for (const where of ['live', 'documented'] as const)
    test(`disk errors ${verdict}, ${where}: ${rule}`, () => {
      const finding = where === 'live' ? judge(GOOD, xml) : judge(xml)
      assert.equal(finding.verdict, verdict, finding.because)
      assert.equal(finding.evidence.length, evidence.length)
      for (const [i, line] of evidence.entries()) assert.match(finding.evidence[i] ?? '', line)
    })

test('disk errors: what runs counts, and not what is written', () => {
  assert.equal(judge(XML, GOOD).verdict, 'proved')
})

test('disk errors unknown: no readable domain, no libvirt', () => {
  assert.equal(judge('<domain').verdict, 'unknown')
  const fleet = fleetOf()
  const silent = report('blade1', { domains: { state: 'refused', because: 'x' } })
  assert.equal(prove(claim, fleet, surveyOf(fleet, { blade1: silent })).verdict, 'unknown')
})
