import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { bladeName, type Examination, examine, join as joined, plainFleet } from '@anyblade/engine'
import { doctorData, doctorText } from '../render/doctor.ts'
import { doctorPage } from '../render/doctor-page.ts'
import { anyblade, madeFleet } from './anyblade.ts'

test('without a fleet and without hosts: what to type', async () => {
  const { exit, stderr } = await anyblade(['doctor'])
  assert.equal(exit, 2)
  assert.match(stderr, /next {3}name hosts as for ssh: anyblade doctor --blades/)
})

test('hosts that give no answer: exit 5, each by name, and the page is written all the same', async (t) => {
  const dir = await madeFleet(t)
  const page = join(dir, '..', 'farm.html')
  const words = ['doctor', '--blades', 'root@kvm1.invalid,kvm2.invalid', '--html', page, '--timeout', '20']
  const { exit, stdout, stderr } = await anyblade([...words, '--output', 'json'], { cwd: join(dir, '..') })
  assert.equal(exit, 5, stderr)
  const { schema, silent, findings } = JSON.parse(stdout)
  assert.deepEqual(
    [schema, silent.map(({ blade }: { blade: string }) => blade), findings],
    [1, ['kvm1.invalid', 'kvm2.invalid'], []],
  )
  assert.match(readFileSync(page, 'utf8'), /kvm1\.invalid: no answer/)
})

test('within a fleet its blades are asked, and a host that is none of them is refused', async (t) => {
  const cwd = await madeFleet(t)
  assert.match((await anyblade(['doctor', '--timeout', '20'], { cwd })).stdout, /blade1 gave no answer/)
  assert.equal((await anyblade(['doctor', '--blades', 'balde1'], { cwd })).exit, 2)
})

const SPITEFUL = '<script>alert(1)</script>\u001b[2J'

/** An examination with one finding whose words came from a machine that means ill. */
function found(): Examination {
  const blade = bladeName('kvm1')
  assert.ok(blade)
  const fleet = plainFleet(new Map([[blade, 'kvm1']]))
  const survey = joined(fleet, new Map([[blade, { state: 'timed out', because: SPITEFUL }]]), new Map())
  const one = { check: 'fresh', blades: [blade], because: SPITEFUL, consequence: 'x', mend: 'y' }
  const evidence = Array.from({ length: 12 }, (_, i) => `line ${i}`)
  return { ...examine(fleet, survey, survey), diagnoses: [{ ...one, severity: 'critical', evidence }] }
}

test('the page fetches nothing, and what machines say is text in it', () => {
  const page = doctorPage(found(), 1)
  assert.doesNotMatch(page, /<script|https?:|<link|@import|url\(|src=|\u001b/)
  assert.match(page, /&lt;script&gt;alert\(1\)/)
  assert.match(page, /<svg [\s\S]*kvm1: no answer[\s\S]*<\/svg>/)
})

test('for people: severity, evidence cut short, what comes of it, what mends it, counts; for programs all of it', () => {
  const text = doctorText(found(), 1)
  assert.match(text, /^critical {2}<script>/m)
  assert.match(text, / {16}line 7\n {16}and 4 more; --output json has all\n {10}so {4}x\n {10}mend {2}y\n/)
  assert.match(
    text,
    /\n1 found: 1 critical, 0 major, 0 minor\. Nothing was changed\.\nPlans that mend it need a fleet: .*$/,
  )
  assert.equal(doctorData(found(), 1).findings[0]?.evidence.length, 12)
})
