/** One VM. */
import { vmIn } from '@anyblade/engine'
import type { Context } from '../context.ts'
import { ExitCode } from '../exit-code.ts'
import type { CommonFlags } from '../flags.ts'
import { guarded } from '../guarded.ts'
import { newVm } from '../names.ts'
import { print } from '../render/answer.ts'
import { columns } from '../render/columns.ts'
import { readFleet } from '../session.ts'
import { askDomains, placesOf, stateText } from './places.ts'

export function show(this: Context, flags: CommonFlags, name: string): Promise<void> {
  return guarded(this, flags, async () => {
    const session = await readFleet(this, flags)
    const vm = vmIn(session.fleet, newVm(name))
    const places = placesOf(session.fleet, await askDomains(this, session), vm)
    print(this, flags, {
      text: columns([
        [vm.name, vm.uuid],
        ['home', vm.home],
        ...places.map((place) => [stateText(place), place.blade]),
        ...vm.volumes.map((volume) => ['disk', `/dev/mapper/${volume}`]),
      ]).join('\n'),
      data: { ...vm, places },
    })
    return ExitCode.done
  })
}
