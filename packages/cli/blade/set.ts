/** What placement needs to know of a blade, written into its document. */
import { settingsOfBlade } from '@anyblade/engine'
import type { Context } from '../context.ts'
import type { CommonFlags } from '../flags.ts'
import { parseBlade } from '../names.ts'
import { recordSettings } from '../record.ts'

type SetFlags = CommonFlags & { readonly chassis?: string; readonly without?: readonly 'chassis'[] }

export function set(this: Context, flags: SetFlags, name: string): Promise<void> {
  const { chassis, without = [] } = flags
  return recordSettings(this, flags, (fleet) =>
    settingsOfBlade(fleet, parseBlade(fleet, name), { ...(chassis === undefined ? {} : { chassis }), without }),
  )
}
