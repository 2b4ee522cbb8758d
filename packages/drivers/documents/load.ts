/**
 * A fleet read from its directory: all documents, checked alone and against each other. All faults are told at once.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import {
  alias,
  arrayName,
  bladeName,
  type Checked,
  check,
  type DocumentKind,
  EngineError,
  type Fleet,
  misfits,
  vmName,
} from '@anyblade/engine'
import { headOf } from '../vcs/git.ts'
import { type Fault, type Tree, treeOf } from './tree.ts'

/** Documents that are not valid; `lines` are `file:line:column: message`, in order. */
export class FleetInvalid extends Error {
  override readonly name = 'FleetInvalid'
  readonly problems: readonly Fault[]
  readonly lines: readonly string[]

  constructor(problems: readonly Fault[]) {
    const lines = problems.map(({ file, line, column, message }) => `${file}:${line}:${column}: ${message}`)
    super(lines.join('\n'))
    this.problems = problems
    this.lines = lines
  }
}

/**
 * The fleet's directory: `from`, or the nearest above it that has a fleet.yaml.
 * @throws EngineError `fleet-missing`; `exactly`: it must be `from` itself
 */
export function findFleet(from: string, exactly: boolean): string {
  for (let dir = from; ; dir = dirname(dir)) {
    if (existsSync(join(dir, 'fleet.yaml'))) return dir
    if (exactly || dir === dirname(dir)) break
  }
  throw new EngineError('fleet-missing', {
    attempted: `find a fleet in ${from}${exactly ? '' : ' or above it'}`,
    found: 'no fleet.yaml',
    hint: 'go into the fleet’s directory, name it with --fleet, or make one: anyblade fleet init DIR',
  })
}

type Read = { readonly file: string; readonly name: string; readonly tree: Tree }

/** @throws FleetInvalid with every fault; EngineError where the directory can't be read */
export async function loadFleet(dir: string): Promise<Fleet> {
  const reader = new Reader(dir)
  const settings = reader.checked({ file: 'fleet.yaml', name: 'fleet', tree: reader.tree('fleet.yaml') }, check.fleet)
  const blades = reader.all('blades', bladeName, check.blades)
  const arrays = reader.all('arrays', arrayName, check.arrays)
  const volumes = reader.all('volumes', alias, check.volumes)
  const vms = reader.all('vms', vmName, check.vms)
  reader.end()
  if (settings === undefined) throw new FleetInvalid([])
  const fleet: Fleet = {
    settings,
    commit: await headOf(dir),
    blades: named(blades, (name, blade) => ({ ...blade, name })),
    arrays: named(arrays, (name, array) => ({ ...array, name })),
    volumes: named(volumes, (name, volume) => ({ ...volume, alias: name })),
    vms: named(vms, (name, vm) => ({ ...vm, name, xml: reader.text(`vms/${name}.xml`) })),
  }
  for (const { kind, name, path, message } of misfits(fleet)) reader.blame(`${kind}/${name}.yaml`, path, message)
  reader.end()
  return fleet
}

const named = <Name, Doc, Full>(documents: ReadonlyMap<Name, Doc>, full: (name: Name, document: Doc) => Full) =>
  new Map([...documents].map(([name, document]) => [name, full(name, document)] as const))

class Reader {
  readonly #dir: string
  readonly #trees = new Map<string, Tree>()
  readonly #faults: Fault[] = []

  constructor(dir: string) {
    this.#dir = dir
  }

  tree(file: string): Tree {
    const tree = treeOf(file, readFileSync(join(this.#dir, file)))
    this.#trees.set(file, tree)
    this.#faults.push(...tree.faults)
    return tree
  }

  /** The documents of a folder by their names; a name that is none, or a folder in the folder, is a fault. */
  all<Name, Doc>(
    kind: DocumentKind,
    asName: (text: string) => Name | undefined,
    valid: (tree: unknown) => Checked<Doc>,
  ): Map<Name, Doc> {
    const found = new Map<Name, Doc>()
    for (const { file, stem } of this.#files(kind)) {
      const name = asName(stem)
      if (name === undefined) {
        this.#faults.push({
          file,
          line: 1,
          column: 1,
          message: 'the file’s name is no name: use letters, digits, ".", "_", "-"',
        })
        continue
      }
      const document = this.checked({ file, name: stem, tree: this.tree(file) }, valid)
      if (document !== undefined) found.set(name, document)
    }
    return found
  }

  #files(kind: DocumentKind): { file: string; stem: string }[] {
    const folder = join(this.#dir, kind)
    if (!existsSync(folder) || !statSync(folder).isDirectory()) return []
    return readdirSync(folder)
      .filter((file) => /\.ya?ml$/.test(file))
      .sort()
      .map((file) => ({ file: `${kind}/${file}`, stem: file.replace(/\.ya?ml$/, '') }))
  }

  checked<Doc>({ file, tree }: Read, valid: (tree: unknown) => Checked<Doc>): Doc | undefined {
    if (tree.faults.length > 0) return undefined
    const result = valid(tree.tree)
    if (result.ok) return result.value
    for (const { path, message } of result.problems) this.blame(file, path, message)
    return undefined
  }

  blame(file: string, path: readonly (string | number)[], message: string): void {
    const place = this.#trees.get(file)?.placeOf(path) ?? { line: 1, column: 1 }
    this.#faults.push({ file, ...place, message: path.length === 0 ? message : `${path.join('.')}: ${message}` })
  }

  text(file: string): string {
    const path = join(this.#dir, file)
    if (existsSync(path)) return readFileSync(path, 'utf8')
    this.#faults.push({
      file,
      line: 1,
      column: 1,
      message: 'it is missing: the domain’s XML stands beside the VM’s document',
    })
    return ''
  }

  /** @throws FleetInvalid where anything was found so far */
  end(): void {
    if (this.#faults.length === 0) return
    const order = (a: Fault, b: Fault) =>
      a.file === b.file ? a.line - b.line || a.column - b.column : a.file < b.file ? -1 : 1
    throw new FleetInvalid(this.#faults.toSorted(order))
  }
}
