/** Makes a fleet. */
import { basename, resolve } from 'node:path'
import { createFleet } from '@anyblade/drivers'
import type { Context } from '../context.ts'
import { ExitCode } from '../exit-code.ts'
import type { CommonFlags } from '../flags.ts'
import { guarded } from '../guarded.ts'
import { print } from '../render/answer.ts'

type InitFlags = CommonFlags & { readonly name?: string; readonly sshConfig?: string }

export function init(this: Context, flags: InitFlags, directory: string): Promise<void> {
  return guarded(this, flags, async () => {
    const dir = resolve(this.cwd, directory)
    const sshConfig = flags.sshConfig === undefined ? {} : { sshConfig: resolve(this.cwd, flags.sshConfig) }
    const { name, commit } = await createFleet(dir, { name: flags.name ?? basename(dir), ...sshConfig })
    print(this, flags, {
      text: [
        `fleet ${name} in ${directory}   ${commit.slice(0, 7)}`,
        `Next: cd ${directory} && anyblade blade add NAME --ssh root@HOST`,
      ].join('\n'),
      data: { fleet: name, dir, commit },
    })
    return ExitCode.done
  })
}
