/**
 * A reporter for node:test that writes how many tests passed and failed, how long each file took, and what tests have to
 * say of what they saw (their diagnostics that begin with `seen:`), as JSON, at the end.
 */
import { relative } from 'node:path'
import type { TestEvent } from 'node:test/reporters'

/** `fileMs`: the time that the tests and suites of a file took together. */
export type Tally = {
  passed: number
  failed: number
  skipped: number
  fileMs: Record<string, number>
  seen: string[]
}

// biome-ignore lint/style/noDefaultExport: node:test takes a reporter by its default export
export default async function* tally(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const count: Tally = { passed: 0, failed: 0, skipped: 0, fileMs: {}, seen: [] }
  for await (const event of source) {
    if (event.type === 'test:diagnostic' && event.data.message.startsWith('seen: ')) count.seen.push(event.data.message)
    if (event.type !== 'test:pass' && event.type !== 'test:fail') continue
    const { file, nesting, details } = event.data
    if (nesting === 0 && file !== undefined) {
      const name = relative('.', file)
      count.fileMs[name] = (count.fileMs[name] ?? 0) + details.duration_ms
    }
    // A file and a suite are counted by their tests.
    if (details?.type === 'suite') continue
    if (event.data.skip !== undefined && event.data.skip !== false) count.skipped += 1
    else if (event.type === 'test:pass') count.passed += 1
    else count.failed += 1
  }
  yield JSON.stringify(count)
}
