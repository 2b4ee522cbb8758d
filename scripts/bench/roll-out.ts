/**
 * One alias rolled out to all blades of the farm, beside Ansible: the candidate is checked on the blade, one blade goes first,
 * multipathd takes it, and it is read back before others get it. Both are the commands as they are typed, from their start
 * to their end, over connections that are there already.
 */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openBlades } from '@anyblade/drivers'
import { ConfiguredBlades } from './farm/configured.ts'
import { type Cost, costOfCommand } from './farm/cost.ts'
import { Farm } from './farm/farm.ts'
import { Playbook } from './farm/playbook.ts'
import { LUNS, PATHS, SURVEY_SECONDS } from './farm/tree.ts'
import { FleetDirectory } from './fleet-directory.ts'
import { type Row, row } from './row.ts'

const BLADES = 64
const ROUNDS = 3
const MAIN = fileURLToPath(new URL('../../packages/cli/main.ts', import.meta.url))

class Ours {
  readonly #farm: Farm
  readonly #fleet: FleetDirectory
  /** Where the command keeps its control sockets: below what a login gives it. */
  readonly #runtime: string

  constructor(farm: Farm) {
    this.#farm = farm
    this.#runtime = farm.newControls()
    // As many at once as the play: the first, then all others.
    const settings = { ssh_config: farm.sshConfig, policies: { batch: String(farm.names.length) } }
    this.#fleet = new FleetDirectory(join(farm.directory, 'fleet'), LUNS, farm.names.length, settings)
  }

  /** A command's connections outlive it by a minute: those of the last round may have ended. */
  async connect(): Promise<void> {
    const { sshConfig, names } = this.#farm
    const blades = openBlades({ sshConfig, controlDirectory: join(this.#runtime, `anyblade-${process.getuid?.()}`) })
    const limits = { deadlineMs: 60_000, signal: new AbortController().signal }
    await Promise.all(names.map((name) => blades.runner.sh(name, ':', [], { limits })))
    blades.close()
  }

  /** With `--plan` it looks, proves, plans and ends. */
  run(...flags: readonly string[]): Cost {
    this.#fleet.reset()
    const words = ['config roll-out --timeout', SURVEY_SECONDS, '--fleet', this.#fleet.path, ...flags].join(' ')
    const env = { HOME: this.#farm.directory, XDG_RUNTIME_DIR: this.#runtime }
    // its account goes where costOfCommand finds why it has failed
    return costOfCommand(`${process.execPath} ${MAIN} ${words} >&2`, env, this.#runtime)
  }
}

export async function benchRollOut(blades = BLADES, rounds = ROUNDS): Promise<readonly Row[]> {
  const farm = await Farm.up(blades)
  try {
    return await rollOutRows(farm, rounds)
  } finally {
    farm.down()
  }
}

async function rollOutRows(farm: Farm, rounds: number): Promise<readonly Row[]> {
  const configured = new ConfiguredBlades(farm)
  const [ours, peer] = [new Ours(farm), new Playbook(farm)]
  const [plans, mine, theirs]: [Cost[], Cost[], Cost[]] = [[], [], []]
  peer.connect()
  ours.run('--plan') // after a change of its text the program is compiled once
  for (let round = 0; round < rounds; round += 1) {
    configured.reset()
    await ours.connect()
    plans.push(ours.run('--plan'))
    mine.push(ours.run())
    configured.check('anyblade config roll-out')
    configured.reset()
    theirs.push(peer.run())
    configured.check('the play')
  }
  const what = `an alias more for ${farm.names.length} blades: checked, on one first, in effect, read back`
  const before = `of that, before the plan: ${farm.names.length} × ${LUNS} LUNs × ${PATHS} paths asked, and each LUN proved (the play asks none)`
  const wall = (costs: readonly Cost[]) => costs.map(({ wallMs }) => wallMs)
  const processor = (costs: readonly Cost[]) => costs.map(({ cpuMs }) => cpuMs)
  return [
    row(`${what}: wall`, 'ms', wall(mine), wall(theirs), peer.name),
    row(`${before}: wall`, 'ms', wall(plans), wall(theirs), `the whole of ${peer.name}`),
    row(`${what}: processor of the client`, 'ms', processor(mine), processor(theirs), peer.name),
    row(`${before}: processor of the client`, 'ms', processor(plans), processor(theirs), `the whole of ${peer.name}`),
  ]
}
