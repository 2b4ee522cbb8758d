/**
 * Where the image's packages come from: this machine's own apt sources, read when the image is built.
 * May come in: the texts of apt's source files. May not: a mirror's name written down anywhere else.
 */
import { globSync, readFileSync } from 'node:fs'
import { release } from './packages.ts'

/** The `deb` lines for the image's release that this machine's apt uses; none if it uses another release. */
export function hostSources(): string[] {
  const files = [...globSync('/etc/apt/sources.list.d/*.{list,sources}'), ...globSync('/etc/apt/sources.list')]
  return files.flatMap((file) => debLines(readFileSync(file, 'utf8'), file.endsWith('.sources')))
}

/** One line a URI and suite of `release`. Source: sources.list(5), both formats */
export function debLines(text: string, isDeb822: boolean): string[] {
  return isDeb822 ? text.split(/\n\s*\n/).flatMap(fromStanza) : text.split('\n').flatMap(fromLine)
}

function fromLine(line: string): string[] {
  const [, uri, suite, components] = /^deb\s+(?:\[[^\]]*\]\s*)?(\S+)\s+(\S+)\s+(.+)$/.exec(line.trim()) ?? []
  return uri !== undefined && suite !== undefined && isOurs(suite) ? [`deb ${uri} ${suite} ${components}`] : []
}

function fromStanza(stanza: string): string[] {
  const fields = new Map(
    stanza
      .split('\n')
      .filter((line) => !line.startsWith('#'))
      .map((line) => /^([\w-]+):\s*(.*)$/.exec(line))
      .flatMap((found) => (found === null ? [] : [[found[1]?.toLowerCase() ?? '', found[2]?.trim() ?? ''] as const])),
  )
  const words = (field: string) => (fields.get(field) ?? '').split(/\s+/).filter((word) => word !== '')
  if (!words('types').includes('deb') || fields.get('enabled') === 'no') return []
  const suites = words('suites').filter(isOurs)
  return words('uris').flatMap((uri) => suites.map((suite) => `deb ${uri} ${suite} ${words('components').join(' ')}`))
}

const isOurs = (suite: string): boolean => [release, `${release}-updates`, `${release}-security`].includes(suite)
