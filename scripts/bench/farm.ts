/** Ours beside pssh, Ansible and ssh in a loop, in turn, on 64 blades that are sshd on this machine with a fake sysfs. */
import { Farm } from './farm/farm.ts'
import { inquiryRows } from './farm/inquiry.ts'
import { coldRows, digestRows, warmRows } from './farm/rows.ts'
import { tripRows } from './farm/trips.ts'
import type { Row } from './row.ts'

const BLADES = 64
const ROUNDS = 3

export async function benchFarm(blades = BLADES, rounds = ROUNDS): Promise<readonly Row[]> {
  const farm = await Farm.up(blades)
  try {
    return [
      ...inquiryRows(farm, rounds),
      ...(await warmRows(farm, rounds)),
      ...(await digestRows(farm, rounds)),
      ...(await coldRows(farm, rounds)),
      ...(await tripRows(farm)),
    ]
  } finally {
    farm.down()
  }
}
