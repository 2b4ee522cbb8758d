import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keyOf } from '@anyblade/scsi'
import type { VmName } from '#documents'
import type { Finding } from '#findings'
import { fleetUp, type UpIntent } from '../fleet-up.ts'
import { b, fleetOf, LDAP, SIZE, WWID } from './lab-fleet.ts'

/** As the look before a start judges a reservation that the array has lost, or that is somebody else's. */
function refusal(next: string): Finding {
  const key = keyOf({ fleet: 0xa1b2, blade: 1, generation: 1 })
  assert.ok(key)
  const volume = { alias: LDAP, wwid: WWID, size: SIZE }
  const claim = { kind: 'reservation', blade: b('blade1'), volume, key, besides: [] } as const
  return { claim, verdict: 'refuted', because: 'nobody is registered', evidence: [], next }
}
const LOST = refusal('anyblade volume reassert ldap')

type Walked = { readonly done: boolean; readonly findings: readonly Finding[] }
type Wish = { readonly reassert?: boolean; readonly isPlan?: boolean }
const [FIRST, SECOND, THIRD] = ['first' as VmName, 'second' as VmName, 'third' as VmName]
const fleet = fleetOf()
const [vm] = fleet.vms.values()
assert.ok(vm)
/** The second one starts after the first. */
const three = {
  ...fleet,
  vms: new Map([
    [FIRST, { ...vm, name: FIRST }],
    [SECOND, { ...vm, name: SECOND, start_after: [FIRST] }],
    [THIRD, { ...vm, name: THIRD }],
  ]),
}
const said = (intent: UpIntent) => (intent.kind === 'start-vm' ? `start ${intent.vm}` : `reassert ${intent.volume}`)

/** Which walks were begun, and which were the last ones; the first start is refused for `finding`; `fails`: these come to nothing. */
async function walks(finding: Finding, { reassert = false, isPlan = false }: Wish, ...fails: readonly string[]) {
  const begun: string[] = []
  const came: string[] = []
  const up = fleetUp<Walked>({
    ...{ fleet: three, cold: { start: [FIRST, SECOND, THIRD], left: [] }, degraded: false, reassert, isPlan },
    ...{ signal: new AbortController().signal, isDone: ({ done }) => done },
    walked: async (intent) => {
      begun.push(said(intent))
      const isRefused = begun.length === 1
      return { done: !isRefused && !fails.includes(said(intent)), findings: isRefused ? [finding] : [] }
    },
  })
  for await (const one of up)
    came.push('walked' in one ? `${one.vm} ${one.walked.done}` : `${one.vm} waits for ${one.heldUpBy}`)
  return { begun, came }
}

test('reservations that the array has lost are put back, where that is said, and then the VM is started', async () => {
  const { begun, came } = await walks(LOST, { reassert: true })
  assert.deepEqual(begun, ['start first', 'reassert ldap', 'start first', 'start second', 'start third'])
  assert.deepEqual(came, ['first true', 'second true', 'third true'])
})

test('where that is not said nothing is put back, nor what is somebody else’s; only who starts after it is held up', async () => {
  const left = { begun: ['start first', 'start third'], came: ['first false', 'second waits for first', 'third true'] }
  assert.deepEqual(await walks(LOST, {}), left)
  assert.deepEqual(await walks(refusal('anyblade volume show ldap'), { reassert: true }), left)
})

test('where it can’t be put back the VM is not started; a plan ends with how it would be', async () => {
  const failed = await walks(LOST, { reassert: true }, 'reassert ldap')
  assert.deepEqual(failed.begun, ['start first', 'reassert ldap', 'start third'])
  const planned = await walks(LOST, { reassert: true, isPlan: true })
  assert.deepEqual(planned.begun, ['start first', 'reassert ldap', 'start second', 'start third'])
})

test('called off, no further one is begun', async () => {
  const off = new AbortController()
  const begun: string[] = []
  const up = fleetUp({
    ...{ fleet: three, cold: { start: [FIRST, THIRD], left: [] }, degraded: false, reassert: true, isPlan: false },
    ...{ signal: off.signal, isDone: () => true },
    walked: async (intent) => {
      begun.push(said(intent))
      off.abort()
      return { findings: [] }
    },
  })
  for await (const _ of up);
  assert.deepEqual(begun, ['start first'])
})
