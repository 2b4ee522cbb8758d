/** A blade of a test's own for the wrapper: its root, its calls, and what then stands in its files. */
import { readFileSync } from 'node:fs'
import { wrapper } from '../index.ts'
import { type Ran, type Running, start } from './shells.ts'

export const PLAN = '{"plan":1}'
export const RUN = 'r-test'

export type Calling = {
  readonly root: string
  /** Comes first in PATH: where the shell that is tried is `sh`. */
  readonly path: string
  /** Whose life shows that somebody attends: this process where it is left out. */
  readonly session?: number
  /** The program, where it is not the wrapper as it is sent. */
  readonly text?: string
  readonly env?: Readonly<Record<string, string>>
}

/** A blade as one operator's session calls it. */
export class AWrapper {
  readonly #calling: Calling
  epoch = 0

  constructor(calling: Calling) {
    this.#calling = calling
  }

  /** The same blade, called by another session. */
  as(session: number): AWrapper {
    return new AWrapper({ ...this.#calling, session })
  }

  get root(): string {
    return this.#calling.root
  }

  call(args: readonly string[], stdin: string | Uint8Array = ''): Running {
    const { root, path, session = process.pid, text = wrapper.text, env } = this.#calling
    return start(
      text,
      args,
      {
        PATH: `${path}:${process.env.PATH}`,
        ANYBLADE_ROOT: root,
        ANYBLADE_WRAPPER: text,
        ANYBLADE_SHELL: String(session),
        ...env,
      },
      stdin,
    )
  }

  /** The same session, with more in its environment. */
  with(env: Readonly<Record<string, string>>): AWrapper {
    const it = new AWrapper({ ...this.#calling, env: { ...this.#calling.env, ...env } })
    it.epoch = this.epoch
    return it
  }

  /** Takes the lease of a run; its epoch is used from then on where it was given. */
  async lease({
    run = RUN,
    seconds = 100,
    operator = 'ops@here',
    words = ['vm/ldap=1'],
    plan = PLAN,
  }: {
    run?: string
    seconds?: number
    operator?: string
    words?: readonly string[]
    plan?: string
  } = {}): Promise<Ran> {
    const ran = await this.call(['lease', run, String(seconds), operator, ...words], plan).ended
    const epoch = /^epoch\t(\d+)$/m.exec(ran.stdout)?.[1]
    if (epoch !== undefined) this.epoch = Number(epoch)
    return ran
  }

  /** Carries a program out as step 3 of the run; its stdin and two arguments are odd ones. */
  act(program: string, { seconds = 10, way = 'do', run = RUN } = {}): Running {
    const args = ['act', run, String(this.epoch), '3', way, String(seconds), 'stdin', 'test', program]
    return this.call([...args, 'a b', "c'd$(id)"], 'in\0put')
  }

  note(step: string, event: string, run = RUN): Promise<Ran> {
    return this.call(['note', run, String(this.epoch), step, event, 'YQ==,']).ended
  }

  file(name: string): string {
    return `${this.root}/var/lib/anyblade/${name}`
  }

  /** The whole lines of the run's journal. */
  entries(run = RUN): { step: string; event: string; out: string; err: string }[] {
    const lines = readFileSync(this.file(`runs/${run}/journal`), 'utf8').split('\n')
    return lines.flatMap((line) => {
      const [entry, step = '', , event = '', evidence = '', end] = line.split('\t')
      return entry === '|entry' && end === '.' ? [{ step, event, ...told(evidence) }] : []
    })
  }

  events(run = RUN): string[] {
    return this.entries(run).map(({ event }) => event)
  }
}

/** Evidence as the wrapper answers and journals it. */
export function told(evidence: string): { out: string; err: string } {
  const [out = '', err = ''] = evidence
    .trim()
    .split(',')
    .map((text) => Buffer.from(text, 'base64').toString())
  return { out, err }
}
