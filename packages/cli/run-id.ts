/** A new run's id: short enough to be typed, random enough never to meet another. */
import { randomBytes } from 'node:crypto'
import { EngineError, type RunId, runId } from '@anyblade/engine'

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'

export function newRunId(): RunId {
  const text = `r-${Array.from(randomBytes(6), (byte) => ALPHABET[byte % ALPHABET.length]).join('')}`
  return parseRunId(text)
}

/** @throws EngineError `run-unknown` for what can't be a run's id */
export function parseRunId(text: string): RunId {
  const id = runId(text)
  if (id !== undefined) return id
  throw new EngineError('run-unknown', {
    attempted: `find the run ${text.slice(0, 40)}`,
    found: 'no run has such an id',
    hint: 'anyblade run list',
  })
}
