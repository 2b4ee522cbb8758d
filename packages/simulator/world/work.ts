/** An operator's own command, and a reboot, as on-blade/acts/run-command.sh and its like do them. */
import type { BladeAct } from '@anyblade/engine'
import { type Process, sleep } from '#time'
import type { Order } from './acts.ts'
import type { Machine } from './machine.ts'
import type { Told } from './partner.ts'
import { Refused } from './refused.ts'
import type { World } from './world.ts'

type Of<Kind extends BladeAct['kind']> = Extract<BladeAct, { readonly kind: Kind }>

/** What is begun and not ended by one run is not run again by it. */
export function* runCommand(
  world: World,
  machine: Machine,
  { command }: Of<'run-command'>,
  { run }: Order,
): Process<Told> {
  const before = machine.host.commands.findLast((one) => one.run === run)
  if (before?.status === undefined && before !== undefined) throw new Refused('it was begun and never ended')
  if (before?.status === 0) return { lines: ['it has ended with 0 before'] }
  needEmpty(machine)
  const begun: Machine['host']['commands'][number] = { run, command, status: undefined }
  machine.host.commands.push(begun)
  yield* sleep(world.dice.between(5000, 60_000))
  begun.status = machine.host.fails.has(command) ? 100 : 0
  if (begun.status !== 0) throw new Refused(`the command ended with ${begun.status}`)
  return { lines: ['the command ended with 0'] }
}

const REBOOT_MS = 10_000

/** Those who acted there are gone with it; it is up again after a while. */
export function rebootHost(world: World, machine: Machine, { bootId }: Of<'reboot-host'>): Told {
  if (bootId !== bootOf(machine)) return { lines: [`booted since, as ${bootOf(machine)}`] }
  needEmpty(machine)
  world.time.in(REBOOT_MS, () => {
    if (!machine.isUp || bootOf(machine) !== bootId || machine.libvirt.active.length > 0) return
    machine.losePower()
    world.time.in(world.dice.between(30_000, 120_000), () => machine.boot(world.now()))
  })
  return { lines: ['reboots in 10 s'] }
}

export const bootOf = ({ boots }: Machine): string => `boot-${boots}`

function needEmpty({ libvirt }: Machine): void {
  const [guest] = libvirt.active
  if (guest !== undefined) throw new Refused(`${guest.name} runs here: this blade is not empty, nothing was begun`)
}
