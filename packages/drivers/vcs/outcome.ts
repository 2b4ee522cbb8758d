/** What a recorder answers: whatever goes wrong here, a run must hear of it as an outcome. */
import { EngineError, type Outcome } from '@anyblade/engine'

const MOST_NAMED = 5

/** Some paths for people. */
export const list = (paths: readonly string[]): string =>
  paths.length > MOST_NAMED ? `${paths.slice(0, MOST_NAMED).join(', ')} …` : paths.join(', ')

/** Only what is an outcome lets a run go on, or back. */
export async function answered(body: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await body()
  } catch (error) {
    if (error instanceof EngineError) return failed(`${error.explanation.found}; ${error.explanation.hint}`)
    throw error
  }
}

export const done = (lines: readonly string[]): Outcome => ({ state: 'done', evidence: { lines } })
export const failed = (because: string): Outcome => ({ state: 'failed', because, evidence: { lines: [] } })
