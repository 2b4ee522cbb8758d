/** Many histories one after the other, and what they come to: what `npm test`, a soak and the figures are made of. */
import type { Violation } from '@anyblade/engine'
import { type Scenario, type Told, tell } from './history.ts'

export type Broken = { readonly seed: number; readonly violations: readonly Violation[] }

export type Sweep = {
  readonly historyCount: number
  readonly eventCount: number
  readonly simulatedMs: number
  /** `fault at act`, each with how often it was reached. */
  readonly reached: ReadonlyMap<string, number>
  /** How histories ended, and how many of them. */
  readonly ends: ReadonlyMap<Told['end'], number>
  readonly broken: readonly Broken[]
}

/** `each`: told of every history when it is over. */
export async function sweep(scenarios: Iterable<Scenario>, each: (told: Told) => void = () => {}): Promise<Sweep> {
  let [historyCount, eventCount, simulatedMs] = [0, 0, 0]
  const [reached, ends] = [new Map<string, number>(), new Map<Told['end'], number>()]
  const broken: Broken[] = []
  for (const scenario of scenarios) {
    const told = await tell(scenario)
    historyCount += 1
    eventCount += told.eventCount
    simulatedMs += told.simulatedMs
    for (const pair of told.struck) count(reached, pair)
    count(ends, told.end)
    if (told.violations.length > 0) broken.push({ seed: scenario.seed, violations: told.violations })
    each(told)
  }
  return { historyCount, eventCount, simulatedMs, reached, ends, broken }
}

const count = <K>(times: Map<K, number>, key: K): void => {
  times.set(key, (times.get(key) ?? 0) + 1)
}

const HOUR_MS = 3600_000

/** For people; `processorMs`: what it cost. */
export function figures({ historyCount, eventCount, simulatedMs, reached, ends, broken }: Sweep, processorMs: number) {
  const pairs = [...reached.keys()]
  const crashes = pairs.filter((pair) => pair.startsWith('the operator dies')).length
  const undone = pairs.filter((pair) => pair.includes(' at undo ')).length
  return [
    `${historyCount} histories with ${eventCount} events, ${broken.length} with a broken promise`,
    `${(simulatedMs / HOUR_MS).toFixed(0)} simulated hours in ${(processorMs / 1000).toFixed(0)} s of processor time: ${(simulatedMs / processorMs).toFixed(0)} simulated seconds a second`,
    `${pairs.length} pairs: ${crashes} of an act and a crash, ${pairs.length - crashes} of an act and another fault; ${undone} of them while it was taken back`,
    `ended: ${[...ends].map(([end, times]) => `${end} ${times}`).join(', ')}`,
  ]
}

/** Processor time since `since`, which was `process.cpuUsage()`. */
export function processorMsSince(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since)
  return (user + system) / 1000
}
