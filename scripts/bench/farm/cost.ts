/** What something cost: wall, and the processor time of the client side, which is what a controller pays. */
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

export type Cost = { readonly wallMs: number; readonly cpuMs: number }

/** A command of bash with all that it starts; `masters` are processes that stay and work for it. */
export function costOfCommand(command: string, env: Readonly<Record<string, string>> = {}, masters?: string): Cost {
  const before = processorOf(masters)
  const script = `TIMEFORMAT='%3R %3U %3S'; time { ${command}\n}`
  const { status, stderr } = spawnSync('bash', ['-c', script], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const [wall, user, system] = (stderr.trim().split('\n').at(-1) ?? '').split(' ').map(Number)
  if (status !== 0 || wall === undefined || user === undefined || system === undefined)
    throw new Error(`${command} ended with ${status}: ${stderr.slice(-2000)}`)
  return { wallMs: wall * 1000, cpuMs: (user + system) * 1000 + processorOf(masters) - before }
}

/** Something of this process, with the ssh processes that it keeps, told by a word of their command lines. */
export async function costOf(run: () => Promise<unknown>, kept: string): Promise<Cost> {
  const [before, own, began] = [processorOf(kept), process.cpuUsage(), performance.now()]
  await run()
  const [wallMs, { user, system }] = [performance.now() - began, process.cpuUsage(own)]
  return { wallMs, cpuMs: (user + system) / 1000 + processorOf(kept) - before }
}

/** Milliseconds of the processor that all processes have had whose command line holds `word`. */
function processorOf(word: string | undefined): number {
  if (word === undefined) return 0
  const nanoseconds = processesWith(word).map((pid) => Number(read(`/proc/${pid}/schedstat`).split(' ')[0]))
  return nanoseconds.reduce((sum, one) => sum + one, 0) / 1e6
}

/** By their command lines, which a control master keeps as its title. */
export const processesWith = (word: string): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && read(`/proc/${name}/cmdline`).includes(word))
    .map(Number)

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    return '' // it has ended
  }
}
