/**
 * mdadm on a blade assembles the arrays that its configuration lists, and no other: a guest's array in its LUN shows the
 * same superblock as one of the host, and udev would assemble it as soon as the map comes.
 * Source: mdadm.conf(5), AUTO (the first line counts, in the main file before the directory); 64-md-raid-assembly.rules
 */
import type { HostSetup } from '#survey'
import type { Wrong } from './lvm.ts'

export const MDADM_FILE = 'anyblade.conf'
const HEAD = '# anyblade: arrays of this host are listed; an array in the disk of a guest is none of them'
const MAIN_FILES = ['/etc/mdadm/mdadm.conf', '/etc/mdadm.conf']

export const mdadmPath = ({ mdadm }: HostSetup): string => `${mdadm?.directory ?? ''}/${MDADM_FILE}`

/** `isGuests`: whether a disk is a guest's, or a path to one. */
export function wrongInMdadm(setup: HostSetup, isGuests: (disk: string) => boolean): Wrong | undefined {
  if (setup.mdadm === undefined) return undefined
  const path = mdadmPath(setup)
  const [auto] = linesOf(setup).filter(({ text }) => /^AUTO\b/i.test(text))
  if (auto !== undefined && !isNothing(auto.text)) {
    const because = `${auto.path}:${auto.number} says ${auto.text}, and the first AUTO counts`
    return auto.path === path ? { because, mend: ours(setup, isGuests) } : { because }
  }
  const unlisted = arraysUnlisted(setup, isGuests, undefined)
  if (auto === undefined) return { because: 'it assembles arrays that nobody listed', mend: ours(setup, isGuests) }
  if (unlisted.length === 0) return undefined
  return { because: `arrays of this host are not listed: ${unlisted.join('; ')}`, mend: ours(setup, isGuests) }
}

/** AUTO that takes nothing: `-all`, with no plus before it. */
const isNothing = (text: string): boolean => {
  const words = text.split(/\s+/).slice(1)
  return words.includes('-all') && !words.some((word) => word.startsWith('+') || word === 'homehost')
}

type Line = { readonly path: string; readonly number: number; readonly text: string }

/** In the order in which mdadm reads them. */
function linesOf({ files, mdadm }: HostSetup): Line[] {
  const main = MAIN_FILES.filter((path) => files.has(path)).slice(0, 1)
  const rest = [...files.keys()].filter((path) => path.startsWith(`${mdadm?.directory}/`)).sort()
  return [...main, ...rest].flatMap((path) =>
    (files.get(path) ?? '').split('\n').map((text, i) => ({ path, number: i + 1, text: text.trim() })),
  )
}

const uuidOf = (line: string): string | undefined => /\bUUID=(\S+)/i.exec(line)?.[1]?.toLowerCase()

/** Running arrays of the host that no file lists; those listed in `but` count as not listed. */
function arraysUnlisted(setup: HostSetup, isGuests: (disk: string) => boolean, but: string | undefined): string[] {
  const lines = linesOf(setup).filter(({ path, text }) => path !== but && /^ARRAY\b/i.test(text))
  const listed = new Set(lines.map(({ text }) => uuidOf(text)))
  return (setup.mdadm?.arrays ?? [])
    .filter(({ members }) => !members.some(isGuests))
    .map(({ line }) => line)
    .filter((line) => uuidOf(line) !== undefined && !listed.has(uuidOf(line)))
}

export const isOwnFile = (text: string): boolean => text.startsWith(`${HEAD}\n`)

const ours = (setup: HostSetup, isGuests: (disk: string) => boolean): string =>
  [HEAD, 'AUTO -all', ...arraysUnlisted(setup, isGuests, mdadmPath(setup)).sort(), ''].join('\n')
