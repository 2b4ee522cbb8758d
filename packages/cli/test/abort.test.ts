/** `run abort` against a blade behind a real sshd on which somebody carries a run out: he hears it, and its journal says so. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { connect, loadFleet } from '@anyblade/drivers'
import { noSshd, sshServer } from '@anyblade/drivers/ssh-server'
import { type Barred, runId } from '@anyblade/engine'
import { anyblade, madeFleet } from './anyblade.ts'

const RUN = runId('r-abort1') ?? assert.fail()
const LIMITS = { deadlineMs: 60_000, signal: new AbortController().signal }
const PLAN = {
  ...{ version: 1, title: 'baseline of blade1', basis: 'c0ffee0', steps: [], blades: ['blade1'] },
  intent: { kind: 'baseline-blade', blade: 'blade1' },
}

/** A fleet whose blade1 is that server, and a run that is carried out there. */
async function attended(t: TestContext) {
  const server = await sshServer('export ANYBLADE_ROOT="$(dirname "$0")/root"; run')
  t.after(() => server.stop())
  const cwd = await madeFleet(t)
  writeFileSync(join(cwd, 'blades/blade1.yaml'), `ssh: "blade"\nmachine_id: "${'1'.repeat(32)}"\nports: []\n`)
  writeFileSync(
    join(cwd, 'fleet.yaml'),
    `name: "san"\nid: "a1b2"\nfabrics: [A, B]\nssh_config: "${server.sshConfig()}"\n`,
  )
  const fleet = await loadFleet(cwd)
  const { hands, close } = connect(cwd, fleet)
  t.after(close)
  const blade = [...fleet.blades.values()].find(({ name }) => name === 'blade1') ?? assert.fail()
  const heard: string[] = []
  const leased = await hands.bladeActor.lease(
    blade,
    {
      ...{ run: RUN, seconds: 2, operator: 'alice@north', words: [], plan: JSON.stringify(PLAN) },
      wait: () => {},
      ended: ({ by }: Barred) => heard.push(by),
    },
    LIMITS,
  )
  assert.equal(leased.state, 'leased')
  return { cwd, hands, blade, heard, epoch: leased.state === 'leased' ? leased.epoch : 0 }
}

const words = (...more: string[]) => ['run', ...more, '--timeout', '30']

test('who carries it out is told, by name; once it is over there is nobody to ask', { skip: noSshd }, async (t) => {
  const { cwd, hands, blade, heard, epoch } = await attended(t)
  const asked = await anyblade(words('abort', RUN), { cwd })
  assert.equal(asked.exit, 0, asked.stdout + asked.stderr)
  assert.match(asked.stdout, /^blade1: asked\nalice@north is asked to end r-abort1\nNext: anyblade run show r-abort1$/m)
  for (const until = performance.now() + 30_000; heard.length === 0; await new Promise((go) => setTimeout(go, 100)))
    assert.ok(performance.now() < until, 'the operator has not heard it')
  assert.deepEqual(heard, ['abort'])
  const end = { event: 'ended undone', text: '' }
  assert.equal((await hands.bladeActor.release(blade, { run: RUN, epoch }, end, LIMITS)).state, 'done')
  const late = await anyblade(words('abort', RUN), { cwd })
  assert.notEqual(late.exit, 0)
  assert.match(late.stderr, /nobody carries it out: undone/)
})

test('a run that no blade has: said so, with who gave no answer', { skip: noSshd }, async (t) => {
  const { cwd, heard } = await attended(t)
  const { exit, stderr } = await anyblade(words('abort', 'r-other'), { cwd })
  assert.notEqual(exit, 0)
  assert.match(stderr, /no blade has it; blade2/)
  assert.deepEqual(heard, [])
})
