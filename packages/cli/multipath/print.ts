/** One document on standard output: JSON, or lines to read. May come in: what to say in both forms. */
import type { Context } from '../context.ts'

export type Output = 'text' | 'json'

/** It has a schema number, so that scripts can tell when its shape changes. */
export function jsonDocument(json: object): string {
  return JSON.stringify({ schema: 1, ...json }, undefined, 2)
}

/** Only the form that is asked for is made: of a large file each takes a while. */
export function printDocument(
  context: Context,
  output: Output,
  json: () => object,
  lines: () => readonly string[],
): void {
  const text = output === 'json' ? jsonDocument(json()) : lines().join('\n')
  if (text !== '') context.process.stdout.write(`${text}\n`)
}
