/** Types, lint and format, and the borders between rooms: what must be green before any test is worth running. */
import { spawnSync } from 'node:child_process'
import { brokenBoundaries } from './boundaries.ts'

const tools: readonly (readonly string[])[] = [
  ['node_modules/typescript/bin/tsc', '-p', '.'],
  ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.'],
]

let failed = false
for (const args of tools) failed = spawnSync(process.execPath, args, { stdio: 'inherit' }).status !== 0 || failed
for (const line of brokenBoundaries()) {
  console.error(line)
  failed = true
}
process.exit(failed ? 1 : 0)
