/** Bugs that are planted, each found by the promise that it breaks, and soon. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PROMISES, type PromiseName } from '@anyblade/engine'
import { ACTS, type Bug, type FaultName, type IntentKind, type Scenario, tell } from '../index.ts'

const AT_MOST = 2000

/** Only histories of that intent with those faults are told, which can show the bug; the seed says at which acts. */
type Planted = readonly [bug: Bug, breaks: PromiseName, intent: IntentKind, ...faults: FaultName[]]

const [LATE, BROKEN] = ['libvirt tells late at the destination', 'connections break'] as const
const PLANTED: readonly Planted[] = [
  ['skip the reservation', 'one writer', 'migrate-vm', 'somebody starts it by hand'],
  ['skip the question', 'no memory older than its disk', 'migrate-vm', LATE, BROKEN],
  ['resume both', 'no memory older than its disk', 'migrate-vm', LATE, BROKEN],
  // A healthy move's own libvirt removes the source, and one whose connection breaks goes on there; only a libvirtd that
  // dies between the landing and its own clearing up leaves it, stopped.
  ['leave the source', 'nothing is half done', 'migrate-vm', 'libvirtd is killed at the source'],
  ['trust the cached id', 'never the wrong LUN', 'start-vm', 'a LUN number is reused'],
  ['unmap first', 'nothing goes while it is used', 'create-volume', 'the operator calls it off'],
  ['leave the LUN', 'nothing goes while it is used', 'create-volume', 'the operator calls it off'],
  ['delete what was adopted', 'nothing goes while it is used', 'adopt-volume', 'the operator calls it off'],
  ['two maps of one LUN', 'one alias, one WWID', 'create-volume'],
  ['skip the preempt', 'nothing is half done', 'migrate-vm'],
  ['remove any path', 'nothing else is touched', 'create-volume', 'a LUN number is reused'],
  ['ignore the epoch', 'nothing else is touched', 'migrate-vm', 'the operator sleeps, and another takes over'],
  ['the array ignores the epoch', 'nothing else is touched', 'create-volume', 'the operator sleeps before he sends'],
  ['wait for ever', 'nothing hangs', 'stop-vm', 'the source loses power'],
]

/** From before the first act to the last one, each fault at another. */
function* histories([bug, , intent, ...faults]: Planted): Generator<Scenario> {
  const moments = ACTS[intent].length + 1
  for (let seed = 0; seed < AT_MOST; seed += 1) {
    const blows = faults.map((fault, i) => ({ fault, at: (Math.floor(seed / moments ** i) % moments) - 1 }))
    yield { seed, intent, blows, bugs: new Set([bug]) }
  }
}

for (const planted of PLANTED) {
  const [bug, breaks] = planted
  test(`"${bug}" breaks "${breaks}", and is found`, async (t) => {
    for (const scenario of histories(planted)) {
      const { violations } = await tell(scenario)
      if (!violations.some(({ promise }) => promise === breaks)) continue
      t.diagnostic(`found in history ${scenario.seed + 1}`)
      return
    }
    assert.fail(`not found in ${AT_MOST} histories`)
  })
}

test('each promise has a bug that breaks it', () => {
  const broken = new Set(PLANTED.map(([, promise]) => promise))
  assert.deepEqual(
    PROMISES.map(([promise]) => promise).filter((promise) => !broken.has(promise)),
    [],
  )
})
