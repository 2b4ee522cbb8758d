/**
 * An initramfs: a cpio archive of files and folders, and the kernel modules that a thing needs, in loading order.
 * May come in: contents. May not: a cpio program, a device node (the kernel brings /dev/console itself).
 */
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { gzipSync } from 'node:zlib'

/** A folder has no content. */
export type Entry = { readonly path: string; readonly mode: number; readonly content?: Buffer }

const folderType = 0o040000
const fileType = 0o100000

/** A gzipped archive in the "newc" format. Source: Documentation/driver-api/early-userspace/buffer-format.rst */
export function initramfs(entries: readonly Entry[]): Buffer {
  const records = entries.map((entry, index) => record(entry, index + 1))
  return gzipSync(Buffer.concat([...records, record({ path: 'TRAILER!!!', mode: 0 }, 0)]), { level: 6 })
}

function record({ path, mode, content }: Entry, inode: number): Buffer {
  const type = mode === 0 ? 0 : content === undefined ? folderType : fileType
  const name = Buffer.from(`${path}\0`)
  const body = content ?? Buffer.alloc(0)
  const fields = [inode, type | mode, 0, 0, 1, 0, body.length, 0, 0, 0, 0, name.length, 0]
  const header = Buffer.from(`070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}`)
  return Buffer.concat([padded(Buffer.concat([header, name])), padded(body)])
}

const padded = (part: Buffer): Buffer => Buffer.concat([part, Buffer.alloc((4 - (part.length % 4)) % 4)])

/** Files of modules, each after all that it depends on. `dependencies` is the text of modules.dep. */
export function modulesInOrder(dependencies: string, wanted: readonly string[]): string[] {
  const needs = new Map(
    dependencies
      .split('\n')
      .map((line) => line.split(':'))
      .map(([file, rest]) => [file ?? '', (rest ?? '').split(' ').filter((word) => word !== '')] as const),
  )
  const fileOf = new Map(Array.from(needs.keys(), (file) => [moduleName(file), file]))
  const ordered = new Set<string>()
  const add = (file: string) => {
    for (const needed of (needs.get(file) ?? []).toReversed()) add(needed)
    ordered.add(file)
  }
  for (const name of wanted) {
    const file = fileOf.get(name)
    if (file !== undefined) add(file) // not there: built into this kernel
  }
  return Array.from(ordered)
}

const moduleName = (file: string): string =>
  basename(file)
    .replace(/\.ko.*$/, '')
    .replaceAll('-', '_')

/** /lib/NAME.ko for each module, and /lib/order, which names them a line each. */
export function moduleEntries(modulesFolder: string, wanted: readonly string[]): Entry[] {
  const files = modulesInOrder(readFileSync(join(modulesFolder, 'modules.dep'), 'utf8'), wanted)
  const order = files.map((file) => `/lib/${basename(file)}\n`).join('')
  return [
    ...files.map((file) => ({
      path: `lib/${basename(file)}`,
      mode: 0o644,
      content: readFileSync(join(modulesFolder, file)),
    })),
    { path: 'lib/order', mode: 0o644, content: Buffer.from(order) },
  ]
}

/** The folders that every initramfs of ours has, busybox and its /init. */
export function baseEntries(busybox: Buffer, init: Buffer): Entry[] {
  const folders = ['bin', 'lib', 'proc', 'sys', 'dev', 'new'].map((path) => ({ path, mode: 0o755 }))
  return [
    ...folders,
    { path: 'bin/busybox', mode: 0o755, content: busybox },
    { path: 'init', mode: 0o755, content: init },
  ]
}
