/**
 * `npm start`: the how-to for real. Boots a SAN of virtual machines and does on it, with the product's own commands,
 * what an administrator does by hand: carve a LUN, the same alias everywhere, start a VM, move it live under load, cut a
 * fabric, move it back. Ends by itself, with the evidence that array, network and guest give, not with our own word.
 */
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Lab, LabError, type LanReport, progressOn, up, type Verification } from '@anyblade/lab'
import { howTo as howToSimulated } from '@anyblade/simulator'
import { prepareDebian } from './debian.ts'
import { evidenceTable } from './start/evidence.ts'
import { Typist } from './start/typist.ts'
import { whyNoSan } from './start/why-no-san.ts'

class CommandFailed extends Error {
  override readonly name = 'CommandFailed'
}

const VM = 'ldap'
const MAC = '52:54:00:88:00:50'
const SETTLE_MS = 1000
const GUEST_MS = 120_000
const PATHS_MS = 60_000

const reason = whyNoSan()
if (reason !== undefined) {
  console.log(`No SAN can be booted here: ${reason} What follows is simulated: the same plans, on a world in memory.`)
  process.exit((await howToSimulated((line) => console.log(line))) ? 0 : 1)
}
prepareDebian('start')
process.exit(await main())

async function main(): Promise<number> {
  const began = Date.now()
  const progress = progressOn(process.stderr)
  try {
    const lab = await up({ report: progress.report })
    progress.end()
    const failed = await howTo(lab)
    console.log(`\n${((Date.now() - began) / 1000).toFixed(0)} s in all`)
    await leave(lab)
    return failed ? 1 : 0
  } catch (error) {
    progress.end()
    if (!(error instanceof LabError)) throw error
    console.error(`${error.message}\n  next  ${error.explanation.hint}`)
    return 1
  }
}

/** The commands, one after the other; ends at the first that does not do what it should. @returns whether one failed */
async function howTo(lab: Lab): Promise<boolean> {
  const fleet = join(lab.dir, 'fleet')
  if (existsSync(fleet)) rmSync(fleet, { recursive: true })
  const typist = new Typist(fleet)
  await lab.resetLan()
  try {
    await setUp(lab, typist)
    await carveAndStart(lab, typist)
    const pauses = await moveAndCut(lab, typist)
    return await judge(lab, pauses, typist)
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error
    console.error(`\n${error.message}`)
    return true
  }
}

async function type(typist: Typist, ...words: readonly string[]): Promise<string> {
  const { exit, stdout } = await typist.anyblade(words)
  if (exit === 0) return stdout
  throw new CommandFailed(`anyblade ${words.join(' ')} ended with ${exit}`)
}

async function setUp(lab: Lab, typist: Typist): Promise<void> {
  typist.say('A fleet: documents in a git repository. Nothing is installed on a blade or on the array.')
  await type(typist, 'fleet', 'init', typist.fleet, '--name', 'lab', '--ssh-config', lab.sshConfig)
  const ports = ['--port', 'A=20:00:52:54:00:0a:00:01', '--port', 'B=20:00:52:54:00:0b:00:01']
  await type(typist, 'array', 'add', 'san1', '--ssh', 'array', '--pool', 'san/pool', ...ports)
  for (const blade of lab.blades) await type(typist, 'blade', 'add', blade, '--ssh', blade)
}

async function carveAndStart(lab: Lab, typist: Typist): Promise<void> {
  typist.say('A LUN for the VM ldap: carved, shown to all blades, the same id on every path, one alias everywhere.')
  await type(typist, 'volume', 'create', VM, '--size', '1G')
  await type(typist, 'survey')
  typist.say('A VM on it. Its guest writes a numbered record every 100 ms and answers ping.')
  const boot = ['--kernel', '/var/lib/lab/guest/vmlinuz', '--initrd', '/var/lib/lab/guest/initrd.gz']
  const cmdline = 'console=ttyS0 quiet mitigations=off nokaslr tsc=reliable no_timer_check cryptomgr.notests panic=1'
  const network = ['--network', 'br0', '--mac', MAC]
  await type(typist, 'vm', 'create', VM, '--volume', VM, '--memory', '160M', ...boot, '--cmdline', cmdline, ...network)
  await type(typist, 'vm', 'start', VM)
  await waitFor('the guest answers ping', GUEST_MS, async () => (await lab.lan()).guests.some((g) => g.answered > 10))
}

async function moveAndCut(lab: Lab, typist: Typist): Promise<string[]> {
  await lab.resetLan()
  typist.say('Live, under write load and ping, to the other blade.')
  const there = await type(typist, 'vm', 'migrate', VM, '--to', 'blade2')
  typist.say('Fabric A dies: its switch loses every link.')
  typist.lab('cut A')
  await lab.cut({ network: 'fabA' })
  await waitFor('the blades notice', PATHS_MS, async () => (await livePaths(lab)) === lab.blades.length)
  await type(typist, 'survey')
  typist.say('And back, on the fabric that is left; --degraded says that this is meant.')
  const back = await type(typist, 'vm', 'migrate', VM, '--to', 'blade1', '--degraded')
  typist.lab('restore')
  await lab.restore()
  await waitFor('all paths are back', PATHS_MS, async () => (await livePaths(lab)) === 2 * lab.blades.length)
  await type(typist, 'volume', 'show', VM)
  await type(typist, 'run', 'list')
  return [there, back].map((text) => /paused for at most (\d+) ms/.exec(text)?.[1] ?? '?')
}

/** Paths of the VM's map that carry I/O, over all blades, by multipathd's word. */
async function livePaths(lab: Lab): Promise<number> {
  const script = 'multipathd show paths raw format "%m %t" | grep -c "^$1 active"'
  const answers = await Promise.all(lab.blades.map((blade) => lab.ssh(blade, script, [VM])))
  return answers.reduce((sum, answer) => sum + Number(answer.stdout.trim()), 0)
}

async function judge(lab: Lab, pauses: readonly string[], typist: Typist): Promise<boolean> {
  const [written, lan, health] = [await lab.verify(VM), await lab.lan(), await lab.health()]
  const shown = await typist.quiet(['volume', 'show', VM, '--output', 'json'])
  console.log(`\n${evidenceTable(written, lan, pauses, shown)}`)
  if (health.verdict !== 'sound') {
    console.log(
      `\nINCONCLUSIVE: the lab itself was not sound, so nothing above proves anything.\n  ${health.because.join('\n  ')}`,
    )
    return true
  }
  const bad = faults(written, lan)
  console.log(bad.length === 0 ? '\nAll of it held.' : `\nFAILED: ${bad.join('; ')}`)
  return bad.length > 0
}

/** What must never be, by the word of the disk and of the network. */
function faults(written: Verification, lan: LanReport): string[] {
  return [
    ...(written.holes.length > 0 ? [`${written.holes.length} holes in the guest's records`] : []),
    ...(written.boots.length === 1 ? [] : [`${written.boots.length} boots`]),
    ...(written.rollbacks > 0 ? ['memory older than the disk'] : []),
    ...(written.foreignWrites > 0 ? ['a second writer'] : []),
    ...(lan.guests.some((guest) => guest.answered > 0) ? [] : ['no ping was answered']),
  ]
}

async function waitFor(what: string, limitMs: number, holds: () => Promise<boolean>): Promise<void> {
  process.stderr.write(`waiting: ${what} `)
  const until = Date.now() + limitMs
  while (!(await holds())) {
    if (Date.now() > until) throw new CommandFailed(`gave up waiting after ${limitMs / 1000} s: ${what}`)
    process.stderr.write('.')
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS))
  }
  process.stderr.write('\n')
}

async function leave(lab: Lab): Promise<void> {
  if (process.stdout.isTTY !== true) {
    await lab.down()
    return
  }
  const fleet = join(lab.dir, 'fleet')
  console.log(
    [
      '',
      'The lab is left up. You may try:',
      `  npm run -s anyblade -- survey --fleet ${fleet}`,
      `  npm run -s anyblade -- vm migrate ldap --to blade2 --plan --fleet ${fleet}`,
      '  npm run -s lab -- down',
    ].join('\n'),
  )
}
