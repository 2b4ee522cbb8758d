/**
 * A guest of one sector: it counts, some 100 times a second, and writes the count on its disk; before each write it reads
 * the last one back. What is not its own is `foreign`: another copy has written meanwhile, or its memory is older than
 * its disk.
 */

/** Real mode, at 0x7c00; the record is the disk's second sector: count and foreign, 32 bit each. */
const CODE = [
  'fa 31c0 8ed8 8ec0 8ed0 bc007c', // no interrupts; segments 0, stack below
  'b034 e643 b04e e640 b017 e640 fb', // the timer: 200 a second
  'be5d7c b442 b280 cd13', // read the record to 0x8200: after a boot it goes on from there
  '66a10082 66a30080 66a10482 66a30480', // what is known, at 0x8000, is what was read
  'f4 be5d7c b442 b280 cd13', // again: wait for the timer, read
  '66a10082 663b060080 7405 66ff060480', // not what is known? foreign += 1
  '66ff060080 be6d7c b80043 b280 cd13 ebd5', // count += 1, write what is known, again
  '10000100008200000100000000000000', // read one block to 0x8200 from block 1
  '10000100008000000100000000000000', // write one block from 0x8000 to block 1
]

export const COUNTING_SECTOR = Buffer.alloc(512)
Buffer.from(CODE.join('').replaceAll(' ', ''), 'hex').copy(COUNTING_SECTOR)
COUNTING_SECTOR.writeUInt16LE(0xaa55, 510)

export type Count = { readonly count: number; readonly foreign: number }

export const countIn = (disk: Buffer): Count => ({ count: disk.readUInt32LE(512), foreign: disk.readUInt32LE(516) })
