/** The bench's fleet as an operator has it: a directory of documents in git, for commands that are typed. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { documentsOf } from './documents.ts'

/** JSON is YAML; what a document holds is text in either. `settings`: what of the fleet's own differs. */
export class FleetDirectory {
  readonly path: string
  readonly #begun: string

  constructor(path: string, volumes: number, blades: number, settings: Readonly<Record<string, unknown>>) {
    this.path = path
    const { settings: usual, ...folders } = documentsOf(volumes, blades)
    mkdirSync(path)
    writeFileSync(join(path, 'fleet.yaml'), JSON.stringify({ ...usual, ...settings }))
    for (const [folder, documents] of Object.entries(folders)) {
      mkdirSync(join(path, folder))
      for (const [name, document] of documents)
        writeFileSync(join(path, folder, `${name}.yaml`), JSON.stringify(document))
    }
    this.#git('init', '-q', '-b', 'main')
    this.#git('config', 'user.name', 'bench')
    this.#git('config', 'user.email', 'bench@localhost')
    this.#git('add', '-A')
    this.#git('commit', '-qm', 'a fleet')
    this.#begun = this.#git('rev-parse', 'HEAD').trim()
  }

  /** Without what was recorded since. */
  reset(): void {
    this.#git('reset', '-q', '--hard', this.#begun)
  }

  #git(...words: string[]): string {
    return execFileSync('git', words, { cwd: this.path, encoding: 'utf8' })
  }
}
