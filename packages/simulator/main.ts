/**
 * The simulator's command: `npm run simulate -- --seed N` tells one history, `--hours H` as many as so many hours hold,
 * from `--from N` on. Ends with 1 where a promise was broken, and with the command that tells that history again.
 */
import { figures, processorMsSince, type Scenario, scenarioOf, sweep, type Told, tell } from './index.ts'

const HOUR_MS = 3600_000
const words = process.argv.slice(2)
const given = (flag: string): string | undefined => words.find((_, at) => words[at - 1] === flag)
const [seedSaid, hoursSaid] = [given('--seed'), given('--hours')]

if (seedSaid !== undefined) {
  const told = await tell(scenarioOf(numberIn(seedSaid)))
  console.log(told.trace.join('\n'))
  console.log(ending(told))
  process.exitCode = told.violations.length === 0 ? 0 : 1
} else if (hoursSaid !== undefined) process.exitCode = await soak(numberIn(given('--from') ?? '0'), numberIn(hoursSaid))
else {
  console.error('npm run simulate -- --seed N | --hours H [--from N]')
  process.exitCode = 2
}

function numberIn(text: string): number {
  const number = Number(text)
  if (Number.isFinite(number) && number >= 0) return number
  console.error(`not a number: ${text}`)
  process.exit(2)
}

function ending({ end, simulatedMs, violations }: Told): string {
  const broken = violations.map(({ promise, because }) => `broken: "${promise}": ${because}\n`).join('')
  return `${broken}${end} after ${(simulatedMs / 1000).toFixed(1)} s, ${violations.length} violations`
}

function* scenarios(from: number, hours: number): Generator<Scenario> {
  const until = performance.now() + hours * HOUR_MS
  for (let seed = from; performance.now() < until; seed += 1) yield scenarioOf(seed)
}

async function soak(from: number, hours: number): Promise<number> {
  const began = process.cpuUsage()
  const result = await sweep(scenarios(from, hours), (told) => {
    if (told.violations.length > 0)
      console.log(`${ending(told)}\n  again: npm run simulate -- --seed ${told.scenario.seed}`)
  })
  for (const line of figures(result, processorMsSince(began))) console.log(line)
  return result.broken.length === 0 ? 0 : 1
}
