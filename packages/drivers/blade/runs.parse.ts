/** The runs in a blade's journal, as the wrapper lists them; text of another machine, checked like a probe's. */
import type { JournalLine, Reading, RunReport } from '@anyblade/engine'
import { count, textOf, word } from './fields.ts'
import { Garbled, parseSections, type Section } from './sections.ts'

const PLAN_BYTES = 4 * 1024 * 1024
const EVIDENCE_BYTES = 2 * 64 * 1024
const RUN = /^r-[0-9a-z]{4,16}$/

/** In the order of the answer, newest first. */
export function parseRuns(text: string): Reading<readonly RunReport[]> {
  try {
    const sections = [...parseSections(text, 'anyblade-runs').of]
    return { state: 'read', value: sections.map(([name, section]) => run(name, section)) }
  } catch (error) {
    if (error instanceof Garbled) return { state: 'garbled', because: error.message }
    throw error
  }
}

function run(name: string, { lines }: Section): RunReport {
  if (!RUN.test(name)) throw new Garbled(`${word(name, 20)} is not a run`)
  const of = (kind: string) => lines.filter(([first]) => first === kind)
  return {
    run: name,
    plan: textOf(of('plan')[0]?.[1], PLAN_BYTES, `the plan of ${name}`),
    entries: of('entry').map(
      ([, step, , event, evidence]): JournalLine => ({
        step: count(step, `a step of ${name}`),
        event: word(event, 40),
        evidence: textOf(evidence, EVIDENCE_BYTES, `the evidence of ${name}`),
      }),
    ),
    attended: of('attended').length > 0,
    ageSeconds: Math.max(0, count(of('age')[0]?.[1], `the age of ${name}`)),
  }
}
