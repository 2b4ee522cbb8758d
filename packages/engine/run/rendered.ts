/** The configurations of blades as a look has read them: what a record keeps of each. Who gave no answer is not in it. */
import type { BladeName, Fleet } from '#documents'
import type { Rendered } from '#hands'
import { bladeIn } from '#plans'
import { reportOf, type Survey } from '#survey'

export const renderedOf = (fleet: Fleet, survey: Survey, blades: readonly BladeName[]): Rendered[] =>
  blades.flatMap((name) => {
    const config = reportOf(survey, name)?.config
    return config?.state === 'read' ? [{ blade: bladeIn(fleet, name), files: config.value }] : []
  })
