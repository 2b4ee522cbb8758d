/**
 * Contention makes FC ports flap: switches and nodes go before other work, where we may say so (as root).
 * May come in: a process of the lab that leads its own session. May not: another's.
 */
import { writeFileSync } from 'node:fs'
import { setPriority } from 'node:os'

const PRIORITY = -6
/** Weighed against other sessions; -15 leaves them about a thirtieth. */
const SESSION_PRIORITY = -15

/**
 * Raises a process and its session. Where the kernel groups processes by session, a process's own value counts only
 * within its group. Source: sched(7), "The autogroup feature"
 */
export function raise(pid: number): void {
  if (process.getuid?.() !== 0) return
  setPriority(pid, PRIORITY)
  try {
    writeFileSync(`/proc/${pid}/autogroup`, String(SESSION_PRIORITY))
  } catch {
    // a kernel without autogroups: the process's own value is all there is
  }
}
