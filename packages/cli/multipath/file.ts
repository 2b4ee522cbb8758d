/**
 * The files that a command was given: read whole, written whole or not at all.
 * May come in: names as typed (`-` is standard input or output), bytes. May not: what the bytes mean.
 */
import { randomBytes } from 'node:crypto'
import { chmod, chown, open, readdir, readFile, realpath, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import type { Context } from '../context.ts'
import { ExitCode } from '../exit-code.ts'
import { CommandRefusal } from './ending.ts'

export const standardInput = '-'

/** The bytes of a file as typed, relative to where the operator stands; `-` is standard input. @throws CommandRefusal */
export async function readInput(context: Context, name: string): Promise<Uint8Array> {
  if (name === standardInput) return readAll(context.process.stdin)
  try {
    return await readFile(resolve(context.cwd, name))
  } catch (error) {
    throw new CommandRefusal(`${name}: ${reasonOf(error)}`, ExitCode.usage, { cause: error })
  }
}

async function readAll(stream: NodeJS.ReadableStream): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(typeof chunk === 'string' ? Buffer.from(chunk, 'latin1') : chunk)
  return Buffer.concat(chunks)
}

/** Like `readInput`, but a file that is not there is undefined. @throws CommandRefusal */
export async function readIfThere(context: Context, name: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(resolve(context.cwd, name))
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined
    throw new CommandRefusal(`${name}: ${reasonOf(error)}`, ExitCode.usage, { cause: error })
  }
}

/** Like `readIfThere`, but a directory is read as the C library reads it: there is nothing in it. @throws CommandRefusal */
export async function readFollowed(context: Context, name: string): Promise<Uint8Array | undefined> {
  try {
    if ((await stat(resolve(context.cwd, name))).isDirectory()) return new Uint8Array(0)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw new CommandRefusal(`${name}: ${reasonOf(error)}`, ExitCode.usage, { cause: error })
  }
  return readInput(context, name)
}

/** The plain files and links of a directory, by name; undefined where it is not there. @throws CommandRefusal */
export async function namesIn(context: Context, directory: string): Promise<readonly string[] | undefined> {
  try {
    const entries = await readdir(resolve(context.cwd, directory), { withFileTypes: true })
    return entries.filter((entry) => entry.isFile() || entry.isSymbolicLink()).map(({ name }) => name)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw new CommandRefusal(`${directory}: ${reasonOf(error)}`, ExitCode.usage, { cause: error })
  }
}

/**
 * Writes a file so that a reader finds the old or the new one, never a part: a new file beside it takes its place.
 * A link is followed; mode and owner stay. @throws CommandRefusal, and then the old file is as it was
 */
export async function writeWhole(context: Context, name: string, bytes: Uint8Array): Promise<void> {
  try {
    await replace(await targetOf(resolve(context.cwd, name)), bytes)
  } catch (error) {
    throw new CommandRefusal(`${name}: not written: ${reasonOf(error)}`, ExitCode.failed, { cause: error })
  }
}

async function targetOf(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return path
    throw error
  }
}

async function replace(path: string, bytes: Uint8Array): Promise<void> {
  const beside = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}`)
  try {
    await writeNew(beside, bytes)
    await keepModeAndOwner(path, beside)
    await rename(beside, path)
  } catch (error) {
    await rm(beside, { force: true })
    throw error
  }
}

async function writeNew(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** A new file gets 0644, as the packages install multipath.conf. */
async function keepModeAndOwner(path: string, beside: string): Promise<void> {
  try {
    const { mode, uid, gid } = await stat(path)
    const own = await stat(beside)
    if (own.uid !== uid || own.gid !== gid) await chown(beside, uid, gid)
    await chmod(beside, mode & 0o7777)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
    await chmod(beside, 0o644)
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

const reasons: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'there is no such file'],
  ['EACCES', 'you may not read or write it'],
  ['EPERM', 'you may not change it'],
  ['EISDIR', 'it is a directory'],
  ['ENOTDIR', 'a part of the path is no directory'],
  ['ENOSPC', 'the disk is full'],
  ['EROFS', 'the file system can only be read'],
])

function reasonOf(error: unknown): string {
  return reasons.get(codeOf(error) ?? '') ?? (error instanceof Error ? error.message : String(error))
}
