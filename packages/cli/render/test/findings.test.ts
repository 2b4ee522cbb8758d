import assert from 'node:assert/strict'
import { test } from 'node:test'
import { alias, arrayName, bladeName, type Claim, type Finding, parseSize, vmName, wwid } from '@anyblade/engine'
import { proofLines, refusal } from '../findings.ts'

function known<T>(value: T | undefined): T {
  assert.ok(value !== undefined)
  return value
}
const [blade, vm, array, ldap] = [
  known(bladeName('blade2')),
  known(vmName('ldap')),
  known(arrayName('san1')),
  known(alias('ldap')),
]
const volume = { alias: ldap, wwid: known(wwid('36001405000000000000000000000001')), size: parseSize('20G') }
const refused = (claim: Claim, next?: string): Finding => ({
  claim,
  verdict: 'refuted',
  because: 'it is otherwise',
  evidence: ['sdc: 36001405…0009'],
  ...(next === undefined ? {} : { next }),
})

const cases: readonly (readonly [string, Finding, string])[] = [
  ['its own command', refused({ kind: 'answers', blade }, 'anyblade blade show blade2'), 'anyblade blade show blade2'],
  [
    'a sentence: what shows the volume',
    refused({ kind: 'identity', blade, volume }, 'show the LUN'),
    'anyblade volume show ldap',
  ],
  ['a VM', refused({ kind: 'error-policy', blade, vm }), 'anyblade vm show ldap'],
  [
    'a name on a blade',
    refused({ kind: 'alias-free', blade, alias: ldap, wwid: undefined }),
    'anyblade survey --on blade2',
  ],
  [
    'an array',
    refused({ kind: 'room', array, volumes: [{ volume: ldap, size: volume.size, tag: 't' }] }),
    'anyblade array show san1',
  ],
]
for (const [what, finding, next] of cases)
  test(`a refusal ends with a command that helps: ${what}`, () => {
    const lines = refusal('ldap may not move to blade2', [finding], 'refused').split('\n')
    assert.equal(lines.at(-1), `Next: ${next}`)
    assert.equal(lines.at(-2), 'Nothing was changed.')
    assert.match(lines[0] ?? '', /exit 3$/)
  })

test('advice that is no command stands with its finding', () => {
  const text = refusal('x', [refused({ kind: 'identity', blade, volume }, 'show the LUN to blade2')], 'refused')
  assert.match(text, /\n {4}sdc: 36001405…0009\n {4}→ show the LUN to blade2\n/)
})

test('of many proofs that differ by names alone, the first stands for all; what differs in anything else is read', () => {
  const blades = Array.from({ length: 9 }, (_, i) => known(bladeName(`blade${i + 1}`)))
  const free = (on: typeof blade): Finding => ({
    claim: { kind: 'alias-free', blade: on, alias: ldap, wwid: undefined },
    verdict: 'proved',
    because: `${on}: ldap is free`,
    evidence: [],
  })
  const answers: Finding = { ...free(blade), claim: { kind: 'answers', blade }, because: 'blade2 answers as other' }
  const lines = proofLines([...blades.map(free), answers, refused({ kind: 'answers', blade })])
  assert.deepEqual(
    lines.map((line) => line.replace(/ +/g, ' ')),
    [
      'proved alias blade1: ldap is free (and 8 more like it)',
      'proved reach blade2 answers as other',
      'refuted reach it is otherwise',
    ],
  )
  assert.equal(proofLines(blades.slice(1).map(free)).length, 8)
})
