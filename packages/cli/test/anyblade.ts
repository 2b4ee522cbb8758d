/** Runs `anyblade`, here or as an operator does, in a process of its own; and makes fleets to run it in. */
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { carryOut } from '../command.ts'
import type { World } from '../context.ts'

export const main = fileURLToPath(new URL('../main.ts', import.meta.url))

type Options = {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  /** What stands on standard input, which is no terminal. */
  readonly input?: string | Uint8Array
}
type Ended = { readonly exit: number | null; readonly stdout: string; readonly stderr: string }

// Of git, which commands run with the environment of the process.
process.env.GIT_CONFIG_NOSYSTEM = '1'

/** Only what the test says of ANYBLADE_* and of colour counts. */
const environmentOf = ({ env = {} }: Options): Readonly<Record<string, string>> => {
  const { PATH = '', HOME = '' } = process.env
  return { PATH, HOME, GIT_CONFIG_NOSYSTEM: '1', ...env }
}

/** In this process, in a world of its own: it costs a hundredth of a start. That both are the same, process.test.ts shows. */
export async function anyblade(words: readonly string[], options: Options = {}): Promise<Ended> {
  const { cwd = tmpdir(), input = '' } = options
  const [stdout, stderr] = [new Kept(), new Kept()]
  const world: World = {
    ...{ stdin: Readable.from([Buffer.from(input)]), stdout, stderr, exitCode: null },
    exit: (code) => {
      throw new Error(`left at once with ${code}`)
    },
    on: () => {},
  }
  const program = [process.execPath, main]
  await carryOut(words, { process: world, env: environmentOf(options), cwd, program })
  return { exit: Number(world.exitCode), stdout: stdout.text, stderr: stderr.text }
}

class Kept extends Writable {
  readonly #pieces: Uint8Array[] = []

  override _write(piece: Uint8Array, _encoding: string, done: () => void): void {
    this.#pieces.push(piece)
    done()
  }

  get text(): string {
    return Buffer.concat(this.#pieces).toString()
  }
}

/** In a process of its own; one that hangs fails. */
export function started(words: readonly string[], options: Options = {}): Ended {
  const { cwd = tmpdir(), input = '' } = options
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...words], {
    ...{ cwd, input, env: environmentOf(options) },
    encoding: 'utf8',
    timeout: 60_000,
    killSignal: 'SIGKILL',
  })
  return { exit: status, stdout, stderr }
}

/** A fleet with two blades that nobody has to reach. */
export async function madeFleet(t: TestContext): Promise<string> {
  template ??= newFleet()
  const above = mkdtempSync(join(tmpdir(), 'anyblade-cli-'))
  t.after(() => rmSync(above, { recursive: true, force: true }))
  const dir = join(above, 'san')
  cpSync(await template, dir, { recursive: true })
  return dir
}

/** The same with two VMs, each on a volume of its own. */
export async function withVms(
  t: TestContext,
): Promise<{ readonly cwd: string; readonly read: (file: string) => string }> {
  const cwd = await madeFleet(t)
  const write = (file: string, text: string) => writeFileSync(join(cwd, file), text)
  write('arrays/san1.yaml', 'driver: manual\nports: [{wwpn: "20:00:52:54:00:0a:00:01", fabric: A}]\n')
  for (const [i, name] of ['ldap', 'mail'].entries()) {
    const uuid = `11111111-2222-3333-4444-55555555555${i}`
    write(
      `volumes/${name}.yaml`,
      `wwid: "36001405aaaa${i}"\nsize: 1 GiB\narray: san1\nlun: ${i + 1}\nwriter: none\nprotected: true\n`,
    )
    write(`vms/${name}.yaml`, `uuid: "${uuid}"\nvolumes: [${name}] # its disk\nhome: blade1\n`)
    write(
      `vms/${name}.xml`,
      `<domain type='kvm'><name>${name}</name><uuid>${uuid}</uuid><memory>1024</memory></domain>\n`,
    )
  }
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], { cwd })
  git('add', '-A')
  git('commit', '-qm', 'two VMs')
  return { cwd, read: (file) => readFileSync(join(cwd, file), 'utf8') }
}

/** Made once in a file of tests, for git is started a dozen times for it; tests get copies. */
let template: Promise<string> | undefined

async function newFleet(): Promise<string> {
  const above = mkdtempSync(join(tmpdir(), 'anyblade-cli-'))
  process.on('exit', () => rmSync(above, { recursive: true, force: true }))
  const dir = join(above, 'san')
  const made = await anyblade(['fleet', 'init', dir])
  if (made.exit !== 0) throw new Error(made.stderr)
  for (const [name, digit] of [
    ['blade1', '1'],
    ['blade2', '2'],
  ] as const)
    writeFileSync(
      join(dir, 'blades', `${name}.yaml`),
      `ssh: "root@${name}.invalid"\nmachine_id: "${digit.repeat(32)}"\nports: []\n`,
    )
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], { cwd: dir })
  git('add', '-A')
  git('commit', '-qm', 'two blades')
  return dir
}
