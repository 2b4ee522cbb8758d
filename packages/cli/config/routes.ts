/** `anyblade config …`: the multipath configuration of all blades. */
import { buildCommand, buildRouteMap } from '@stricli/core'
import { docs } from '../docs.ts'
import { commonAliases, commonFlags, listFlags, planFlags, text } from '../flags.ts'
import { proposeBlades } from '../fleet-names.ts'

const blade = { parse: text, brief: 'The blade', placeholder: 'blade', ...proposeBlades } as const
const blades = {
  kind: 'array',
  parameter: { ...blade, brief: 'Only these blades; all of them where none is named' },
} as const

const degraded = {
  kind: 'boolean',
  brief: 'Though a path is down on one of the blades',
  optional: true,
  withNegated: false,
} as const

const show = buildCommand({
  loader: async () => (await import('./show.ts')).show,
  parameters: { flags: commonFlags, positional: { kind: 'tuple', parameters: [blade] }, aliases: commonAliases },
  docs: docs('Show a blade’s multipath configuration as it is deployed now', 'config show blade1'),
})

const diff = buildCommand({
  loader: async () => (await import('./diff.ts')).diff,
  parameters: { flags: commonFlags, positional: blades, aliases: commonAliases },
  docs: docs(
    'Compare what the documents ask, what git has recorded, what is deployed and what is in effect; ends with 6 where they differ',
    'config diff',
    'config diff blade1 blade2',
  ),
})

const history = buildCommand({
  loader: async () => (await import('./history.ts')).history,
  parameters: { flags: listFlags, positional: blades, aliases: commonAliases },
  docs: docs('List the commits that changed what is deployed; nobody is asked', 'config history blade1'),
})

const rollOut = buildCommand({
  loader: async () => (await import('./roll-out.ts')).rollOut,
  parameters: { flags: { ...planFlags, degraded }, positional: blades, aliases: commonAliases },
  docs: docs(
    'Give blades what they lack of the fleet’s volumes and aliases: one blade first, then the others in batches',
    'config roll-out --plan',
    'config roll-out blade3',
  ),
})

const rollBack = buildCommand({
  loader: async () => (await import('./roll-back.ts')).rollBack,
  parameters: {
    flags: {
      ...planFlags,
      degraded,
      to: {
        kind: 'parsed',
        parse: text,
        brief: 'The commit, revision or run that recorded it; the one before the last where it is left out',
        optional: true,
        placeholder: 'commit|run',
      },
    },
    positional: blades,
    aliases: commonAliases,
  },
  docs: docs(
    'Give blades a configuration back that was recorded earlier, file by file; refused where a map or volume would lose its name',
    'config roll-back --plan',
    'config roll-back --to r-9f2c31',
    'config roll-back blade2 --to 3f5c1aa',
  ),
})

const adopt = buildCommand({
  loader: async () => (await import('./adopt.ts')).adopt,
  parameters: { flags: commonFlags, positional: blades, aliases: commonAliases },
  docs: docs(
    'Record the configuration of blades as it is, byte for byte, and take its aliases over; nothing is changed on them. Ends with 6 where they differ',
    'config adopt',
    'config adopt blade1',
  ),
})

export const configRoutes = buildRouteMap({
  routes: { show, diff, history, adopt, rollOut, rollBack },
  docs: { brief: 'The multipath configuration of all blades' },
})
