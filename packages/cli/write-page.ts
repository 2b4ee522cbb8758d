/** Writes an answer as a page where the operator wants it. */
import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { EngineError } from '@anyblade/engine'
import type { Context } from './context.ts'

/** @throws EngineError where it can't be written there */
export function writePage(context: Context, file: string, text: string): void {
  const path = resolve(context.cwd, file)
  try {
    writeFileSync(path, text)
  } catch (error) {
    throw new EngineError(
      'intent-invalid',
      {
        attempted: `write the report to ${path}`,
        found: error instanceof Error ? error.message : String(error),
        hint: 'name a file in a directory that is there and may be written',
      },
      { cause: error },
    )
  }
}
