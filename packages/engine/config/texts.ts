/** The files of a configuration as texts of one character a byte, by their paths, and back. */
import { bytesOf, latin1 } from '@anyblade/multipath'
import type { MultipathFiles } from '#survey'
import { DROP_INS, MAIN_FILE } from './aliases.ts'

export type FileText = { readonly path: string; readonly text: string }

export const textOf = latin1

export const textsOf = ({ main, dropIns }: MultipathFiles): FileText[] => [
  ...(main === undefined ? [] : [{ path: MAIN_FILE, text: textOf(main) }]),
  ...dropIns.map(({ name, bytes }) => ({ path: `${DROP_INS}/${name}`, text: textOf(bytes) })),
]

export function filesOf(texts: readonly FileText[]): MultipathFiles {
  const main = texts.find(({ path }) => path === MAIN_FILE)
  const dropIns = texts.flatMap(({ path, text }) =>
    path.startsWith(`${DROP_INS}/`) ? [{ name: path.slice(DROP_INS.length + 1), bytes: bytesOf(text) }] : [],
  )
  return { main: main && bytesOf(main.text), dropIns }
}
