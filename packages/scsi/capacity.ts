/**
 * How large a logical unit is, by its own answer. May come in: READ CAPACITY data. May not: rounding;
 * the count of bytes is exact, as a bigint, for the 16-byte command reaches 2^64 blocks.
 */
import { byteAt, numberAt } from './bytes.ts'

/** `lastBlock` is the address of the last block, counted from 0. */
export type Capacity = {
  readonly lastBlock: bigint
  readonly blockBytes: number
  readonly bytes: bigint
  /** Logical blocks in one physical block: 8 for 512 on 4096. */
  readonly blocksPerPhysical: number
  /** The unit is provisioned thin (LBPME). */
  readonly thin: boolean
}

/**
 * READ CAPACITY (10) data; `too-large` asks for the 16-byte command. Undefined for a short answer or blocks of no length.
 * Source: SBC-4, 5.20.2
 */
export function parseReadCapacity10(data: Uint8Array): Capacity | 'too-large' | undefined {
  if (data.length < 8) return undefined
  const last = numberAt(data, 0, 4)
  if (last === 0xffffffff) return 'too-large'
  return capacityOf(BigInt(last), numberAt(data, 4, 4), { blocksPerPhysical: 1, thin: false })
}

/** READ CAPACITY (16) data; undefined for a short answer or blocks of no length. Source: SBC-4, 5.21.2 */
export function parseReadCapacity16(data: Uint8Array): Capacity | undefined {
  if (data.length < 12) return undefined
  const last = (BigInt(numberAt(data, 0, 4)) << 32n) + BigInt(numberAt(data, 4, 4))
  const blocksPerPhysical = 2 ** (byteAt(data, 13) & 0x0f)
  return capacityOf(last, numberAt(data, 8, 4), { blocksPerPhysical, thin: (byteAt(data, 14) & 0x80) !== 0 })
}

function capacityOf(
  lastBlock: bigint,
  blockBytes: number,
  rest: Pick<Capacity, 'blocksPerPhysical' | 'thin'>,
): Capacity | undefined {
  if (blockBytes === 0) return undefined
  return { lastBlock, blockBytes, bytes: (lastBlock + 1n) * BigInt(blockBytes), ...rest }
}
