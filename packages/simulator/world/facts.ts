/** The world as the promises judge it: what is so, not what anybody has read. */
import { type BladeFacts, type Facts, type Guest, histories, type RunFacts } from '@anyblade/engine'
import type { Machine } from './machine.ts'
import { runsOf } from './report.ts'
import { diskOf } from './set-going.ts'
import type { World } from './world.ts'

/** `runs`: the journals are read only where they matter, for that is dear. */
export function factsOf(world: World, runs: 'with runs' | 'without runs'): Facts {
  const machines = [...world.machines.values()].filter(({ isUp }) => isUp)
  return {
    fleet: world.documents.fleet,
    guests: machines.flatMap((machine) => guestsOf(world, machine)),
    blades: machines.map(bladeFacts),
    luns: [...world.san.units].map((unit) => ({
      wwid: unit.wwid,
      tag: unit.tag,
      lunNumbers: world.san.shown.filter((one) => one.unit === unit).map(({ lun }) => lun),
    })),
    runs: runs === 'with runs' ? runFacts(world) : [],
  }
}

const guestsOf = (world: World, machine: Machine): Guest[] =>
  [...machine.libvirt.domains.values()].map((domain) => ({
    vm: domain.name,
    uuid: domain.uuid,
    blade: machine.name,
    state: domain.state,
    disks: domain.disks.map((disk) => diskOf(world, machine, domain, disk)),
  }))

const bladeFacts = ({ name, kernel, multipathd }: Machine): BladeFacts => ({
  blade: name,
  maps: multipathd.maps.map((map) => ({ alias: map.name, wwid: map.wwid })),
  paths: kernel.devices.map(({ lun, cached }) => ({ lun, wwid: cached.wwid })),
  aliases: multipathd.aliases(),
})

const runFacts = (world: World): RunFacts[] =>
  histories(new Map([...world.machines.values()].map((machine) => [machine.name, runsOf(world, machine)]))).map(
    ({ run, title, state }) => ({ run, title, state }),
  )
