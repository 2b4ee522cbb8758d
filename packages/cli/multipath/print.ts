/** One document on standard output: JSON, or lines to read. May come in: what to say in both forms. */
import type { Context } from '../context.ts'

export type Output = 'text' | 'json'

/** `json` gets a schema number, so that scripts can tell when its shape changes. */
export function printDocument(context: Context, output: Output, json: object, lines: readonly string[]): void {
  const text = output === 'json' ? JSON.stringify({ schema: 1, ...json }, undefined, 2) : lines.join('\n')
  if (text !== '') context.process.stdout.write(`${text}\n`)
}
