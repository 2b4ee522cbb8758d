/** The blades by their documents. */
import type { Context } from '../context.ts'
import { ExitCode } from '../exit-code.ts'
import type { ListFlags } from '../flags.ts'
import { guarded } from '../guarded.ts'
import { print } from '../render/answer.ts'
import { table } from '../render/columns.ts'
import { readFleet } from '../session.ts'

export function list(this: Context, flags: ListFlags): Promise<void> {
  return guarded(this, flags, async () => {
    const { fleet } = await readFleet(this, flags)
    const blades = [...fleet.blades.values()]
    const homes = (name: string) => [...fleet.vms.values()].filter((vm) => vm.home === name).length
    const rows = blades.map((blade) => [
      blade.name,
      blade.ssh,
      blade.ports.map((port) => port.fabric).join(' ') || '–',
      String(homes(blade.name)),
      blade.fenced === true ? 'fenced' : 'in service',
    ])
    print(this, flags, {
      text: table(['blade', 'ssh', 'fabrics', 'home of', 'state'], rows, 'the fleet has no blade', flags),
      data: { blades },
    })
    return ExitCode.done
  })
}
