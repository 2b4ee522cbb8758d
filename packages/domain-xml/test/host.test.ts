import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import {
  type DomainCapabilities,
  DomainXmlError,
  parseCapabilities,
  parseDomain,
  parseDomainCapabilities,
  processorFits,
} from '../index.ts'

const read = (name: string) => readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8')
const tcg = parseDomainCapabilities(read('domcapabilities-tcg.xml'))

test("libvirt 9.0's domain capabilities of an emulator", () => {
  assert.deepEqual([tcg.emulator, tcg.virtType, tcg.arch], ['/usr/bin/qemu-system-x86_64', 'qemu', 'x86_64'])
  assert.match(tcg.machine ?? '', /^pc-i440fx-/)
  assert.deepEqual([tcg.vcpuMaxCount, tcg.cpu.hostPassthrough], [255, 'not-supported'])
  assert.deepEqual([tcg.cpu.hostModel?.model, tcg.cpu.hostModel?.vendor], ['EPYC', 'AMD'])
  assert.deepEqual(tcg.cpu.hostModel?.features[0], { name: 'acpi', policy: 'require' })
  assert.deepEqual(
    tcg.cpu.customModels.find(({ name }) => name === 'qemu64'),
    { name: 'qemu64', usable: 'yes' },
  )
  assert.ok(tcg.cpu.customModels.some(({ usable }) => usable === 'no'))
})

test("libvirt 9.0's capabilities of a host", () => {
  const host = parseCapabilities(read('capabilities.xml'))
  assert.deepEqual([host.hostUuid, host.arch], ['5f6c2b0e-0d1a-4c53-9d57-6a6f0f3f7d11', 'x86_64'])
  assert.deepEqual([host.cpu.model, host.cpu.vendor, host.cpu.features[0]], ['kvm64', 'AMD', 'vme'])
  assert.ok(host.migrationTransports.includes('tcp'))
})

test('one is not taken for the other', () => {
  for (const parse of [parseCapabilities, parseDomainCapabilities])
    assert.throws(
      () => parse('<domain/>'),
      (e) => e instanceof DomainXmlError && e.code === 'root-unexpected',
    )
})

const there: DomainCapabilities = {
  emulator: '/usr/bin/qemu-system-x86_64',
  virtType: 'kvm',
  machine: 'pc-q35-7.2',
  arch: 'x86_64',
  vcpuMaxCount: 255,
  tpmBackends: ['passthrough', 'emulator'],
  cpu: {
    hostPassthrough: 'supported',
    hostModel: {
      model: 'Broadwell',
      vendor: 'Intel',
      fallback: 'forbid',
      features: [
        { name: 'vmx', policy: 'require' },
        { name: 'aes', policy: 'disable' },
      ],
    },
    customModels: [
      { name: 'qemu64', usable: 'yes' },
      { name: 'Broadwell', usable: 'yes' },
      { name: 'Icelake-Server', usable: 'no' },
      { name: 'pentium', usable: 'unknown' },
    ],
  },
}
const elsewhere = (change: Partial<DomainCapabilities['cpu']>): DomainCapabilities => ({
  ...there,
  cpu: { ...there.cpu, ...change },
})
const custom = (inside: string) => `<cpu mode='custom' match='exact'>${inside}</cpu>`

const rules = [
  ['a usable model', custom('<model>Broadwell</model>'), 'yes'],
  ['a model that is not usable', custom('<model>Icelake-Server</model>'), 'no'],
  ['a model that the emulator does not know', custom('<model>Zen9</model>'), 'no'],
  ['a model of which libvirt does not say it', custom('<model>pentium</model>'), 'unknown'],
  ['a feature that is there', custom("<model>Broadwell</model><feature name='vmx' policy='require'/>"), 'yes'],
  ['a feature without a policy is required', custom("<model>Broadwell</model><feature name='aes'/>"), 'no'],
  ['a feature that is lacking', custom("<model>Broadwell</model><feature name='aes' policy='require'/>"), 'no'],
  ['a lacking feature that may be', custom("<model>Broadwell</model><feature name='aes' policy='optional'/>"), 'yes'],
  [
    'a feature that may be in the base model',
    custom("<model>Broadwell</model><feature name='avx2' policy='require'/>"),
    'unknown',
  ],
  ['a feature forbidden that is there', custom("<model>Broadwell</model><feature name='vmx' policy='forbid'/>"), 'no'],
  ['another vendor', custom('<model>Broadwell</model><vendor>AMD</vendor>'), 'no'],
  ['host-model as an older libvirt expands it', "<cpu mode='host-model'><model>Broadwell</model></cpu>", 'yes'],
  ['host-model', "<cpu mode='host-model'/>", 'unknown'],
  ['host-passthrough', "<cpu mode='host-passthrough'/>", 'unknown'],
  ['no processor at all', '', 'yes'],
] as const
for (const [what, cpu, fits] of rules)
  test(`${what}: ${fits}`, () => {
    const domain = parseDomain(`<domain type='kvm'><name>a</name>${cpu}</domain>`)
    const fit = processorFits(domain.cpu, there)
    assert.equal(fit.fits, fits, fit.because)
    assert.notEqual(fit.because, '')
  })

test('host-passthrough fits only between equal host models', () => {
  const { cpu } = parseDomain("<domain type='kvm'><name>a</name><cpu mode='host-passthrough'/></domain>")
  assert.equal(processorFits(cpu, there, there).fits, 'yes')
  const other = elsewhere({ hostModel: { model: 'Haswell', vendor: 'Intel', fallback: undefined, features: [] } })
  assert.equal(processorFits(cpu, other, there).fits, 'unknown')
  assert.equal(processorFits(cpu, elsewhere({ hostPassthrough: 'not-supported' }), there).fits, 'no')
})

test('the running domain of the lab fits where its features are told', () => {
  const fit = processorFits(parseDomain(read('running-vm1.xml')).cpu, tcg)
  assert.equal(fit.fits, 'unknown', fit.because)
  assert.match(fit.because, /let libvirt compare/)
})
