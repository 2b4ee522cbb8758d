/**
 * One at a time, over processes: a file that holds the owner's process id; a lock whose owner is gone is taken over.
 * May come in: a path. May not: a wait without a deadline.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { LabError } from './errors.ts'
import { waitFor } from './wait.ts'

/** Runs `act` while holding the lock. @throws LabError `busy` when another holds it for longer than `deadlineMs` */
export async function locked<Result>(path: string, deadlineMs: number, act: () => Promise<Result>): Promise<Result> {
  try {
    await waitFor({ until: `${path} is free`, deadlineMs, everyMs: 200, hint: '' }, async () => taken(path))
  } catch (cause) {
    throw new LabError(
      'busy',
      {
        attempted: 'take the lock of the lab',
        found: `process ${ownerOf(path)} holds ${path}`,
        hint: 'wait until it is done; a dead owner is passed over by itself',
      },
      { cause },
    )
  }
  try {
    return await act()
  } finally {
    rmSync(path, { force: true })
  }
}

function taken(path: string): true | undefined {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
  const owner = ownerOf(path)
  if (owner !== undefined && !alive(owner)) rmSync(path, { force: true })
  return undefined
}

function ownerOf(path: string): number | undefined {
  try {
    const owner = Number(readFileSync(path, 'utf8'))
    return Number.isInteger(owner) && owner > 0 ? owner : undefined
  } catch {
    return undefined // released between two looks
  }
}

/** Whether a process of that id is there. */
export function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH')
  }
}
