/** What became another LUN after the last look nobody could know; everything else counts, and the look must be young. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judge, type Target } from '#promises'
import { b, fleetOf, OTHER, SIZE, UUID, VM, WWID } from './lab-fleet.ts'

const right: Target = { wwid: WWID, size: SIZE }
const cases: readonly (readonly [string, Target, number | undefined, number])[] = [
  ['the recorded one', right, 9000, 0],
  ['another one, and nobody has looked', { wwid: OTHER, size: SIZE, sinceMs: 9500 }, undefined, 1],
  ['another one since before the look', { wwid: OTHER, size: SIZE, sinceMs: 8000 }, 9000, 1],
  ['another one since after the look', { wwid: OTHER, size: SIZE, sinceMs: 9500 }, 9000, 0],
  ['another one, nobody knows since when', { wwid: OTHER, size: SIZE }, 9000, 1],
  ['the recorded one, by a look of long ago', right, 1000, 1],
]
for (const [what, target, lookedAtMs, broken] of cases)
  test(`a guest is set going and a path leads to ${what}: ${broken} violations`, () => {
    const disks = [{ alias: 'ldap', leadsTo: [right, target], writable: true }]
    const guest = { vm: VM, uuid: UUID, blade: b('blade1'), state: 'running' as const, disks }
    const happening = { kind: 'set going' as const, guest, ...(lookedAtMs !== undefined && { lookedAtMs }) }
    const facts = { fleet: fleetOf(), guests: [], blades: [], luns: [], runs: [] }
    assert.equal(judge({ atMs: 10_000, happening, facts }, undefined).length, broken)
  })
