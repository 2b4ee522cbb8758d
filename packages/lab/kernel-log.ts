/**
 * What a node's kernel says of itself: its boot, and whether it has stumbled.
 * May come in: what `kernelScript` prints. May not: I/O.
 */
import { LabError } from './errors.ts'
import type { Baseline } from './state.ts'

export type KernelReport = {
  readonly bootId: string
  readonly firstSequence: number
  readonly lastSequence: number
  readonly troubles: readonly string[]
}

/** $1: the last message that is known already. Reads the log as it is, without waiting for more. */
export const kernelScript = `
cat /proc/sys/kernel/random/boot_id
dd if=/dev/kmsg iflag=nonblock bs=8192 2>/dev/null | awk -F'[,;]' -v known="$1" '
  /^[0-9]+,[0-9]+,/ {
    if (first == "") first = $2
    last = $2
    if ($2 + 0 > known + 0 && /Oops|BUG:|kernel BUG at|general protection fault|Kernel panic|unable to handle/) print "TROUBLE " $0
  }
  END { print "MESSAGES " first + 0 " " last + 0 }'
`

/** @throws LabError `node-failed` for an answer that is not the script's */
export function kernelReport(printed: string): KernelReport {
  const lines = printed.split('\n')
  const [, first, last] = /^MESSAGES (\d+) (\d+)$/m.exec(printed) ?? []
  const bootId = lines[0]?.trim() ?? ''
  if (first === undefined || last === undefined || !/^[0-9a-f-]{36}$/.test(bootId))
    throw new LabError('node-failed', {
      attempted: 'read the kernel log of a node',
      found: printed.slice(0, 200),
      hint: 'look at lab console NODE',
    })
  const troubles = lines
    .filter((line) => line.startsWith('TROUBLE '))
    .map((line) => line.replace(/^TROUBLE [^;]*;/, ''))
  return { bootId, firstSequence: Number(first), lastSequence: Number(last), troubles }
}

/** Why the node is not the sound one that was ready once; undefined if it is. */
export function whyUnsound(report: KernelReport, baseline: Baseline): string | undefined {
  if (report.bootId !== baseline.bootId) return 'it has rebooted, and not by power-off'
  if (report.troubles.length > 0) return `its kernel stumbled: ${report.troubles[0]}`
  if (report.firstSequence > baseline.logSequence + 1) return 'its kernel log has lost messages since it was ready'
  return undefined
}
