/**
 * What an initramfs holds of multipath, out of a probe's answer. May come in: any text. May not: copies of an image that was
 * not read to its end.
 */
import type { Initramfs } from '@anyblade/engine'
import { bytesOf, count, formed, textOf, word } from './fields.ts'
import { Garbled, type Section } from './sections.ts'

const MIB = 1024 * 1024

/** @throws Garbled */
export function parseInitramfs({ lines }: Section): Initramfs | undefined {
  const rows = (kind: string) => lines.filter(([first]) => first === kind).map((fields) => fields.slice(1))
  if (rows('none').length > 0) return undefined
  const [[image, built, configured] = []] = rows('image')
  return {
    image: formed(textOf(image, 4096, 'an image’s path'), /^\/boot\/[\w.+@/-]{1,300}$/, 'an image’s path'),
    built: count(built, 'an image’s date'),
    configured: configured === '' ? undefined : count(configured, 'a configuration’s date'),
    contents: contentsOf(rows),
  }
}

function contentsOf(rows: (kind: string) => string[][]): Initramfs['contents'] {
  for (const state of ['damaged', 'packed'] as const) {
    const [row] = rows(state)
    if (row !== undefined) return { state, because: word(row[0], 200) }
  }
  if (rows('whole').length === 0) throw new Garbled('the initramfs was not read to its end')
  const copies = (kind: string) =>
    rows(kind).map(([name, bytes]) => ({
      name: word(textOf(name, 1024, 'a file’s name')),
      bytes: bytesOf(bytes, 8 * MIB, 'a copy in the initramfs'),
    }))
  const [[main], [bindings]] = [copies('main'), copies('bindings')]
  const dropIns = copies('drop-in')
  return {
    state: 'read',
    holdsMultipath: rows('holds').length > 0 || main !== undefined || dropIns.length > 0,
    files: { main: main?.bytes, dropIns, ...(bindings && { bindings: bindings.bytes }) },
  }
}
