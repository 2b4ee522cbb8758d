/**
 * Sizes: exact bytes inside, short text outside.
 * May come in: what an operator types (`20G`, `20 GiB`), what a document holds, what READ CAPACITY says.
 */
import { EngineError } from '#errors'
import type { Bytes } from './names.ts'

const UNITS = ['', 'K', 'M', 'G', 'T', 'P'] as const
const SIZE = /^(\d{1,16})(?:\.(\d{1,6}))?\s*([KMGTP]?)(?:i?B)?$/i
/** What LVM, arrays and qemu all take without rounding. */
const GRAIN_BYTES = 4 * 1024 * 1024

/** A LUN that somebody else has carved has whole blocks, and may have any count of them. */
const BLOCK_BYTES = 512

/**
 * The size of what is to be carved: `20G`, `20 GiB`, `512M`, `1073741824`; units are powers of 1024, as on every array and
 * in LVM.
 * @throws EngineError `size-invalid` for all else, for 0 and for what is not a multiple of 4 MiB
 */
export const parseSize = (text: string): Bytes => sizeBy(GRAIN_BYTES, '4 MiB', text)

/**
 * The size of what is there already.
 * @throws EngineError `size-invalid` for all else, for 0 and for what is not whole blocks
 */
export const parseExactSize = (text: string): Bytes => sizeBy(BLOCK_BYTES, '512 bytes', text)

function sizeBy(grain: number, grainText: string, text: string): Bytes {
  const bytes = exactBytes(text.trim())
  if (bytes !== undefined && bytes > 0 && bytes % grain === 0) return bytes as Bytes
  throw new EngineError('size-invalid', {
    attempted: 'read a size',
    found: bytes === undefined ? `"${text.slice(0, 40)}"` : `"${text.slice(0, 40)}", no multiple of ${grainText}`,
    hint: 'write it like 20G, 20 GiB or 512M',
  })
}

function exactBytes(text: string): number | undefined {
  const match = SIZE.exec(text)
  if (!match) return undefined
  const exponent = UNITS.findIndex((unit) => unit === (match[3] ?? '').toUpperCase())
  const bytes = Number(`${match[1]}.${match[2] ?? '0'}`) * 1024 ** exponent
  return Number.isSafeInteger(bytes) ? bytes : undefined
}

/** `20 GiB`; the largest unit that stays whole, so that it reads back to the same bytes. */
export function formatSize(bytes: Bytes): string {
  let [value, unit] = [Number(bytes), 0]
  while (unit < UNITS.length - 1 && value >= 1024 && value % 1024 === 0) [value, unit] = [value / 1024, unit + 1]
  return unit === 0 ? `${value} B` : `${value} ${UNITS[unit]}iB`
}

/**
 * The size of a LUN. `lastBlock` is the address of its last block, counted from 0; `blockBytes` its length.
 * @throws EngineError `size-not-exact` from 2^53 bytes on, where a number would round
 * Source: SBC-4, READ CAPACITY (16): the address returned is the last block's, not the count
 */
export function lunSize(lastBlock: bigint, blockBytes: number): Bytes {
  const bytes = Number((lastBlock + 1n) * BigInt(blockBytes))
  if (Number.isSafeInteger(bytes)) return bytes as Bytes
  throw new EngineError('size-not-exact', {
    attempted: 'work out the size of a LUN',
    found: `${lastBlock + 1n} blocks of ${blockBytes} bytes`,
    hint: 'LUNs of 8 PiB and more are not supported; carve a smaller one',
  })
}
