/** Eyes whose every question is told of with how long its answer took, whatever it was. */
import type { Answered, Hands, Limits } from '@anyblade/engine'

type Eyes = Pick<Hands, 'bladeReader' | 'arrayReader'>

export function timed({ bladeReader, arrayReader }: Eyes, tell: (answered: Answered) => void): Eyes {
  const timing = async <T>(what: string, { deadlineMs }: Limits, asked: Promise<T>): Promise<T> => {
    const began = performance.now()
    const answer = await asked
    tell({ kind: 'answered', what, afterMs: Math.round(performance.now() - began), withinMs: deadlineMs })
    return answer
  }
  return {
    bladeReader: {
      survey: (blade, question, limits) =>
        timing(`the look at ${blade.name}`, limits, bladeReader.survey(blade, question, limits)),
      guestState: (blade, uuid, limits) =>
        timing(`what a guest keeps on ${blade.name}`, limits, bladeReader.guestState(blade, uuid, limits)),
      runs: (blade, which, limits) =>
        timing(`the journal of ${blade.name}`, limits, bladeReader.runs(blade, which, limits)),
      journal: (blade, run, limits) =>
        timing(`the journal of ${blade.name}`, limits, bladeReader.journal(blade, run, limits)),
    },
    arrayReader: {
      report: (array, limits) => timing(`the look at ${array.name}`, limits, arrayReader.report(array, limits)),
    },
  }
}
