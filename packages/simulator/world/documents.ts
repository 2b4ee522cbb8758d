/** The fleet's documents in one repository: a commit is a number, and a push is fast-forward only. */
import {
  byUse,
  check,
  type Field,
  type Fleet,
  type Outcome,
  type RecordDocuments,
  type Vm,
  type Volume,
} from '@anyblade/engine'

type Tree = Record<string, string | readonly string[]>

export class Documents {
  #fleet: Fleet
  #commits = 1
  readonly #trees = new Map<string, Tree>()
  readonly #texts = new Map<string, string>()
  readonly #gone = new Set<string>()

  constructor(fleet: Fleet) {
    this.#fleet = { ...fleet, commit: 'c1' }
  }

  get fleet(): Fleet {
    return this.#fleet
  }

  ready(commit: string | undefined): Outcome {
    if (commit === undefined || commit === this.#fleet.commit) return { state: 'done', evidence: { lines: [] } }
    const because = `the documents are at ${this.#fleet.commit}, the plan was made from ${commit}`
    return { state: 'failed', because, evidence: { lines: [] } }
  }

  /** What the documents say already is no commit. */
  record({ changes }: Pick<RecordDocuments, 'changes'>): Outcome {
    const before = this.#all()
    this.#move(changes)
    for (const change of changes) {
      if ('gone' in change) this.#gone.add(change.document)
      else if ('text' in change) this.#texts.set(change.document, change.text)
      else this.#set(change.document, change.set)
    }
    if (this.#all() !== before) this.#commits += 1
    this.#fleet = { ...this.#fleet, commit: `c${this.#commits}`, ...this.#documented() }
    return { state: 'done', evidence: { lines: [`commit ${this.#fleet.commit}`] } }
  }

  /** By its WWID, so that what was moved already stays; all are taken up before one is laid down. */
  #move(changes: RecordDocuments['changes']): void {
    const moves = changes.flatMap((change) => {
      const tree = 'from' in change ? this.#trees.get(change.from) : undefined
      return 'from' in change && tree?.['wwid'] === change.wwid ? [{ ...change, tree }] : []
    })
    for (const { from } of moves) this.#trees.delete(from)
    for (const { document, tree } of moves) this.#trees.set(document, tree)
  }

  #all = (): string => JSON.stringify([[...this.#trees], [...this.#texts], [...this.#gone]])

  #set(document: string, fields: readonly Field[]): void {
    const tree = { ...this.#trees.get(document) }
    for (const field of fields) {
      const [name] = field.path
      if (name === undefined) continue
      if ('gone' in field) {
        delete tree[name]
        continue
      }
      const { value } = field
      tree[name] = Array.isArray(value) ? value.map(String) : String(value)
    }
    this.#trees.set(document, tree)
  }

  #documented(): Pick<Fleet, 'blades' | 'volumes' | 'aside' | 'vms'> {
    return { blades: this.#blades(), ...byUse(this.#volumes()), vms: this.#vms() }
  }

  /** Of a blade nothing changes but whether it is fenced, and whether it is there at all. */
  #blades(): Fleet['blades'] {
    const documented = [...this.#fleet.blades].filter(([name]) => !this.#gone.has(`blades/${name}.yaml`))
    const blades = documented.map(([name, { fenced: _, ...blade }]) => {
      const isFenced = this.#trees.get(`blades/${name}.yaml`)?.['fenced'] === 'true'
      return [name, isFenced ? { ...blade, fenced: true } : blade] as const
    })
    return new Map(blades)
  }

  #volumes(): Iterable<Volume> {
    const volumes = new Map<Volume['alias'], Volume>()
    for (const [name, tree] of this.#of('volumes')) {
      const checked = check.volumes(tree)
      if (!checked.ok) throw new RangeError(`volumes/${name}: ${JSON.stringify(checked.problems)}`)
      const alias = name as Volume['alias']
      volumes.set(alias, { ...checked.value, alias })
    }
    return volumes.values()
  }

  #vms(): Fleet['vms'] {
    const vms = new Map(this.#fleet.vms)
    for (const [name, tree] of this.#of('vms')) {
      const checked = check.vms(tree)
      if (!checked.ok) throw new RangeError(`vms/${name}: ${JSON.stringify(checked.problems)}`)
      const vm = name as Vm['name']
      vms.set(vm, { ...checked.value, name: vm, xml: this.#texts.get(`vms/${name}.xml`) ?? '' })
    }
    return vms
  }

  #of(kind: 'volumes' | 'vms'): [string, Tree][] {
    return [...this.#trees]
      .filter(([path]) => path.startsWith(`${kind}/`))
      .map(([path, tree]) => [path.slice(kind.length + 1).replace(/\.yaml$/, ''), tree])
  }
}
