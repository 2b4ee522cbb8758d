/** The VMs, and where they are. */
import type { Context } from '../context.ts'
import { ExitCode } from '../exit-code.ts'
import type { ListFlags } from '../flags.ts'
import { guarded } from '../guarded.ts'
import { print } from '../render/answer.ts'
import { table } from '../render/columns.ts'
import { readFleet } from '../session.ts'
import { askDomains, placesOf, stateText } from './places.ts'

export function list(this: Context, flags: ListFlags): Promise<void> {
  return guarded(this, flags, async () => {
    const session = await readFleet(this, flags)
    const survey = await askDomains(this, session)
    const vms = [...session.fleet.vms.values()].map((vm) => ({ ...vm, places: placesOf(session.fleet, survey, vm) }))
    const rows = vms.map((vm) => [
      vm.name,
      vm.places.map((place) => `${stateText(place)} on ${place.blade}`).join('; ') || 'nowhere',
      vm.home,
      vm.volumes.join(', '),
    ])
    print(this, flags, {
      text: table(['vm', 'is', 'home', 'volumes'], rows, 'the fleet has no VM', flags),
      data: { vms: vms.map(({ xml: _, ...vm }) => vm) },
    })
    const silent = [...survey.blades.values()].some((reading) => reading.state !== 'read')
    return silent ? ExitCode.unreachable : ExitCode.done
  })
}
