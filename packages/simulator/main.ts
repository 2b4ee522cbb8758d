/**
 * The simulator's command: `npm run simulate -- --seed N` tells one history, `--hours H` as many as so many hours hold,
 * from `--from N` on. Ends with 1 where a promise was broken, and with the command that tells that history again.
 */
import { scenarioOf, type Told, tell } from './index.ts'

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

async function soak(from: number, hours: number): Promise<number> {
  const until = performance.now() + hours * HOUR_MS
  let [seed, brokenCount, simulatedMs] = [from, 0, 0]
  for (; performance.now() < until; seed += 1) {
    const told = await tell(scenarioOf(seed))
    simulatedMs += told.simulatedMs
    if (told.violations.length === 0) continue
    brokenCount += 1
    console.log(`${ending(told)}\n  again: npm run simulate -- --seed ${seed}`)
  }
  console.log(
    `${seed - from} histories, ${(simulatedMs / HOUR_MS).toFixed(0)} simulated hours, ${brokenCount} with violations`,
  )
  return brokenCount === 0 ? 0 : 1
}
