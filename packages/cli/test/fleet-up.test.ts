import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Alias, BladeName, Bytes, Finding, VmName, Wwid } from '@anyblade/engine'
import { keyOf } from '@anyblade/scsi'
import { ExitCode } from '../exit-code.ts'
import { started } from '../fleet/up.ts'
import { anyblade, madeFleet } from './anyblade.ts'

test('a fleet without a VM has nothing to start: exit 0', async (t) => {
  const { exit, stdout, stderr } = await anyblade(['fleet', 'up', '--timeout', '20'], { cwd: await madeFleet(t) })
  assert.equal(exit, 0, stderr)
  assert.match(stdout, /the fleet has no VM/)
})

/** As the look before a start judges a reservation that the array has lost, or that is somebody else's. */
const refuted = (next: string): Finding => ({
  claim: {
    ...{ kind: 'reservation', blade: 'blade1' as BladeName, besides: [] },
    volume: { alias: 'disk1' as Alias, wwid: '36001405a' as Wwid, size: 512 as Bytes },
    key: keyOf({ fleet: 1, blade: 1, generation: 1 }) ?? assert.fail(),
  },
  ...{ verdict: 'refuted', because: 'nobody is registered', evidence: [], next },
})
const LOST = refuted('anyblade volume reassert disk1')

/** Which walks were begun, where the first start is refused for `finding`, and the reassertion ends with `put`. */
async function walks(
  finding: Finding,
  flags: { readonly reassert?: boolean; readonly plan?: boolean },
  put: ExitCode = ExitCode.done,
) {
  const begun: string[] = []
  const account = await started(flags, 'ldap' as VmName, async (title, intent) => {
    begun.push(title)
    const isRefused = intent.kind === 'start-vm' && begun.length === 1
    const exit = isRefused ? ExitCode.refused : intent.kind === 'reassert-volume' ? put : ExitCode.done
    return { text: title, data: {}, exit, findings: isRefused ? [finding] : [] }
  })
  return [account.exit, ...begun]
}

test('--reassert: a reservation that the array has lost is put back, and then the VM is started', async () => {
  const all = [ExitCode.done, 'start ldap', 'reassert disk1', 'start ldap']
  assert.deepEqual(await walks(LOST, { reassert: true }), all)
})

test('without --reassert nothing is put back, and with it nothing that is somebody else’s', async () => {
  assert.deepEqual(await walks(LOST, {}), [ExitCode.refused, 'start ldap'])
  const others = refuted('anyblade volume show disk1')
  assert.deepEqual(await walks(others, { reassert: true }), [ExitCode.refused, 'start ldap'])
})

test('where it can’t be put back the VM is not started; a plan ends with how it would be', async () => {
  const two = ['start ldap', 'reassert disk1']
  assert.deepEqual(await walks(LOST, { reassert: true }, ExitCode.refused), [ExitCode.refused, ...two])
  assert.deepEqual(await walks(LOST, { reassert: true, plan: true }), [ExitCode.done, ...two])
})
