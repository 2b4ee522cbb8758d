/**
 * `npm run bench`: ours beside what you would use instead, in turn in one run, as ratios of medians. Below 1 is faster.
 *
 *   npm run bench                 multipath.conf, the journal, the hand-over, a fleet of 64 blades, then survey and migration in the lab
 *   npm run bench -- multipath    only that part; the others are `journal`, `handover`, `fleet` and `lab`
 *   npm run bench -- lab --pairs 10    as many moves of each kind, for figures that shall stand
 */
import { parseArgs } from 'node:util'
import { benchLab } from './bench/lab.ts'
import type { Row } from './bench/row.ts'
import { prepareDebian } from './debian.ts'

const { values, positionals: words } = parseArgs({ allowPositionals: true, options: { pairs: { type: 'string' } } })
const pairs = values.pairs === undefined ? undefined : Number(values.pairs)
if (pairs !== undefined && !(Number.isInteger(pairs) && pairs > 0)) {
  console.error(`--pairs ${values.pairs}: a whole number from 1 on is needed`)
  process.exit(2)
}

const parts: Readonly<Record<string, () => Promise<readonly Row[]>>> = {
  multipath: async () => (await import('../packages/multipath/test/bench.ts')).benchMultipath(),
  journal: async () => (await import('./bench/journal.ts')).benchJournal(),
  handover: async () => (await import('./bench/handover.ts')).benchHandover(pairs),
  fleet: async () => (await import('./bench/fleet.ts')).benchFleet(),
  lab: () => benchLab(pairs),
}

const unknown = words.find((word) => parts[word] === undefined)
if (unknown !== undefined) {
  console.error(`there is no part ${unknown}: ${Object.keys(parts).join(', ')}`)
  process.exit(2)
}
prepareDebian('tests')
for (const [name, rows] of Object.entries(parts)) {
  if (words.length > 0 && !words.includes(name)) continue
  for (const row of await rows())
    console.log(`${row.ratio?.toFixed(2).padStart(7) ?? '      –'}  ${row.name}   ${row.detail}`)
}
process.exit()
