/** The arrays by their documents. */
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
    const arrays = [...fleet.arrays.values()]
    const volumes = (name: string) => [...fleet.volumes.values()].filter((volume) => volume.array === name).length
    const rows = arrays.map((array) => [
      array.name,
      array.driver,
      'ssh' in array ? array.ssh : '–',
      'pool' in array ? array.pool : '–',
      array.ports.map((port) => port.fabric).join(' '),
      String(volumes(array.name)),
    ])
    print(this, flags, {
      text: table(['array', 'driver', 'ssh', 'pool', 'fabrics', 'volumes'], rows, 'the fleet has no array', flags),
      data: { arrays },
    })
    return ExitCode.done
  })
}
