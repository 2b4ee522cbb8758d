/** `anyblade audit`: the promises, asked of the world as it is now. */
import { buildCommand } from '@stricli/core'
import { docs } from '../docs.ts'
import { commonAliases, commonFlags } from '../flags.ts'

export const auditCommand = buildCommand({
  loader: async () => (await import('./audit.ts')).audit,
  parameters: { flags: commonFlags, aliases: commonAliases },
  docs: docs(
    'Judge each promise by what blades, arrays and journals tell now; what was not told is said; changes nothing',
    'audit',
    'audit --output json',
  ),
})
