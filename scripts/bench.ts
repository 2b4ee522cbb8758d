/**
 * `npm run bench`: ours beside what you would use instead, in turn in one run, as ratios of medians. Below 1 is faster.
 *
 *   npm run bench                 all parts, in this order: multipath.conf, the journal, the hand-over, a fleet of 64
 *                                 blades in memory, processes on a blade, a farm of 64 sshd, an alias rolled out to such a
 *                                 farm, then survey and migration in the lab
 *   npm run bench -- multipath    only that part; the others are `journal`, `handover`, `fleet`, `processes`, `farm`,
 *                                 `roll-out`, `lab`
 *   npm run bench -- lab --pairs 10    as many moves of each kind, for figures that shall stand
 *   npm run bench -- farm --blades 8 --pairs 1    a smaller farm, for a machine that is busy; `roll-out` likewise
 */
import { parseArgs } from 'node:util'
import { benchLab } from './bench/lab.ts'
import type { Row } from './bench/row.ts'
import { prepareDebian } from './debian.ts'

const { values, positionals: words } = parseArgs({
  allowPositionals: true,
  options: { pairs: { type: 'string' }, blades: { type: 'string' } },
})
const [pairs, blades] = [count('pairs'), count('blades')]

function count(option: 'pairs' | 'blades'): number | undefined {
  const { [option]: text } = values
  if (text === undefined || /^[1-9]\d{0,3}$/.test(text)) return text === undefined ? undefined : Number(text)
  console.error(`--${option} ${text}: a whole number from 1 on is needed`)
  process.exit(2)
}

const parts: Readonly<Record<string, () => Promise<readonly Row[]>>> = {
  multipath: async () => [
    ...(await (await import('../packages/multipath/test/bench.ts')).benchMultipath()),
    ...(await import('./bench/alias.ts')).aliasRows(),
  ],
  journal: async () => (await import('./bench/journal.ts')).benchJournal(),
  handover: async () => (await import('./bench/handover.ts')).benchHandover(pairs),
  fleet: async () => (await import('./bench/fleet.ts')).benchFleet(),
  processes: async () => (await import('./bench/processes.ts')).benchProcesses(),
  farm: async () => (await import('./bench/farm.ts')).benchFarm(blades, pairs),
  'roll-out': async () => (await import('./bench/roll-out.ts')).benchRollOut(blades, pairs),
  lab: () => benchLab(pairs),
}

const unknown = words.find((word) => parts[word] === undefined)
if (unknown !== undefined) {
  console.error(`there is no part ${unknown}: ${Object.keys(parts).join(', ')}`)
  process.exit(2)
}
prepareDebian('bench')
for (const [name, rows] of Object.entries(parts)) {
  if (words.length > 0 && !words.includes(name)) continue
  for (const row of await rows())
    console.log(`${row.ratio?.toFixed(2).padStart(7) ?? '      –'}  ${row.name}   ${row.detail}`)
}
process.exit()
