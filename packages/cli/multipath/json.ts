/**
 * JSON that an operator gave, with the place of its first fault. May come in: bytes and the name of their file.
 * May not: what the JSON means.
 */
import { ExitCode } from '../exit-code.ts'
import { CommandRefusal } from './ending.ts'

/** @throws CommandRefusal with file, line and column */
export function parseJson(file: string, bytes: Uint8Array): unknown {
  const text = new TextDecoder().decode(bytes)
  try {
    return JSON.parse(text)
  } catch (error) {
    const before = text.slice(0, firstFault(text))
    const line = before.split('\n').length
    const column = before.length - before.lastIndexOf('\n')
    throw new CommandRefusal(`${file}:${line}:${column}: this is not JSON`, ExitCode.usage, { cause: error })
  }
}

/** V8 does not always name the place: it is the end of the shortest part that no text behind it could mend. */
function firstFault(text: string): number {
  let sound = 0
  let broken = text.length + 1
  while (broken - sound > 1) {
    const middle = Math.floor((sound + broken) / 2)
    if (mayGoOn(text.slice(0, middle))) sound = middle
    else broken = middle
  }
  return sound
}

function mayGoOn(part: string): boolean {
  try {
    JSON.parse(part)
    return true
  } catch (error) {
    const message = error instanceof Error ? error.message : ''
    const position = /position (\d+)/.exec(message)?.[1]
    return position === undefined
      ? message.includes('end of JSON input')
      : Number(position) >= part.length || message.startsWith('Unterminated')
  }
}
