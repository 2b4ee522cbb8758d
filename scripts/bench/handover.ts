/**
 * The longest time for which a guest can't write, in a move with our hand-over (the unit, its partner, the question) and
 * in a plain `virsh migrate`: two libvirtds in namespaces of this machine, no reservation, in turn, medians. Proofs,
 * journal and record are before and after it, and are not in here. A third kind of move tells what of it is the price of
 * landing paused: there the guest is resumed on libvirt's event, and nobody is asked.
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { Mover } from '../../packages/on-blade/test/mover.ts'
import { leftOut, until, VM } from '../../packages/on-blade/test/two-blades.ts'
import { type Row, row } from './row.ts'

const PAIRS = 10
const MIGRATE = `virsh -q migrate --live --p2p --persistent --undefinesource ${VM}`
const TO_A = `${MIGRATE} qemu+ssh://blade-a/system`
const TO_B_PAUSED = `${MIGRATE} --suspend qemu+ssh://blade-b/system`
/** Looks at the guest's counter 2,000 times a second until its input ends; prints the longest time for which it stood, in ms. */
const WATCH = `
import mmap, os, select, sys, time
file = open(sys.argv[1], "rb")
disk = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
known, since, longest = disk[512:516], time.monotonic(), 0
while not select.select([0], [], [], 0.0005)[0]:
    if disk[512:516] != known:
        now = time.monotonic()
        known, since, longest = disk[512:516], now, max(longest, now - since)
print(1000 * longest)
`

export async function benchHandover(pairs = PAIRS): Promise<readonly Row[]> {
  if (leftOut !== false) {
    console.error(leftOut)
    return []
  }
  const it = await Mover.up()
  try {
    await it.again()
    const [ours, unasked, plain]: [number[], number[], number[]] = [[], [], []]
    for (let pair = 0; pair < pairs; pair += 1) {
      ours.push(await gapOf(it, () => move(it)))
      plain.push(await gapOf(it, () => it.blades.done('b', TO_A)))
      await it.again()
      unasked.push(await gapOf(it, () => moveUnasked(it)))
      await it.blades.done('b', TO_A)
      await it.again()
    }
    assert.equal(it.blades.count().foreign, 0, 'nobody else has written')
    return [
      row('hand-over, longest time without a write', 'ms', ours, plain, 'bare virsh migrate'),
      row('  of that, landing paused and resumed unasked', 'ms', unasked, plain, 'bare virsh migrate'),
    ]
  } finally {
    await it.down()
  }
}

async function move(it: Mover): Promise<void> {
  await it.unit()
  const { stdout, stderr } = await it.source().ended
  assert.match(stdout, /answer taken\n$/, stderr)
}

async function moveUnasked(it: Mover): Promise<void> {
  const resumed = await it.unasked()
  await it.blades.done('a', TO_B_PAUSED)
  const { exit, stderr } = await resumed.ended
  assert.equal(exit, 0, stderr)
}

async function gapOf(it: Mover, moves: () => Promise<unknown>): Promise<number> {
  const watch = spawn('python3', ['-c', WATCH, join(it.blades.folder, 'disk.img')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let text = ''
  watch.stdout.on('data', (piece) => (text += piece))
  await moves()
  const { count } = it.blades.count()
  await until('it writes', () => it.blades.count().count > count + 20)
  watch.stdin.end()
  await once(watch, 'close')
  return Number(text)
}
