/**
 * Reads what the test guest wrote, on the array and past all caches.
 * May come in: the array, a volume's name. May not: the blades' view of the LUN, which is what is judged.
 */
import { LabError } from '../errors.ts'
import { mustRunScript, type Where } from '../ssh.ts'
import { ringOf, type Verification, verification } from './ring.ts'

const deadlineMs = 60_000

/** Ships only the first line of each block that has one. O_DIRECT: what the page cache believes does not count. */
export const reader = `
import mmap, os, sys
file = os.open(sys.argv[1], os.O_RDONLY | os.O_DIRECT)
BLOCK, PORTION = 4096, 256
buffer = mmap.mmap(-1, BLOCK * PORTION)
def lines(letter, start, count):
    for first in range(0, count, PORTION):
        many = min(PORTION, count - first)
        got = os.preadv(file, [memoryview(buffer)[:many * BLOCK]], start + first * BLOCK)
        for slot in range(got // BLOCK):
            text = buffer[slot * BLOCK:slot * BLOCK + 400].split(b'\\n', 1)[0]
            if text[:7] in (b'record ', b'event e'):
                print(letter, first + slot, text.decode('ascii', 'replace'))
lines('E', 512 * 1024, 128)
lines('R', 1024 * 1024, 4096)
`

/** @throws LabError */
export async function verifyOn(array: Where, volume: string, since?: number): Promise<Verification> {
  const device = deviceOf(volume)
  const printed = await mustRunScript(array, 'exec python3 -c "$2" "$1"', [device, reader], { deadlineMs })
  return verification(ringOf(printed), since)
}

function deviceOf(volume: string): string {
  if (/^[\w.+-]+$/.test(volume)) return `/dev/san/${volume}`
  if (/^\/dev\/[\w./+-]+$/.test(volume)) return volume
  throw new LabError('usage', {
    attempted: `read the volume ${JSON.stringify(volume)}`,
    found: 'neither a name nor a path under /dev',
    hint: 'lab ssh array lvs',
  })
}
