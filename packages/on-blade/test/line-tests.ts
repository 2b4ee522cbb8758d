/** The tests of a sweep over the wrapper's lines, under each shell: all of the points, or every so many of them. */
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { type Scenario, SweptBlade, scenarios } from './line-sweep.ts'
import { inMemory, scratch, shells } from './shells.ts'
import { lineAt, lineCount, numbers, type Point, steppedText } from './stepped.ts'

/**
 * A line that only refuses, what stands before it was a point; what only a full disk comes by (wrapper-disk); and the one
 * that leaves no blade to go on with (leases).
 */
const ELSEWHERE =
  /(^|\) )die \d\d |^rm -f "\$dir\/reserve"$|^write_line "\$step" "\$event" "\$evidence"$|^\[ \$tries -lt 20 \]|^rm -rf "\$base"$/

/** Each is a rule that the wrapper must not lose; the sweep says so at the first point that it kills. */
const MUTANTS = [
  {
    name: 'a lease is given though another run has what it holds',
    line: /(at \d+; )?\[ "\$count" -lt "\$\{word#\*=\}" \] \|\| refuse_for "\$last"/,
    instead: 'true',
    scenario: 'a note',
    wrong: /the lease is held/,
  },
] as const

const lineIn = (point: Point): string => point.split(' ')[1] ?? ''

/** `ANYBLADE_PART=2/8`: the second of eight parts of a whole sweep, for a machine on which no command may take so long. */
const [PART = 1, PARTS = 1] = (process.env.ANYBLADE_PART ?? '1/1').split('/').map(Number)

/**
 * `oneOf`: each shell has its share of the scenarios, and one of so many points; 1: each point under every shell, with and
 * without a boot, or the part of that which was asked for. The scenarios that come by a point have it in turn, another one
 * under each shell.
 */
export function sweptTests({ oneOf }: { oneOf: number }): void {
  assert.ok(PART >= 1 && PART <= PARTS, `ANYBLADE_PART=${process.env.ANYBLADE_PART}: such as 2/8 is needed`)
  const able = shells().filter(({ skip }) => skip === false)
  const reached = new Set<Point>()
  let kills = 0

  async function sample(blade: SweptBlade, number: number): Promise<void> {
    const seen = new Set<Point>()
    for (const scenario of scenarios.filter((_, at) => at % able.length === number))
      for (const point of await blade.pointsOf(scenario)) {
        reached.add(point)
        const isDue = !seen.has(point) && seen.size % oneOf === 0
        seen.add(point)
        if (isDue) await killed(blade, scenario, point, kills % 4 === 0)
      }
  }

  async function whole(blade: SweptBlade, scout: SweptBlade, number: number): Promise<void> {
    const comeBy = new Map<Point, number[]>()
    for (const [at, scenario] of scenarios.entries())
      for (const point of await scout.pointsOf(scenario)) comeBy.set(point, [...(comeBy.get(point) ?? []), at])
    const [here, had] = [new Set<Point>(), new Set<Point>()]
    let deaths = 0
    for (const [at, scenario] of scenarios.entries())
      for (const point of await blade.pointsOf(scenario)) {
        here.add(point)
        reached.add(point)
        const all = comeBy.get(point) ?? [at]
        if (had.has(point) || at < (all[number % all.length] ?? at)) continue
        had.add(point)
        for (const reboot of [false, true]) {
          deaths += 1
          if (deaths % PARTS === PART - 1) await killed(blade, scenario, point, reboot)
        }
      }
    assert.deepEqual(had, here, 'each point that this blade came by has had its turn')
  }

  async function killed(blade: SweptBlade, scenario: Scenario, point: Point, reboot: boolean): Promise<void> {
    kills += 1
    await blade.killAt(scenario, point, { reboot }).catch((cause: unknown) => {
      const where = `${scenario.name}, killed at ${point}: ${lineAt(Number(lineIn(point)))}`
      throw new Error(`${where}${reboot ? ', then booted' : ''}: ${String(cause)}`, { cause })
    })
  }

  describe('wrapper killed at each line', { concurrency: 3 }, () => {
    for (const [number, shell] of able.entries())
      test(`under ${shell.name}`, { timeout: 7_200_000 }, async () => {
        const another = () => {
          const blade = new SweptBlade(scratch(`lines-${shell.name}`, inMemory), shell.path)
          after(() => blade.end())
          return blade
        }
        await (oneOf === 1 ? whole(another(), another(), number) : sample(another(), number))
      })
  })

  for (const { name, line, instead, scenario, wrong } of MUTANTS)
    test(`a wrapper that is wrong is found: ${name}`, { timeout: 60_000 }, async () => {
      const text = steppedText.replace(line, instead)
      assert.notEqual(text, steppedText, 'the line is there')
      const blade = new SweptBlade(scratch('lines-mutant', inMemory), able[0]?.path ?? '', text)
      after(() => blade.end())
      const one = scenarios.find(({ name }) => name === scenario) ?? assert.fail(scenario)
      const [point] = await blade.pointsOf(one)
      await assert.rejects(blade.killAt(one, point ?? assert.fail('no point'), { reboot: false }), wrong)
    })

  test('every line was reached, but for refusals and a full disk', (t) => {
    const lines = new Set([...reached].map(lineIn))
    const verbs = new Set([...reached].map((point) => point.split(' ')[0]))
    const left = numbers.filter((number) => !lines.has(String(number)) && !ELSEWHERE.test(lineAt(number)))
    t.diagnostic(
      `${kills} kills; ${reached.size} points: ${lines.size} of ${lineCount} lines, by ${verbs.size} verbs, ${able.length} shells`,
    )
    assert.deepEqual(left.map(lineAt), [])
  })
}
