/**
 * What a record writes: documents with fields set, texts beside them, configurations as they are deployed. Worked out
 * in full before anything is written, written whole or put back whole.
 * May come in: names that a blade gave to its files. May not: a path out of the fleet's directory.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type DocumentChange, EngineError, type RecordDocuments, type Rendered } from '@anyblade/engine'
import { changedText, hasValue } from '../documents/change.ts'
import { type Kept, placeOf } from '../documents/layout.ts'
import { readText } from '../documents/read-text.ts'

/** undefined: no such file. */
type Bytes = Buffer | undefined
type Files = ReadonlyMap<string, Bytes>

/** @throws EngineError where a document can't be changed so, or a name is none for a file */
export function contentsOf(dir: string, kept: Kept, action: RecordDocuments, rendered: readonly Rendered[]): Contents {
  const files = new Map<string, Bytes>(movedAway(action).map((path) => [path, undefined]))
  for (const change of action.changes) {
    const path = change.document
    if (!kept.holds(path)) throw refused(path, `no document of ${kept.what} lies there`)
    if ('gone' in change) {
      const place = placeOf(path)
      const rendered = place?.kind === 'blades' ? filesUnder(dir, `rendered/${place.name}`) : []
      for (const gone of [path, ...rendered]) files.set(gone, undefined)
      continue
    }
    const now = 'from' in change ? movedText(dir, change) : (files.get(path)?.toString() ?? documentIn(dir, path))
    files.set(path, Buffer.from(changedText(now, change)))
  }
  for (const of of rendered) for (const [path, bytes] of renderedFiles(dir, of)) files.set(path, bytes)
  return new Contents(dir, files)
}

const isMoved = (change: DocumentChange): change is Moved => 'from' in change
type Moved = Extract<DocumentChange, { readonly from: string }>

/** Where the documents that move have stood, unless another one comes there. */
function movedAway({ changes }: RecordDocuments): string[] {
  const taken = new Set(changes.map(({ document }) => document))
  return changes.filter(isMoved).flatMap(({ from }) => (taken.has(from) ? [] : [from]))
}

/** Names may go round, and a record may be written twice: which document it is says its WWID, wherever it stands. */
function movedText(dir: string, { document, from, wwid }: Moved): string {
  for (const path of [from, document]) {
    const text = documentIn(dir, path)
    if (text !== undefined && hasValue(text, ['wwid'], wwid)) return text
  }
  throw refused(from, `neither this nor ${document} is the document of ${wwid}`)
}

function documentIn(dir: string, path: string): string | undefined {
  const read = readText(join(dir, path))
  if (read.state === 'refused') throw refused(path, read.because)
  return read.state === 'read' ? read.text : undefined
}

/** What is deployed on a blade, at its own path under rendered/BLADE; what is not there any more goes. */
function renderedFiles(dir: string, { blade, files }: Rendered): Files {
  const root = `rendered/${blade.name}/etc`
  const gone = filesUnder(dir, root).map((path) => [path, undefined] as const)
  const main = files.main === undefined ? [] : [[`${root}/multipath.conf`, Buffer.from(files.main)] as const]
  const dropIns = files.dropIns.map(({ name, bytes }) => {
    if (!isFileName(name)) throw refused(`${blade.name}: ${JSON.stringify(name)}`, 'no name for a file')
    return [`${root}/multipath/conf.d/${name}`, Buffer.from(bytes)] as const
  })
  return new Map<string, Bytes>([...gone, ...main, ...dropIns])
}

/** One step of a path, and none that git takes for its own. */
const isFileName = (name: string): boolean =>
  !/[/\u0000-\u001f\u007f]/.test(name) && !/^\.{0,2}$|^\.git/i.test(name) && Buffer.byteLength(name) <= 255

function filesUnder(dir: string, root: string): string[] {
  try {
    return readdirSync(join(dir, root), { withFileTypes: true, recursive: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1))
  } catch (error) {
    if (isAbsent(error)) return []
    throw error
  }
}

const isAbsent = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT'

const refused = (path: string, found: string): EngineError =>
  new EngineError('record-failed', {
    attempted: `write ${path}`,
    found: `${path}: ${found}`,
    hint: 'put it right by hand, then try again',
  })

/** Files with what they shall hold, and what they held. */
export class Contents {
  readonly #dir: string
  readonly #after: Files
  readonly #before: Files

  constructor(dir: string, files: Files) {
    this.#dir = dir
    this.#before = new Map([...files.keys()].map((path) => [path, bytesOf(join(dir, path))]))
    this.#after = files
  }

  /** From the fleet's directory; files that neither are nor shall be are left out. */
  get paths(): string[] {
    return [...this.#after.keys()].filter((path) => this.#after.get(path) ?? this.#before.get(path))
  }

  /** Whether writing would change what stands in this file. */
  changes(path: string): boolean {
    return this.#after.has(path) && !same(this.#after.get(path), this.#before.get(path))
  }

  /** @returns why it could not be written */
  write(): string | undefined {
    return this.#put(this.#after)
  }

  /** @returns why it could not be put back */
  restore(): string | undefined {
    return this.#put(this.#before)
  }

  #put(files: Files): string | undefined {
    try {
      for (const [path, bytes] of files) if (this.changes(path)) put(join(this.#dir, path), bytes)
      return undefined
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
  }
}

const same = (a: Bytes, b: Bytes): boolean => (a === undefined ? b === undefined : b !== undefined && a.equals(b))

function bytesOf(path: string): Bytes {
  try {
    return readFileSync(path)
  } catch (error) {
    if (isAbsent(error)) return undefined
    throw error
  }
}

/** Whole or not at all: a reader never sees half a file. */
function put(path: string, bytes: Bytes): void {
  if (bytes === undefined) {
    rmSync(path, { force: true })
    return
  }
  mkdirSync(dirname(path), { recursive: true })
  const beside = `${path}.${process.pid}.new`
  writeFileSync(beside, bytes)
  renameSync(beside, path)
}
