/** One document on stdout: as text for people, or as JSON or YAML with a schema version for programs. */
import { yamlText } from '@anyblade/drivers'
import type { Context } from '../context.ts'
import { type CommonFlags, outputOf } from '../flags.ts'

/** The version of the JSON that commands print; it grows when a field changes its meaning or goes away. */
const SCHEMA = 1

export type Answer = { readonly text: string; readonly data: Readonly<Record<string, unknown>> }

export function print(context: Context, flags: CommonFlags, answer: Answer): void {
  context.process.stdout.write(`${rendered(outputOf(context, flags), answer)}\n`)
}

function rendered(output: ReturnType<typeof outputOf>, { text, data }: Answer): string {
  const document = { schema: SCHEMA, ...data }
  switch (output) {
    case 'table':
      return text
    case 'json':
      return JSON.stringify(document, plain, 2)
    case 'yaml':
      return yamlText(JSON.parse(JSON.stringify(document, plain))).trimEnd()
  }
}

/** What JSON has no form for: maps become objects, bytes text. */
function plain(_key: string, value: unknown): unknown {
  if (value instanceof Map) return Object.fromEntries(value)
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1')
  return value
}
