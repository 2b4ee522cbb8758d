/**
 * The command `lab`: reads the command line, calls the lab, renders. No logic.
 */
import { type CommandName, helpText, type Invocation, invocation } from './command/arguments.ts'
import { attachConsole } from './command/console.ts'
import { lanText, statusText, verificationText } from './command/render.ts'
import { LabError } from './errors.ts'
import { type Lab, openLab, resumeLab, up } from './lab.ts'
import { networkNamed, nodeNamed } from './nodes.ts'
import { progressOn } from './progress.ts'
import { interactiveSsh } from './ssh.ts'

type Act = (asked: Invocation) => Promise<number>

const acts: Readonly<Record<CommandName, Act>> = {
  up: start,
  down: done((lab) => lab.down()),
  status,
  ssh: ({ name, words: [node = '', ...command] }) => interactiveSsh(openLab(name).dir, existing(name, node), command),
  console: ({ name, words: [node = ''] }) => {
    const { socket, log } = openLab(name).consoleOf(existing(name, node))
    return attachConsole(socket, log)
  },
  cut: done((lab, { words: [fabric = '', node], flags }) =>
    lab.cut({
      network: networkNamed(fabric),
      ...(node === undefined ? {} : { node }),
      how: flags.has('silent') ? 'silent' : 'carrier',
    }),
  ),
  restore: done((lab, { words: [fabric, node] }) =>
    lab.restore({
      ...(fabric === undefined ? {} : { network: networkNamed(fabric) }),
      ...(node === undefined ? {} : { node }),
    }),
  ),
  'power-off': done((lab, { words: [node = ''] }) => lab.powerOff(node)),
  'power-on': done((lab, { words: [node = ''] }) => lab.powerOn(node)),
  lan,
  snapshot: done((lab, { words: [label] }) => lab.snapshot(label)),
  resume: ({ name, words: [label] }) => timed('resume', () => resumeLab(name, label)),
  reset: done((lab) => lab.reset()),
  verify,
}

function existing(name: string, node: string): string {
  const lab = openLab(name)
  return nodeNamed([{ name: 'array' }, ...lab.blades.map((blade) => ({ name: blade }))], node).name
}

/** An act that says nothing but that it is done, and how long it took. */
function done(act: (lab: Lab, asked: Invocation) => Promise<void>): Act {
  return (asked) => timed(asked.command, () => act(openLab(asked.name), asked))
}

async function timed(what: string, act: () => Promise<unknown>): Promise<number> {
  const begun = performance.now()
  const progress = progressOn(process.stderr)
  progress.report({ what })
  try {
    await act()
  } finally {
    progress.end()
  }
  process.stderr.write(`${what}: done in ${((performance.now() - begun) / 1000).toFixed(1)} s\n`)
  return 0
}

async function start({ name, blades, flags }: Invocation): Promise<number> {
  const progress = progressOn(process.stderr)
  const begun = performance.now()
  try {
    const { report } = progress
    await up({ name, fresh: flags.has('fresh'), report, ...(blades === undefined ? {} : { blades }) })
  } finally {
    progress.end()
  }
  process.stderr.write(`ready after ${((performance.now() - begun) / 1000).toFixed(1)} s\n`)
  return status({ command: 'status', words: [], name, output: 'text', flags: new Set() })
}

async function status({ name, output }: Invocation): Promise<number> {
  const found = await openLab(name).status()
  process.stdout.write(output === 'json' ? json(found) : statusText(found))
  return found.health.verdict === 'sound' ? 0 : 1
}

async function lan({ name, output, flags }: Invocation): Promise<number> {
  const lab = openLab(name)
  if (flags.has('reset')) await lab.resetLan()
  const report = await lab.lan()
  process.stdout.write(output === 'json' ? json(report) : lanText(report))
  return 0
}

async function verify({ name, output, words: [volume = ''] }: Invocation): Promise<number> {
  const found = await openLab(name).verify(volume)
  process.stdout.write(output === 'json' ? json(found) : verificationText(volume, found))
  return 0
}

const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`

function explain(error: LabError): void {
  const { attempted, found, hint } = error.explanation
  process.stderr.write(`lab: ${attempted}\n  found: ${found}\n  hint:  ${hint}\n`)
}

async function main(): Promise<number> {
  try {
    const asked = invocation(process.argv.slice(2))
    if (asked !== 'help') return await acts[asked.command](asked)
    process.stdout.write(helpText())
    return 0
  } catch (error) {
    if (!(error instanceof LabError)) throw error
    explain(error)
    return error.exitCode
  }
}

process.exitCode = await main()
