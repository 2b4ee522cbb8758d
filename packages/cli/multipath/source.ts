/**
 * Which files a command is about, and for which release: what was typed, or what this host has.
 * May come in: the world, flags. May not: a judgement of the files.
 */
import { spawnSync } from 'node:child_process'
import { release as kernelRelease } from 'node:os'
import {
  type Explanation,
  explain,
  type HostKnowledge,
  NEWEST_RELEASE,
  parseRelease,
  type Question,
  type Release,
} from '@anyblade/multipath'
import type { Context } from '../context.ts'
import { CommandRefusal } from './ending.ts'
import { namesIn, readFollowed, readIfThere, readInput } from './file.ts'

export const hostFile = '/etc/multipath.conf'
export const hostDirectory = '/etc/multipath/conf.d'

/**
 * The release meant: the one typed, else that of the multipath-tools on this host, else the newest known; the latter two
 * are told on standard error. @throws CommandRefusal
 */
export function releaseFor(context: Context, typed: string | undefined, flag = '--as'): Release {
  if (typed !== undefined) {
    const reading = parseRelease(typed)
    if (reading !== undefined) return reading.release
    throw new CommandRefusal(`${flag} ${typed}: this is no release of multipath-tools; give it as 0.9.4`)
  }
  const installed = installedRelease()
  const why = installed === undefined ? 'no multipath-tools here, so the newest known' : 'the release on this host'
  const release = installed ?? NEWEST_RELEASE
  context.process.stderr.write(`read as ${release}: ${why}; ${flag} RELEASE asks for another\n`)
  return release
}

/** What `multipath -h` says of itself; it needs neither root nor a daemon. */
function installedRelease(): Release | undefined {
  const { stdout, stderr } = spawnSync('multipath', ['-h'], { encoding: 'utf8', timeout: 5000 })
  const line = /^multipath-tools v.*$/m.exec(`${stdout ?? ''}\n${stderr ?? ''}`)?.[0]
  return line === undefined ? undefined : parseRelease(line)?.release
}

/** A main file and its drop-ins under the names that were typed. */
export type Source = {
  readonly main: { readonly name: string; readonly bytes: Uint8Array } | undefined
  readonly directory: string | undefined
  readonly dropIns: readonly { readonly name: string; readonly bytes: Uint8Array }[]
  /** Links that lead nowhere; the tool says so and goes on. */
  readonly unopened: readonly { readonly name: string; readonly why: string }[]
}

/** Reads what was typed; with neither file nor directory it is what this host has. @throws CommandRefusal */
export async function readSource(context: Context, file?: string, directory?: string): Promise<Source> {
  const isHost = file === undefined
  const bytes = isHost ? await readIfThere(context, hostFile) : await readInput(context, file)
  const confd = directory ?? (isHost ? hostDirectory : undefined)
  const names = confd === undefined ? [] : await namesIn(context, confd)
  if (names === undefined && directory !== undefined)
    throw new CommandRefusal(`${directory}: there is no such directory`)
  const dropIns = []
  const unopened = []
  for (const name of names ?? []) {
    const found = await readFollowed(context, `${confd}/${name}`)
    if (found === undefined) unopened.push({ name, why: 'No such file or directory' })
    else dropIns.push({ name, bytes: found })
  }
  if (isHost && bytes === undefined && dropIns.length === 0)
    throw new CommandRefusal(`${hostFile}: there is no such file; name one, or - for standard input`)
  const main = bytes === undefined ? undefined : { name: file ?? hostFile, bytes }
  return { main, directory: confd, dropIns, unopened }
}

/** The question to explain; files are named as the tool would name them, were they installed. */
export function questionOf(source: Source, release: string): Question {
  return {
    release,
    main: source.main === undefined ? undefined : { path: hostFile, bytes: source.main.bytes },
    confd: source.dropIns,
    unopened: source.unopened,
    confdPath: hostDirectory,
  }
}

/** What the release makes of it. */
export function explainSource(source: Source, release: Release): Explanation {
  return explain(questionOf(source, release))
}

/** What a source is called in an answer. */
export function sourceName({ main, directory }: Source): string {
  return main?.name ?? directory ?? hostDirectory
}

/** The name as typed of a file that an explanation names as installed. */
export function typedName(source: Source, path: string): string {
  if (path === hostFile) return source.main?.name ?? path
  return path.startsWith(`${hostDirectory}/`) ? `${source.directory}${path.slice(hostDirectory.length)}` : path
}

/** What can be known of this very host without being root. */
export async function hostKnowledge(context: Context, vmHost: boolean): Promise<HostKnowledge> {
  const lvm = vmHost ? await readIfThere(context, '/etc/lvm/lvm.conf') : undefined
  return { vmHost, kernel: kernelRelease(), ...(lvm !== undefined && { lvmConfig: new TextDecoder().decode(lvm) }) }
}
