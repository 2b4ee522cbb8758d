/** The runs in a blade's journal, as the wrapper lists them; text of another machine, checked like a probe's. */
import type { JournalLine, Reading, RunHolder, RunReport } from '@anyblade/engine'
import { count, textOf, word } from './fields.ts'
import { Garbled, parseSections, type Section } from './sections.ts'

const PLAN_LENGTH = 4 * 1024 * 1024
const EVIDENCE_BYTES = 64 * 1024
const RUN = /^r-[0-9a-z]{4,16}$/

/** In the order of the answer, newest first. */
export function parseRuns(text: string): Reading<readonly RunReport[]> {
  try {
    // A power loss may leave zeros in a journal where its last line was to be.
    const sections = [...parseSections(text.replaceAll('\0', ''), 'anyblade-runs').of]
    return { state: 'read', value: sections.map(([name, section]) => run(name, section)) }
  } catch (error) {
    if (error instanceof Garbled) return { state: 'garbled', because: error.message }
    throw error
  }
}

/** One line, for JSON writes what would break it as signs. */
function planText(text: string | undefined, name: string): string {
  if (text !== undefined && text.length <= PLAN_LENGTH) return text
  throw new Garbled(`the plan of ${name} is ${text === undefined ? 'not there' : 'too long'}`)
}

/** What was printed, then the errors. */
export const evidenceText = (field: string | undefined, name: string): string =>
  (field ?? '')
    .split(',')
    .map((text) => textOf(text, EVIDENCE_BYTES, `the evidence of ${name}`))
    .join('')

function holder(fields: readonly string[] | undefined, name: string): RunHolder | undefined {
  if (fields === undefined) return undefined
  const [, operator, epoch, since, left] = fields
  const what = `the lease of ${name}`
  return {
    operator: word(operator, 100),
    epoch: count(epoch, what),
    sinceSeconds: count(since, what),
    leftSeconds: count(left, what),
  }
}

function run(name: string, { lines }: Section): RunReport {
  if (!RUN.test(name)) throw new Garbled(`${word(name, 20)} is not a run`)
  const of = (kind: string) => lines.filter(([first]) => first === kind)
  return {
    run: name,
    plan: planText(of('plan')[0]?.[1], name),
    // A line that was cut off has no end, and says nothing.
    entries: of('entry').flatMap(([, step, , event, evidence, end]): JournalLine[] =>
      end === '.'
        ? [{ step: count(step, `a step of ${name}`), event: word(event, 40), evidence: evidenceText(evidence, name) }]
        : [],
    ),
    holder: holder(of('holder')[0], name),
    asked: of('asked').length > 0,
    ageSeconds: Math.max(0, count(of('age')[0]?.[1], `the age of ${name}`)),
  }
}
