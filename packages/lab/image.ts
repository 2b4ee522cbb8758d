/**
 * The image that all nodes boot from: built once for each set of inputs, then taken from the user's cache.
 * May come in: the cache's folder, a place to report to. May not: an image whose inputs are not in its name.
 */
import { createHash } from 'node:crypto'
import {
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join, relative } from 'node:path'
import { LabError, reasonOf } from './errors.ts'
import { locked } from './lock.ts'
import { program } from './program.ts'
import type { Report } from './progress.ts'

export type Image = {
  readonly hash: string
  readonly folder: string
  /** Raw, sparse, read-only: the nodes write to overlays. */
  readonly disk: string
  readonly kernel: string
  readonly initrd: string
  readonly guestInitrd: string
  /** Private key of root, operator and guestonly on every node. */
  readonly identity: string
  readonly knownHosts: string
}

const room = import.meta.dirname
const inputs = ['image/*', 'guest/*', 'node/**/*']
const minuteMs = 60_000
/** Lines that the package step prints, counted once; only for the bar. */
const expectedLines = 2240
const unusedDays = 14

/** Hash of everything that goes into the image: lists, scripts, guest sources, and the program that builds it. */
export function imageHash(folder = room): string {
  const files = inputs
    .flatMap((pattern) => globSync(pattern, { cwd: folder }))
    .filter((file) => statSync(join(folder, file)).isFile())
    .toSorted()
  const sum = createHash('sha256').update(process.arch)
  for (const file of files) sum.update(`\0${relative('', file)}\0`).update(readFileSync(join(folder, file)))
  return sum.digest('hex').slice(0, 16)
}

/** Where the image of `hash` is or will be. */
export function imageAt(cache: string, hash: string): Image {
  const folder = join(cache, 'image', hash)
  const file = (name: string) => join(folder, name)
  return {
    hash,
    folder,
    disk: file('base.raw'),
    kernel: file('vmlinuz'),
    initrd: file('initrd.gz'),
    guestInitrd: file('guest.gz'),
    identity: file('id_ed25519'),
    knownHosts: file('known_hosts'),
  }
}

/** The image for the sources as they are now, built if it isn't there. @throws LabError `image-failed` */
export async function ensureImage(cache: string, report: Report): Promise<Image> {
  const image = imageAt(cache, imageHash())
  const all = join(cache, 'image')
  mkdirSync(all, { recursive: true, mode: 0o700 })
  if (!existsSync(image.folder))
    await locked(join(all, 'build.lock'), 20 * minuteMs, async () => {
      if (!existsSync(image.folder)) await build(image, report) // another may have built it while we waited
    })
  utimesSync(image.folder, new Date(), new Date())
  forgetUnused(all)
  return image
}

async function build(image: Image, report: Report): Promise<void> {
  const work = `${image.folder}.partial`
  rmSync(work, { recursive: true, force: true })
  mkdirSync(work, { recursive: true, mode: 0o700 })
  const [command, ...args] = [...asRoot(), process.execPath, join(room, 'image/assemble.ts'), work]
  const output = await program(command ?? '', args, { deadlineMs: 30 * minuteMs, onLine: follow(report) })
  if (output.exit !== 0) {
    const log = join(image.folder, '..', 'failed-build.log')
    writeFileSync(log, `${output.stdout}\n${output.stderr}`)
    const last = output.stderr.trim().split('\n').slice(-6).join('\n')
    throw new LabError('image-failed', {
      attempted: 'build the image of the nodes',
      found: `exit ${output.exit}: ${last}`,
      hint: `all that it said is in ${log}`,
    })
  }
  const leftovers = ['tree', 'counter', 'dpkg.cfg', 'sources.list']
  for (const name of leftovers) rmSync(join(work, name), { recursive: true, force: true })
  renameSync(work, image.folder)
}

/** Files of the image belong to root: where we are not, to the root of a user namespace. */
function asRoot(): string[] {
  return process.getuid?.() === 0 ? [] : ['unshare', '--map-root-user', '--map-auto', '--mount', '--']
}

function follow(report: Report): (line: string) => void {
  let what = 'build the image'
  let lines = 0
  return (line) => {
    if (line.startsWith('STEP ')) {
      what = `build the image: ${line.slice(5)}`
      report({ what })
    } else if (line.startsWith('LINE ')) {
      lines += 1
      report({ what, fraction: Math.min(0.99, lines / expectedLines), detail: line.slice(5, 60).trim() })
    }
  }
}

/** Images of older sources go once nobody has used them for two weeks. */
function forgetUnused(all: string): void {
  const oldest = Date.now() - unusedDays * 24 * 60 * minuteMs
  for (const folder of globSync(join(all, '*/')))
    try {
      if (statSync(folder).mtimeMs < oldest) rmSync(folder, { recursive: true, force: true })
    } catch (error) {
      throw new LabError(
        'image-failed',
        { attempted: `remove the old image ${folder}`, found: reasonOf(error), hint: 'remove it by hand' },
        { cause: error },
      )
    }
}
