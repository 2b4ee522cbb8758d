/** Guests on their way by post-copy between two real libvirtds, at each moment at which one can be broken. */
import assert from 'node:assert/strict'
import { writer } from '../index.ts'
import { DIRTIED_MIB } from './dirtying-guest.ts'
import type { Mover } from './mover.ts'
import { type Running, until } from './two-blades.ts'

export const POST_COPY = { pausesMs: [50], patience: { passes: 2, seconds: 2 }, postCopy: true } as const
/** What is left of it at the switch takes some seconds. */
export const SLOW = { ...POST_COPY, bandwidthMibPerSecond: DIRTIED_MIB / 4 } as const
const ORDERS = '            self.ladder.order_switch()\n'

export const where = async (it: Mover) => [await it.blades.state('a'), await it.blades.state('b')] as const

/** A guest that counts on its disk is on its way by post-copy: it runs at `b`, and most of its memory is at `a`. */
export async function switched(it: Mover): Promise<Running> {
  await it.countsAndDirties()
  await it.unit()
  const source = it.source(undefined, SLOW)
  await until('it is switched', () => it.log().includes('switched') || source.isOver(), 90_000)
  assert.ok(!source.isOver(), source.said())
  return source
}

/** One that is about to be switched, and is not for some seconds more. */
export async function beforeSwitch(it: Mover, seconds: number): Promise<Running> {
  await it.countsAndDirties()
  await it.unit()
  assert.ok(writer.text.includes(ORDERS))
  const slow = writer.text.replace(
    ORDERS,
    `            print("orders"); sys.stdout.flush(); time.sleep(${seconds})\n${ORDERS}`,
  )
  const source = it.source(slow, SLOW)
  await until('orders', () => source.said().includes('orders') || source.isOver(), 90_000)
  return source
}
