/**
 * `npm run bench`: ours beside what you would use instead, in turn in one run, as ratios of medians. Below 1 is faster.
 *
 *   npm run bench                 multipath.conf, then survey and migration in the lab
 *   npm run bench -- multipath    only that part; the other is `lab`
 */
import { benchLab } from './bench/lab.ts'
import { prepareDebian } from './debian.ts'

type Row = { readonly name: string; readonly detail: string; readonly ratio: number | undefined }

const parts: Readonly<Record<string, () => Promise<readonly Row[]>>> = {
  multipath: async () => (await import('../packages/multipath/test/bench.ts')).benchMultipath(),
  lab: benchLab,
}

const words = process.argv.slice(2)
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
