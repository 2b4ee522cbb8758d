/** Puppet's agent on a blade: it alone writes the drop-in, by the data that was published, when it is told to or by itself. */
import type { AgentAct } from '@anyblade/engine'
import { type Process, sleep, until } from '#time'
import { isInEffect, nameOf, refuseChanged, same } from './acts-on-lun.ts'
import type { Machine } from './machine.ts'
import type { Told } from './partner.ts'
import { Refused } from './refused.ts'
import type { World } from './world.ts'

const DROP_IN = 'anyblade.conf'

function refuseDisabled({ name, agentDisabled }: Machine): void {
  if (agentDisabled !== undefined) throw new Refused(`puppet's agent on ${name} is disabled: ${agentDisabled}`)
}

export function* tryConfig(world: World, machine: Machine, act: AgentAct): Process<Told> {
  refuseDisabled(machine)
  refuseChanged(machine, act)
  yield* sleep(world.dice.between(200, 900))
  return { lines: [`puppet's agent is enabled, as ${act.agent.certname}`] }
}

/** Taken back where the file is as it was and in effect, there is nothing that an agent must do. */
export function* runAgent(world: World, machine: Machine, act: AgentAct, undo: boolean): Process<Told> {
  const { multipathd } = machine
  refuseChanged(machine, act)
  const isAsAsked = () => act.files.every(({ path, after }) => same(multipathd.dropIn(nameOf(path)), after))
  for (const { wwid } of act.expect) multipathd.wwids.add(wwid)
  const kept = multipathd.maps.filter(({ wwid }) => !act.mayGo.includes(wwid))
  if (!undo || !isAsAsked() || !isInEffect(machine, act)) {
    refuseDisabled(machine)
    yield* sleep(world.dice.between(800, 5000))
    written(world, machine)
    if (!isAsAsked()) throw new Refused(`${act.files[0]?.path} is not as the data says: another has the last word`)
  }
  const isMet = yield* until(() => isInEffect(machine, act), 30_000)
  const lost = kept.find((map) => !multipathd.maps.includes(map))
  if (isMet && lost === undefined) return { lines: [`${act.files[0]?.path} is in effect`] }
  throw new Refused(`${lost?.name ?? act.expect[0]?.alias ?? 'a map'} is not there`)
}

function written({ published }: World, { name, multipathd, pinned }: Machine): void {
  if (pinned === undefined && !published.has(name)) return // a blade without data keeps what it has
  multipathd.put(DROP_IN, pinned === undefined ? published.get(name) : pinned.data)
  multipathd.update()
}

const EVERY_MS = 45_000
const RUNS = 40

/** Agents run by themselves, each at its own time. */
export function runsByItself(world: World, machine: Machine): void {
  const runs = function* (): Process<void> {
    yield* sleep(world.dice.between(0, EVERY_MS))
    for (let run = 0; run < RUNS; run += 1) {
      if (machine.isUp && machine.agentDisabled === undefined) written(world, machine)
      yield* sleep(EVERY_MS)
    }
  }
  const raise = (error: unknown) => {
    throw error
  }
  world.time.run(world.life, runs(), () => {}, raise)
}
