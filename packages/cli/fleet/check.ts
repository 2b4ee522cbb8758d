/** Reads the documents, and says what they say; a document that is not valid ends both with its faults. */
import type { Fleet } from '@anyblade/engine'
import type { Context } from '../context.ts'
import { ExitCode } from '../exit-code.ts'
import type { CommonFlags } from '../flags.ts'
import { guarded } from '../guarded.ts'
import { print } from '../render/answer.ts'
import { columns } from '../render/columns.ts'
import { readFleet } from '../session.ts'

export function check(this: Context, flags: CommonFlags): Promise<void> {
  return guarded(this, flags, async () => {
    const { fleet } = await readFleet(this, flags)
    print(this, flags, { text: `${counts(fleet)}: all valid`, data: { valid: true, commit: fleet.commit } })
    return ExitCode.done
  })
}

export function show(this: Context, flags: CommonFlags): Promise<void> {
  return guarded(this, flags, async () => {
    const { fleet, dir } = await readFleet(this, flags)
    const { settings, commit } = fleet
    print(this, flags, {
      text: columns([
        ['fleet', settings.name],
        ['commit', commit.slice(0, 12)],
        ['fabrics', settings.fabrics.join(', ')],
        ['holds', counts(fleet)],
      ]).join('\n'),
      data: { ...settings, dir, commit },
    })
    return ExitCode.done
  })
}

const counts = ({ blades, arrays, volumes, vms }: Fleet): string =>
  `${blades.size} blades, ${arrays.size} arrays, ${volumes.size} volumes, ${vms.size} VMs`
