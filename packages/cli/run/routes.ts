/** `anyblade run …`: what was done, as the blades' journals tell it. */
import { buildCommand, buildRouteMap } from '@stricli/core'
import { commonAliases, commonFlags, text } from '../flags.ts'

const list = buildCommand({
  loader: async () => (await import('./list.ts')).list,
  parameters: { flags: commonFlags, aliases: commonAliases },
  docs: { brief: 'List the runs that stand in the blades’ journals, the youngest first' },
})

const show = buildCommand({
  loader: async () => (await import('./show.ts')).show,
  parameters: {
    flags: commonFlags,
    positional: { kind: 'tuple', parameters: [{ parse: text, brief: 'The run', placeholder: 'id' }] },
    aliases: commonAliases,
  },
  docs: { brief: 'Show a run step by step, with the evidence of what was done' },
})

export const runRoutes = buildRouteMap({
  routes: { list, show },
  aliases: { ls: 'list' },
  docs: { brief: 'What was done, by whom it was journaled: the blades' },
})
