/**
 * The wrapper on a disk that fills up at each page and at each file in turn, and on one that is read-only from some call
 * on: nothing is begun that can't be journaled, nothing is done twice, and with room again the next one goes on.
 */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { AWrapper, RUN } from './a-wrapper.ts'
import { inMemory, type Ran, scratch, shellByTurn } from './shells.ts'

const isRoot = userInfo().uid === 0
/** Nothing was begun, for want of room or of a lease that got none. */
const REFUSED = [64, 65, 77]
/** The act itself found no room; its end could not be journaled. */
const STOPPED = [1, 70]
/** A lease, with the room that an act keeps for its last line. */
const PAGES = 64
const FILES = 30

/** One life of a run, call by call, each with what it answered. */
async function life(it: AWrapper, ran: string): Promise<readonly (readonly [string, Ran])[]> {
  const lease = await it.lease()
  return [
    ['lease', lease],
    ['act', await it.act(`echo ran >>${ran}; head -c 9000 /dev/zero`).ended],
    ['note', await it.note('4', 'done')],
    ['release', await it.call(['release', RUN, String(it.epoch), 'ended done', 'YQ==,']).ended],
  ]
}

function judged(it: AWrapper, calls: readonly (readonly [string, Ran])[], ran: string): void {
  for (const [verb, { exit, stderr }] of calls)
    assert.ok([0, ...REFUSED, ...(verb === 'act' ? STOPPED : [])].includes(exit ?? -1), `${verb}: ${exit} ${stderr}`)
  const times = existsSync(ran) ? readFileSync(ran, 'utf8').trim().split('\n').length : 0
  const events = existsSync(it.file(`runs/${RUN}/journal`)) ? it.events() : []
  assert.ok(times <= 1, `it ran ${times} times`)
  if (times === 1) assert.ok(events.includes('started'), 'it ran, and the journal has no beginning of it')
  const [, act] = calls[1] ?? []
  const end = { 0: 'done', 1: 'failed' }[act?.exit ?? -1]
  assert.equal(events[0] === 'started' ? events[1] : undefined, end, `act: ${act?.exit}, ${events}`)
}

async function goesOn(it: AWrapper, was: number): Promise<void> {
  const lease = await it.lease()
  assert.equal(lease.exit, 0, lease.stderr)
  assert.ok(it.epoch > was, `epoch ${it.epoch} after ${was}`)
  assert.equal((await it.act('echo').ended).exit, 0)
  assert.deepEqual(it.events().slice(-2), ['started', 'done'])
}

describe('wrapper on a disk that fills up', { skip: !isRoot && 'needs root', concurrency: 3 }, () => {
  for (const shell of shellByTurn('bash')) {
    const base = scratch(`disk-${shell.name}`, inMemory)
    const calling = (root: string) => new AWrapper({ root, path: shell.path })

    test(`at each page, and at each file, under ${shell.name}`, { skip: shell.skip }, async () => {
      const begun = new Set<string>()
      // Each shell has other pages; the first ones leave no room for a lease, the last ones for all.
      const sizes = Array.from({ length: PAGES }, (_, page) => `size=${(page + 1) * 4}k`)
      const files = Array.from({ length: FILES }, (_, count) => `size=4m,nr_inodes=${count + 3}`)
      for (const option of [...sizes, ...files].filter((_, at) => at % 9 === shell.number * 3)) {
        const root = mkdtempSync(join(base, 'full-'))
        const ran = join(base, `ran-${begun.size}-${option}`)
        await mounted(root, option, async () => {
          const it = calling(root)
          const calls = await life(it, ran)
          for (const [verb, { exit }] of calls) begun.add(`${verb} ${exit === 0 ? 'done' : 'refused'}`)
          judged(it, calls, ran)
          execFileSync('mount', ['-o', 'remount,size=8m,nr_inodes=1000', root])
          await goesOn(it, it.epoch)
        })
      }
      for (const verb of ['lease', 'act', 'release'])
        for (const how of ['done', 'refused']) assert.ok(begun.has(`${verb} ${how}`), `${verb} was never ${how}`)
    })

    test(`read-only before each call, under ${shell.name}`, { skip: shell.skip }, async () => {
      for (const at of [0, 1, 2, 3]) {
        const root = mkdtempSync(join(base, 'ro-'))
        const ran = join(base, `ran-ro-${at}`)
        await mounted(root, 'size=4m', async () => {
          const it = calling(root)
          const readOnly = (number: number) => {
            if (number === at) execFileSync('mount', ['-o', 'remount,ro', root])
          }
          readOnly(0)
          const lease = await it.lease()
          readOnly(1)
          const act = await it.act(`echo ran >>${ran}`).ended
          readOnly(2)
          const note = await it.note('4', 'done')
          readOnly(3)
          const release = await it.call(['release', RUN, String(it.epoch), 'ended done', 'YQ==,']).ended
          const exits = [lease, act, note, release].map(({ exit }) => exit)
          assert.deepEqual(
            exits.map((exit) => exit === 0),
            [0, 1, 2, 3].map((number) => number < at),
            `read-only before call ${at}: ${exits}`,
          )
          assert.equal(existsSync(ran), at > 1)
          if (at > 0) assert.equal((await it.call(['show', RUN]).ended).exit, 0)
          execFileSync('mount', ['-o', 'remount,rw', root])
          await goesOn(it, it.epoch)
        })
      }
    })
  }
})

async function mounted(root: string, options: string, run: () => Promise<void>): Promise<void> {
  mkdirSync(root, { recursive: true })
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'none', root])
  try {
    await run()
  } finally {
    execFileSync('umount', ['-l', root])
    rmSync(root, { recursive: true, force: true })
  }
}
