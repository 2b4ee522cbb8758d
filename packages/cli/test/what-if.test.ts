import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { BladeName, FabricName, Link, Toll, Wwpn } from '@anyblade/engine'
import { whatIfPage } from '../render/what-if-page.ts'
import { anyblade, madeFleet } from './anyblade.ts'

test('a switch: without documents that name one it is told where to; with them, those there are; blades that are silent: exit 5', async (t) => {
  const cwd = await madeFleet(t)
  const none = await anyblade(['what-if', 'switch', 'fc1'], { cwd })
  assert.equal(none.exit, 2)
  assert.match(none.stderr, /add switch: NAME to the ports/)
  const file = join(cwd, 'blades', 'blade1.yaml')
  const ports = 'ports:\n  - wwpn: "20:00:00:00:00:00:00:01"\n    fabric: A\n    switch: fc1\n'
  writeFileSync(file, readFileSync(file, 'utf8').replace('ports: []\n', ports))
  assert.match(
    (await anyblade(['what-if', 'switch', 'fc2'], { cwd })).stderr,
    /the fleet has fc1[\s\S]*did you mean fc1/,
  )
  const page = join(cwd, '..', 'if.html')
  const { exit, stderr } = await anyblade(['what-if', 'switch', 'fc1', '--html', page, '--timeout', '20'], { cwd })
  assert.equal(exit, 5, stderr)
  assert.match(readFileSync(page, 'utf8'), /were switch fc1 of fabric A down[\s\S]*blade1: no answer/)
})

const [BLADE, A, B] = ['blade1' as BladeName, 'A' as FabricName, 'B' as FabricName]
const SPITEFUL = '<script>alert(1)</script>'
const link = (fabric: FabricName, left: number): Link => ({
  ...{ blade: BLADE, fabric, known: 2, live: 2, left },
  ports: [{ port: `20000000000000a${left}` as Wwpn, known: 2, live: 2, left }],
})

test('the page: what is cut in red, each guest with its fate, and what others say is text', () => {
  const toll: Toll = { vm: SPITEFUL, blade: BLADE, harm: 'loses its disk', because: ['ldap: 0 left'], elsewhere: [] }
  const outage = { kind: 'fabric', fabric: A } as const
  const page = whatIfPage({ fleet: 'lab', outage, tolls: [toll], links: [link(A, 0), link(B, 2)], silent: [] })
  assert.match(page, /1 of 1 guests would be hit/)
  assert.deepEqual([page.match(/<line class="cut"/g)?.length, page.match(/<line class="whole"/g)?.length], [2, 2])
  assert.match(page, /class="bad">loses its disk<[\s\S]*ldap: 0 left/)
  assert.doesNotMatch(page, /<script|https?:|<link|@import|url\(|src=/)
  const gone = { kind: 'blade', blade: BLADE } as const
  assert.match(
    whatIfPage({ fleet: 'lab', outage: gone, tolls: [], links: [link(A, 0)], silent: [] }),
    /class="gone"[\s\S]*✕ blade1/,
  )
})
