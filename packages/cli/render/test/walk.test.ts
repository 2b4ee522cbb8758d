/** How the end of a walk is told where nothing has failed and somebody's hand is waited for. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type Alias,
  bladeName,
  type LunNumber,
  type Plan,
  type RoadEvent,
  type RunId,
  type Step,
  type Wwid,
} from '@anyblade/engine'
import { contextOf } from '../../context.ts'
import { followed } from '../walk.ts'

const run = 'r-abcdef' as RunId
const blade = bladeName('blade2') ?? assert.fail()
const step: Step = {
  number: 1,
  action: {
    kind: 'check-unused',
    blade,
    volume: 'ldap' as Alias,
    lun: 1 as LunNumber,
    wwid: '36001405aa' as Wwid,
    targetPorts: [],
  },
  requires: [],
  phase: 'pivot',
}
async function* walked(one: Step): AsyncGenerator<RoadEvent> {
  const plan: Plan = {
    version: 1,
    title: 'remove blade blade2',
    intent: { kind: 'remove-blade', blade, keepBaseline: false },
    basis: 'c0ffee0',
    steps: [one],
    blades: [blade],
  }
  yield { kind: 'planned', plan }
  yield { kind: 'begun', run, plan }
  yield { kind: 'step', step: one, event: 'refused', evidence: { lines: ['san1 still shows ldap to blade2'] } }
  yield { kind: 'ended', run, outcome: 'stuck', because: 'san1 still shows ldap to blade2' }
  yield { kind: 'end', end: 'stuck' }
}
for (const [awaits, head] of [
  [true, 'waits for what is to be done by hand'],
  [false, 'interrupted'],
] as const)
  test(`a step that was refused, which ${awaits ? 'waits for a hand' : 'waits for nobody'}: ${head}`, async () => {
    const walk = walked(awaits ? { ...step, awaits } : step)
    const { text, exit } = await followed(contextOf(process), { quiet: true }, 'remove blade2', walk)
    assert.equal(exit, 4)
    assert.match(
      text,
      new RegExp(`${head}: remove blade2 +run r-abcdef\\n.*san1 still shows ldap[^]*run resume r-abcdef$`),
    )
  })
