/**
 * Commands that write a file: read it, change it, write it whole, and say what became another.
 * May come in: the change as a function of bytes. May not: what the change is.
 */
import { latin1 } from '@anyblade/multipath'
import type { Context } from '../context.ts'
import { ExitCode } from '../exit-code.ts'
import { readInput, standardInput, writeWhole } from './file.ts'
import { diffLines, lineDiff } from './line-diff.ts'
import { jsonDocument, type Output, printDocument } from './print.ts'
import { hostFile } from './source.ts'

export type ChangeFlags = { readonly output: Output }

/** `notes` are for the reader and go to standard error; `json` is added to the document. */
export type Changed = { readonly bytes: Uint8Array; readonly notes?: readonly string[]; readonly json?: object }

/** With `-` the changed text is the document, and the summary goes to standard error. @throws CommandRefusal */
export async function changeFile(
  context: Context,
  flags: ChangeFlags,
  file: string | undefined,
  change: (bytes: Uint8Array) => Changed,
): Promise<ExitCode> {
  const name = file ?? hostFile
  const before = await readInput(context, name)
  const { bytes, notes = [], json = {} } = change(before)
  for (const note of notes) context.process.stderr.write(`${note}\n`)
  const diff = lineDiff(readable(before), readable(bytes))
  if (name === standardInput) return printText(context, flags, bytes, { file: name, diff, ...json })
  if (diff.length > 0) await writeWhole(context, name, bytes)
  const lines = diff.length === 0 ? [`${name}: nothing to change`] : diffLines(name, diff)
  printDocument(
    context,
    flags.output,
    () => ({ file: name, changed: diff.length > 0, diff, ...json }),
    () => lines,
  )
  return ExitCode.done
}

function printText(context: Context, { output }: ChangeFlags, bytes: Uint8Array, json: object): ExitCode {
  if (output === 'json') context.process.stdout.write(`${jsonDocument({ ...json, text: readable(bytes) })}\n`)
  else context.process.stdout.write(bytes)
  return ExitCode.done
}

/** As UTF-8 where it is, else one character a byte: for showing only. */
function readable(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return latin1(bytes)
  }
}
