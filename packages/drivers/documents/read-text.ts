/**
 * Files of a fleet as text, within bounds: they come out of a repository that others write too.
 * May come in: a path. May not: a symbolic link, a device, more than is allowed, bytes that are no UTF-8.
 */
import { closeSync, constants, fstatSync, lstatSync, openSync, readSync } from 'node:fs'

export const MAX_BYTES = 4 * 1024 * 1024
/** A document is a few lines; what is long or deep takes the parser seconds, and a fleet has thousands of them. */
export const MAX_YAML_BYTES = 256 * 1024

/** `because` says what the file is instead of a text. */
export type TextRead =
  | { readonly state: 'read'; readonly text: string }
  | { readonly state: 'none' }
  | { readonly state: 'refused'; readonly because: string }

export function readText(path: string, most = MAX_BYTES): TextRead {
  const what = lstatSync(path, { throwIfNoEntry: false })
  if (what === undefined) return { state: 'none' }
  if (what.isSymbolicLink()) return { state: 'refused', because: 'is a symbolic link; put the document itself here' }
  if (!what.isFile()) return { state: 'refused', because: 'is no regular file' }
  if (what.size > most) return tooLong(what.size, most)
  try {
    return decoded(readBytes(path, most), most)
  } catch (error) {
    return { state: 'refused', because: `can't be read: ${error instanceof Error ? error.message : String(error)}` }
  }
}

/** At most one byte more than allowed, should the file grow meanwhile. */
function readBytes(path: string, most: number): Buffer {
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    const bytes = Buffer.alloc(Math.min(fstatSync(file).size, most) + 1)
    let length = 0
    for (;;) {
      const got = readSync(file, bytes, length, bytes.length - length, null)
      if (got === 0) return bytes.subarray(0, length)
      length += got
    }
  } finally {
    closeSync(file)
  }
}

function decoded(bytes: Buffer, most: number): TextRead {
  if (bytes.length > most) return tooLong(bytes.length, most)
  const nul = bytes.indexOf(0)
  if (nul >= 0) return { state: 'refused', because: `is no text: byte ${nul + 1} is NUL` }
  try {
    return { state: 'read', text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) }
  } catch {
    return { state: 'refused', because: 'is no text: not valid UTF-8' }
  }
}

const tooLong = (bytes: number, most: number): TextRead => ({
  state: 'refused',
  because: `is ${bytes} bytes long; a document has at most ${most}`,
})
