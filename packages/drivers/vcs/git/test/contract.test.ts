/** Git keeps the contract of whoever keeps the documents. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { able, type RecordSubject, recordContract } from '@anyblade/engine/contract'
import { createFleet } from '../../../index.ts'
import { GitRecorder } from '../recorder.ts'
import { headOf } from '../state.ts'

const base = mkdtempSync(join(tmpdir(), 'ab-record-'))
after(() => rmSync(base, { recursive: true, force: true }))

async function subject(): Promise<RecordSubject> {
  const dir = join(mkdtempSync(join(base, 'fleet-')), 'san')
  await createFleet(dir, { name: 'san' })
  for (const [name, value] of [
    ['user.name', 't'],
    ['user.email', 't@example.org'],
  ] as const)
    execFileSync('git', ['-C', dir, 'config', name, value])
  return {
    recorder: new GitRecorder(dir),
    head: () => headOf(dir),
    action: {
      kind: 'record-documents',
      changes: [{ document: 'vms/ldap.yaml', set: [{ path: ['home'], value: 'blade2' }] }],
      rendered: [],
      message: 'vm ldap: moved to blade2',
    },
  }
}

for (const { name } of recordContract)
  test(name, async () => {
    const it = await subject()
    for (const behaviour of able(recordContract, it)) if (behaviour.name === name) await behaviour.holds(it)
  })
