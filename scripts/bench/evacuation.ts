/**
 * What `blade evacuate --plan` works out of a look at the whole fleet: where each of the guests of one blade could go. In a
 * process of its own; from the answers as text on, so that no network is in it.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { evacuationQuestion, join, NOTHING, placementOf } from '@anyblade/engine'
import { parseReport } from '../../packages/drivers/blade/probe.parse.ts'
import { answerOf } from './answers.ts'
import { fleetOf, nameOf, withGuests } from './documents.ts'
import { median, type Row } from './row.ts'

const ROUNDS = 3
type Took = { readonly asking: number; readonly reading: number; readonly placing: number }

export function evacuationRows(blades: number, volumes: number, guests: number): readonly Row[] {
  const took = Array.from({ length: ROUNDS }, (): Took => {
    const words = [fileURLToPath(import.meta.url), ...[blades, volumes, guests].map(String)]
    const { stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' })
    if (stdout === '') throw new Error(stderr)
    return JSON.parse(stdout)
  })
  const seconds = (what: keyof Took) => (median(took.map((one) => one[what])) / 1000).toFixed(2)
  return [
    {
      name: `blade evacuate --plan, ${guests} of ${volumes} guests, ${blades - 1} other blades`,
      detail: `${seconds('asking')} s until it is known what to ask, ${seconds('reading')} s to read the answers, ${seconds('placing')} s to place all`,
      ratio: undefined,
    },
  ]
}

/** @throws Error where a guest finds no place */
function measured(blades: number, volumes: number, guests: number): Took {
  const homeOf = (at: number) => (at < guests ? 0 : 1 + (at % (blades - 1)))
  const at = Array.from({ length: volumes }, (_, guest) => guest)
  const fleet = withGuests(fleetOf(volumes, blades), homeOf)
  const intent = { blades: [nameOf(0)], to: undefined, degraded: false }
  const began = performance.now()
  const question = evacuationQuestion(fleet, intent)
  const asked = performance.now()
  const answers = Array.from({ length: blades }, (_, blade) => {
    const own = question.blades.get(nameOf(blade)) ?? NOTHING
    const text = answerOf(
      blade,
      volumes,
      at.filter((guest) => homeOf(guest) === blade),
      own,
    )
    return { blade: nameOf(blade), own, text }
  })
  const answered = performance.now()
  const reports = new Map(answers.map(({ blade, own, text }) => [blade, parseReport(text, own)] as const))
  const survey = join(fleet, reports, new Map())
  const read = performance.now()
  const { moves, left, silent } = placementOf(fleet, survey, intent)
  const placed = performance.now()
  if (moves.length !== guests)
    throw new Error(`${moves.length} of ${guests} placed: ${JSON.stringify([...left, ...silent].slice(0, 3))}`)
  return { asking: asked - began, reading: read - answered, placing: placed - read }
}

if (import.meta.main) {
  const [blades = 0, volumes = 0, guests = 0] = process.argv.slice(2).map(Number)
  console.log(JSON.stringify(measured(blades, volumes, guests)))
}
