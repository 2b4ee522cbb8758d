/** One document on stdout: as text for people, or as JSON or YAML with a schema version for programs. */
import { yamlText } from '@anyblade/drivers'
import type { Context } from '../context.ts'
import type { CommonFlags } from '../flags.ts'
import { isColored, outputOf } from '../settings.ts'
import { painted } from './paint.ts'
import { visible } from './visible.ts'

/** The version of the JSON that commands print; it grows when a field changes its meaning or goes away. */
const SCHEMA = 1

export type Answer = { readonly text: string; readonly data: Readonly<Record<string, unknown>> }

/** Text that is empty prints nothing: no line is what a script counts for nothing. */
export function print(context: Context, flags: CommonFlags, answer: Answer): void {
  const text = rendered(context, flags, answer)
  if (text !== '') context.process.stdout.write(`${text}\n`)
}

function rendered(context: Context, flags: CommonFlags, { text, data }: Answer): string {
  switch (outputOf(context, flags)) {
    case 'table': {
      const shown = visible(text)
      return isColored(context, flags.color, context.process.stdout) ? painted(shown) : shown
    }
    case 'json':
      return JSON.stringify({ schema: SCHEMA, ...data }, plain, 2)
    case 'yaml':
      return yamlText(JSON.parse(JSON.stringify({ schema: SCHEMA, ...data }, plain))).trimEnd()
  }
}

/** What JSON has no form for: maps become objects, bytes text. */
function plain(_key: string, value: unknown): unknown {
  if (value instanceof Map) return Object.fromEntries(value)
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1')
  return value
}
