/** What placement and a start of all need to know of a VM, written into its document. */
import { settingsOfVm, type VmSettings } from '@anyblade/engine'
import type { Context } from '../context.ts'
import type { CommonFlags } from '../flags.ts'
import { parseVm } from '../names.ts'
import { recordSettings } from '../record.ts'

type SetFlags = CommonFlags &
  Pick<VmSettings, 'antiAffinity' | 'shallRun'> & {
    readonly startAfter?: readonly string[]
    readonly without?: VmSettings['without']
  }

export function set(this: Context, flags: SetFlags, name: string): Promise<void> {
  const { antiAffinity, shallRun, startAfter, without = [] } = flags
  return recordSettings(this, flags, (fleet) =>
    settingsOfVm(fleet, parseVm(fleet, name), {
      ...(antiAffinity === undefined ? {} : { antiAffinity }),
      ...(shallRun === undefined ? {} : { shallRun }),
      ...(startAfter === undefined ? {} : { startAfter: startAfter.map((one) => parseVm(fleet, one)) }),
      without,
    }),
  )
}
