/**
 * The rooms and what each may import; prints file:line for every other import.
 * Doors: another room is entered by its name only (`@anyblade/engine`), never by a path into it.
 */
import { globSync, readFileSync } from 'node:fs'

const may: Readonly<Record<string, readonly string[]>> = {
  multipath: ['scsi'],
  scsi: [],
  'domain-xml': [],
  libvirt: [],
  'on-blade': [],
  engine: ['multipath', 'scsi', 'domain-xml'],
  drivers: ['engine', 'multipath', 'scsi', 'domain-xml', 'libvirt', 'on-blade'],
  cli: ['drivers', 'engine', 'multipath', 'scsi', 'domain-xml'],
  lab: [],
  simulator: ['engine', 'multipath', 'scsi', 'domain-xml'],
}

/** Doors beside a room's own, for tests of other rooms. */
const testDoors = new Set(['@anyblade/engine/contract', '@anyblade/drivers/ssh-server'])

/** Rooms without I/O: no module of Node's in them, outside tests. */
const pure = new Set(['multipath', 'scsi', 'domain-xml', 'engine', 'simulator'])
/** What a room may take from npm; all else is in devDependencies and for tests. */
const packages: Readonly<Record<string, readonly string[]>> = {
  engine: ['zod'],
  drivers: ['yaml'],
  cli: ['@stricli/core'],
}

const specifier =
  /(?:^|[;}\s])(?:import|export)\s(?:[^'"`;]*?\sfrom\s*)?["']([^"']+)["']|\bimport\s*\(\s*["']([^"']+)["']/g

/** Each import that breaks the rules, as `file:line reason`. */
export function brokenBoundaries(files: readonly string[] = globSync('packages/**/*.ts')): string[] {
  return files
    .filter((file) => !file.includes('node_modules'))
    .flatMap((file) => broken(file, readFileSync(file, 'utf8')))
}

/** The rules on one file's text; `file` is its path from the root of the repository. */
export function broken(file: string, text: string): string[] {
  const room = file.split('/')[1] ?? ''
  const isTest = /\/test\//.test(file)
  return Array.from(text.matchAll(specifier)).flatMap((match) => {
    const wanted = match[1] ?? match[2] ?? ''
    const reason = whyNot(file, room, isTest, wanted)
    const line = text.slice(0, match.index).split('\n').length
    return reason === undefined ? [] : [`${file}:${line} ${reason}`]
  })
}

function whyNot(file: string, room: string, isTest: boolean, wanted: string): string | undefined {
  if (wanted.startsWith('.'))
    return new URL(wanted, `file:///${file}`).pathname.startsWith(`/packages/${room}/`)
      ? undefined
      : `reaches out of its package: ${wanted}`
  if (wanted.startsWith('#')) return undefined
  const other = /^@anyblade\/([^/]+)(\/.*)?$/.exec(wanted)
  if (other) {
    if (isTest && testDoors.has(wanted)) return undefined
    if (other[2] !== undefined) return `goes past the door of ${other[1]}: ${wanted}`
    // Tests may stand a room on the lab; nothing that ships does.
    const allowed = other[1] === room || may[room]?.includes(other[1] ?? '') || (isTest && other[1] === 'lab')
    return allowed ? undefined : `${room} may not import ${other[1]}`
  }
  if (isTest) return undefined
  if (wanted.startsWith('node:')) return pure.has(room) ? `${room} is pure and imports ${wanted}` : undefined
  return packages[room]?.includes(wanted) ? undefined : `${room} may not import the package ${wanted}`
}
