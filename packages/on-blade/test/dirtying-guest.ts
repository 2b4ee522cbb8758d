/**
 * A guest of one sector that dirties its memory: it writes one word in each page from 2 MiB to 26 MiB, again and again. Between
 * two pages it counts down, which takes processor time, so that a guest that is slowed dirties less. It has no use for its disk.
 */

/** At 0x7c00; in protected mode from 0x20 on. */
const CODE = [
  'fa 31c0 8ed8 660f0116607c 0f20c0 0c01 0f22c0 ea207c0800', // no interrupts; flat segments of 32 bit
  '0000000000000000', // up to 0x20
  '66b81000 8ed8 bf00002000', // from 2 MiB on
  'ff07 8b0d887c0000 e2fe', // write, count down from what stands at 0x88
  '81c700100000 81ff0000a001 72e8 ebe1', // next page; from the first one again after 26 MiB
]
const DESCRIPTORS = '1700707c0000'.padEnd(32, '0').concat('0000000000000000ffff0000009acf00ffff00000092cf00')
export const DIRTIED_MIB = 24

/** `pauses`: how far it counts between two pages. */
export function dirtyingSector(pauses: number): Buffer {
  const sector = Buffer.alloc(512)
  Buffer.from(CODE.join('').replaceAll(' ', ''), 'hex').copy(sector)
  Buffer.from(DESCRIPTORS, 'hex').copy(sector, 0x60)
  sector.writeUInt32LE(pauses, 0x88)
  sector.writeUInt16LE(0xaa55, 510)
  return sector
}
