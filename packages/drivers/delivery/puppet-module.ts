/**
 * The puppet module that owns our drop-in on blades: a class, and for each blade a file of data in the module itself, so that
 * nothing of an operator's own hierarchy is touched. Written and committed by the version control in whose working copy
 * its directory lies.
 * May come in: a blade's certname, the drop-in as text. May not: a word for puppet to evaluate.
 */
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import {
  agentOf,
  type BladeName,
  type DocumentChange,
  type Fleet,
  type Limits,
  type Outcome,
  type Published,
  type Publisher,
  type Recorder,
  type RunId,
} from '@anyblade/engine'
import { parse, stringify } from 'yaml'
import type { Kept } from '../documents/layout.ts'
import { readText } from '../documents/read-text.ts'
import { vcsAt } from '../vcs/open.ts'
import { answered, failed } from '../vcs/outcome.ts'
import { MODULE_FILES } from './module-files.ts'

const DATA = 'data/nodes'
/** So far back a run is looked for. */
const MOST = 100
const dataOf = (certname: string): string => `${DATA}/${certname}.yaml`

const MODULE: Kept = {
  what: 'the module anyblade',
  paths: [...Object.keys(MODULE_FILES), DATA],
  holds: (path) => Object.hasOwn(MODULE_FILES, path) || /^data\/nodes\/[a-z0-9][a-z0-9._-]*\.yaml$/.test(path),
  mustArrive: true,
}

export class PuppetModule implements Publisher {
  readonly #dir: string

  constructor(dir: string) {
    this.#dir = dir
  }

  ready(): Promise<Outcome> {
    return this.#asked((recorder) => recorder.ready(undefined))
  }

  publish(run: RunId, message: string, data: readonly Published[], limits: Limits): Promise<Outcome> {
    const module = Object.entries(MODULE_FILES).map(([document, text]): DocumentChange => ({ document, text }))
    const changes = data.map((one): DocumentChange => {
      const document = dataOf(one.certname)
      return one.gone === true ? { document, gone: true } : { document, text: dataText(one) }
    })
    const action = { kind: 'record-documents', changes: [...module, ...changes], rendered: [], message } as const
    return this.#asked((recorder) => recorder.record(run, action, [], limits))
  }

  async restore(run: RunId, message: string, data: readonly Published[], limits: Limits): Promise<Outcome> {
    return answered(async () => {
      const former = await Promise.all(data.map(async (one) => (await this.#before(run, one.certname, limits)) ?? one))
      return this.publish(run, message, former, limits)
    })
  }

  /** What the data of an agent was when the run had not changed it yet; undefined: there was none. @throws EngineError */
  async #before(run: RunId, certname: string, limits: Limits): Promise<Published | undefined> {
    const [vcs, path] = [vcsAt(this.#dir, MODULE), dataOf(certname)]
    const own = await vcs.history([path], MOST, limits)
    // svn tells nothing of a file that is gone; its folder does
    const commits = own.length > 0 ? own : await vcs.history([DATA], MOST, limits)
    const first = commits.findLastIndex((commit) => commit.run === run)
    const before = first < 0 ? commits[0] : commits[first + 1]
    const bytes = before && (await vcs.filesAt(before.commit, DATA, limits)).get(`${certname}.yaml`)
    return bytes && heldIn(certname, bytes.toString())
  }

  async held(certname: string): Promise<Published | undefined> {
    const read = readText(join(this.#dir, dataOf(certname)))
    return read.state === 'read' ? heldIn(certname, read.text) : undefined
  }

  /** The first time there is no such directory, and a version control can be asked in one only. */
  async #asked(ask: (recorder: Recorder) => Promise<Outcome>): Promise<Outcome> {
    try {
      mkdirSync(this.#dir, { recursive: true })
    } catch (error) {
      return failed(`${this.#dir} can't be made: ${error instanceof Error ? error.message : String(error)}`)
    }
    return ask(vcsAt(this.#dir, MODULE).recorder)
  }
}

/** Hiera would put a fact in the place of %{name}. */
const PERCENT = "%{literal('%')}{"
const KEY = 'anyblade::content'
const HEAD = '# Written by anyblade: what stands here is lost with its next change.\n'

/** An empty text: there shall be no such file. */
export function dataText({ content = '' }: Published): string {
  const literal = content.replaceAll('%{', PERCENT)
  return `---\n${HEAD}${stringify({ [KEY]: literal }, { lineWidth: 0, version: '1.1' })}`
}

/**
 * Our drop-in of a blade as puppet's data has it in this working copy, empty where there shall be none; undefined where puppet
 * does not deliver, or has no data of the blade that can be read.
 */
export function publishedConfig(dir: string, fleet: Fleet, blade: BladeName): string | undefined {
  const [agent, puppet] = [agentOf(fleet, blade), fleet.settings.puppet]
  if (agent === undefined || puppet === undefined) return undefined
  const read = readText(join(resolve(dir, puppet.module), dataOf(agent.certname)))
  return read.state === 'read' ? contentIn(read.text) : undefined
}

function heldIn(certname: string, text: string): Published | undefined {
  const content = contentIn(text)
  return content === undefined ? undefined : { certname, content: content === '' ? undefined : content }
}

function contentIn(text: string): string | undefined {
  try {
    const content: unknown = parse(text)?.[KEY]
    return typeof content === 'string' ? content.replaceAll(PERCENT, '%{') : undefined
  } catch {
    return undefined // no YAML, by somebody's hand: no data that puppet could read either
  }
}
