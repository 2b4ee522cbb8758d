/** A blade's document for tests, reached as `ssh`. */
import assert from 'node:assert/strict'
import { type Blade, bladeName, check } from '@anyblade/engine'

export function aBlade(ssh = 'blade'): Blade {
  const checked = check.blades({ ssh, machine_id: '3d1219c7c4c5404aaa1f6d2a48adfda4', ports: [] })
  const name = bladeName('blade1')
  assert.ok(checked.ok && name)
  return { ...checked.value, name }
}
