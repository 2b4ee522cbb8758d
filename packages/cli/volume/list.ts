/** The volumes by their documents. */
import { formatSize } from '@anyblade/engine'
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
    const volumes = [...fleet.volumes.values(), ...fleet.aside.values()]
    const user = (alias: string) =>
      [...fleet.vms.values()].find((vm) => vm.volumes.some((name) => name === alias))?.name
    const rows = volumes.map((volume) => [
      volume.alias,
      formatSize(volume.size),
      volume.array,
      String(volume.lun),
      volume.wwid,
      volume.state ?? user(volume.alias) ?? '–',
    ])
    print(this, flags, {
      text: table(['volume', 'size', 'array', 'lun', 'wwid', 'disk of'], rows, 'the fleet has no volume', flags),
      data: { volumes },
    })
    return ExitCode.done
  })
}
