/**
 * The files of a fleet, read and checked one by one; what is wrong with them is collected, so that all is told at once.
 * May come in: any bytes under any name. May not: a file that is no document of ours is read beyond its name.
 */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Checked, DocumentKind, Problem } from '@anyblade/engine'
import { BEGINNING, type Fault, FleetInvalid, fault } from './fault.ts'
import { FLEET_FILE, type Folder, isFolder, pathOf, placeOf } from './layout.ts'
import { MAX_YAML_BYTES, readText } from './read-text.ts'
import { type At, readYaml, type YamlDocument } from './yaml-document.ts'

/** Folders of the fleet in which other YAML may lie. */
const NOT_LOOKED_AT = new Set(['rendered', 'schemas', 'node_modules'])
/** A fleet of 10,000 volumes is three folders deep at most; this ends a walk through something else. */
const DEEPEST = 4

export class DocumentReader {
  readonly #dir: string
  readonly #documents = new Map<string, YamlDocument>()
  readonly #faults: Fault[] = []

  /** `dir`: the fleet's directory. */
  constructor(dir: string) {
    this.#dir = dir
  }

  /** fleet.yaml, or undefined with its faults told. */
  settings<Doc>(valid: (tree: unknown) => Checked<Doc>): Doc | undefined {
    return this.#checked(FLEET_FILE, valid)
  }

  /** The documents of one kind by their names; those that are not valid are left out, with their faults told. */
  all<Name, Doc>(
    kind: Folder,
    asName: (text: string) => Name | undefined,
    valid: (tree: unknown) => Checked<Doc>,
  ): Map<Name, Doc> {
    const found = new Map<Name, Doc>()
    for (const file of this.#listed(kind)) {
      const place = placeOf(`${kind}/${file}`)
      const name = place?.form === 'yaml' ? asName(place.name) : undefined
      const document = name === undefined ? undefined : this.#checked(`${kind}/${file}`, valid)
      if (name !== undefined && document !== undefined) found.set(name, document)
    }
    return found
  }

  /** Tells every YAML or XML file that lies or is named so that nobody would ever read it. */
  findStrays(folder = '', depth = 1): void {
    const entries = readdirSync(join(this.#dir, folder), { withFileTypes: true })
    const names = new Set(entries.map((entry) => entry.name))
    for (const entry of entries) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      if (entry.name.startsWith('.') || NOT_LOOKED_AT.has(entry.name)) continue
      if (entry.isDirectory() && depth < DEEPEST) this.findStrays(path, depth + 1)
      else if (/\.ya?ml$/i.test(entry.name) && placeOf(path) === undefined) this.blame(path, BEGINNING, strayIn(folder))
      else if (folder === 'vms' && /\.xml$/.test(entry.name) && !names.has(entry.name.replace(/xml$/, 'yaml')))
        this.blame(path, BEGINNING, 'the VM’s document, of the same name in .yaml, is missing beside it')
    }
  }

  /** A text beside a document; undefined where it can't be read, with the reason told. */
  text(file: string, missing: string, most?: number): string | undefined {
    const read = readText(join(this.#dir, file), most)
    if (read.state === 'read') return read.text
    this.blame(file, BEGINNING, read.state === 'none' ? missing : read.because)
    return undefined
  }

  blame(file: string, at: At, message: string): void {
    this.#faults.push(fault(file, message, at))
  }

  /** Tells a fault of a field. */
  blameField(kind: DocumentKind, name: string, problem: Problem): void {
    this.#blameIn(pathOf(kind, name), problem)
  }

  /** @throws FleetInvalid where anything was found so far */
  end(): void {
    if (this.#faults.length > 0) throw new FleetInvalid(this.#faults)
  }

  #listed(folder: Folder): string[] {
    try {
      return readdirSync(join(this.#dir, folder)).sort()
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined
      if (code !== 'ENOENT') this.blame(folder, BEGINNING, `can't be listed: ${code}`)
      return []
    }
  }

  #checked<Doc>(file: string, valid: (tree: unknown) => Checked<Doc>): Doc | undefined {
    const text = this.text(file, 'is missing', MAX_YAML_BYTES)
    if (text === undefined) return undefined
    const document = readYaml(text)
    this.#documents.set(file, document)
    for (const { at, message } of document.faults) this.blame(file, at, message)
    if (document.faults.length > 0) return undefined
    const result = valid(document.tree)
    if (result.ok) return result.value
    for (const problem of result.problems) this.#blameIn(file, problem)
    return undefined
  }

  #blameIn(file: string, { path, message }: Problem): void {
    const at = this.#documents.get(file)?.placeOf(path, unknownKey(message)) ?? BEGINNING
    this.blame(file, at, path.length === 0 ? message : `${path.join('.')}: ${message}`)
  }
}

function strayIn(folder: string): string {
  if (isFolder(folder)) return 'is no name of a document: letters, digits, ".", "_" and "-", and .yaml at its end'
  return 'no document lies here; they lie in arrays/, blades/, volumes/ and vms/'
}

/** The engine names fields that it doesn't know in its message; an editor should jump to the first of them. */
const unknownKey = (message: string): string | undefined => /^unknown: ([^,]+)/.exec(message)?.[1]
