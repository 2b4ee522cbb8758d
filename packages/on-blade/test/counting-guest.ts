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

/** Before each count it writes a word in each page from 2 MiB to 26 MiB. From 0x80 on; flat segments at 0xc0. */
const DIRTY = [
  'fa 0f0116c07c 0f20c0 0c01 0f22c0 b91000 8ec1 24fe 0f22c0', // es reaches all of the memory
  '66bf00002000 266766ff07 6681c700100000 6681ff0000a001 72eb', // page after page
  '31c0 8ec0 fb f4 be5d7c', // as at `again`, whose place the jump has taken
]
const [AGAIN, AFTER, DIRTY_AT] = [0x32, 0x36, 0x80]
const FLAT = '1700c87c00000000'.padEnd(48, '0').concat('ffff00000092cf00')

export const BUSY_COUNTING_SECTOR = Buffer.from(COUNTING_SECTOR)
const dirty = Buffer.from(DIRTY.join('').replaceAll(' ', ''), 'hex')
dirty.copy(BUSY_COUNTING_SECTOR, DIRTY_AT)
Buffer.from(FLAT, 'hex').copy(BUSY_COUNTING_SECTOR, 0xc0)
jump(AGAIN, DIRTY_AT)
jump(DIRTY_AT + dirty.length, AFTER)

function jump(from: number, to: number): void {
  BUSY_COUNTING_SECTOR.writeUInt8(0xe9, from)
  BUSY_COUNTING_SECTOR.writeInt16LE(to - from - 3, from + 1)
}

export type Count = { readonly count: number; readonly foreign: number }

export const countIn = (disk: Buffer): Count => ({ count: disk.readUInt32LE(512), foreign: disk.readUInt32LE(516) })
