/**
 * What takes longer than `npm test` may: the same kind of tests, by the same rules. The last figures are in docs/soak.md.
 *
 *   npm run soak           all parts
 *   npm run soak -- lab    only this one
 */
import { globSync } from 'node:fs'
import { prepareDebian } from './debian.ts'
import { conclude, MINUTE_MS, run, runInLab } from './runner.ts'

const parts: Readonly<Record<string, () => Promise<void>>> = {
  rooms: () =>
    run('rooms', globSync('packages/**/test/*.soak.ts').sort(), { atOnce: 1, timeoutMs: 7_200_000 }, 120 * MINUTE_MS),
  shells: () => {
    process.env.ANYBLADE_SHELLS = 'all'
    return run('shells', globSync('packages/on-blade/test/*.test.ts').sort(), { atOnce: 2 }, 60 * MINUTE_MS)
  },
  lab: () => runInLab('lab', globSync('lab-tests/*.soak.ts').sort(), 240 * MINUTE_MS),
}

const words = process.argv.slice(2)
const unknown = words.find((word) => parts[word] === undefined)
if (unknown !== undefined) {
  console.error(`npm run soak -- ${unknown}: the parts are ${Object.keys(parts).join(', ')}`)
  process.exit(2)
}
for (const line of prepareDebian('soak')) console.log(`left out: ${line}`)
for (const [name, part] of Object.entries(parts)) if (words.length === 0 || words.includes(name)) await part()
conclude()
