/**
 * One look at the world: all blades and arrays that a question names are asked in parallel, each with its deadline, and
 * the answers joined. Who does not answer delays nobody.
 */
import type { ArrayName, BladeName, Fleet } from '#documents'
import type { Hands, Limits } from '#hands'
import { type ArrayReport, type BladeReport, join, type Question, type Reading, type Survey } from '#survey'
import { DEADLINE_MS } from './deadlines.ts'

export async function look(
  fleet: Fleet,
  question: Question,
  hands: Pick<Hands, 'bladeReader' | 'arrayReader'>,
  signal: AbortSignal,
  deadlineMs: number = DEADLINE_MS.look,
): Promise<Survey> {
  const limits: Limits = { deadlineMs, signal }
  const blades = [...question.blades].map(
    async ([name, asked]): Promise<readonly [BladeName, Reading<BladeReport>]> => {
      const blade = fleet.blades.get(name)
      return [name, blade === undefined ? unknownName(name) : await hands.bladeReader.survey(blade, asked, limits)]
    },
  )
  const arrays = question.arrays.map(async (name): Promise<readonly [ArrayName, Reading<ArrayReport>]> => {
    const array = fleet.arrays.get(name)
    return [name, array === undefined ? unknownName(name) : await hands.arrayReader.report(array, limits)]
  })
  const [ofBlades, ofArrays] = await Promise.all([Promise.all(blades), Promise.all(arrays)])
  return join(fleet, new Map(ofBlades), new Map(ofArrays))
}

const unknownName = (name: string): Reading<never> => ({ state: 'refused', because: `the fleet has no ${name}` })
