/** `anyblade run …`: what was done, as the blades' journals tell it. */
import { buildCommand, buildRouteMap } from '@stricli/core'
import { commonAliases, commonFlags, text } from '../flags.ts'

const list = buildCommand({
  loader: async () => (await import('./list.ts')).list,
  parameters: { flags: commonFlags, aliases: commonAliases },
  docs: { brief: 'List the runs that stand in the blades’ journals, the youngest first' },
})

const aRun = {
  flags: commonFlags,
  positional: { kind: 'tuple', parameters: [{ parse: text, brief: 'The run', placeholder: 'id' }] },
  aliases: commonAliases,
} as const

const show = buildCommand({
  loader: async () => (await import('./show.ts')).show,
  parameters: aRun,
  docs: { brief: 'Show a run step by step, with the evidence of what was done' },
})

const resume = buildCommand({
  loader: async () => (await import('./resume.ts')).resume,
  parameters: aRun,
  docs: { brief: 'Go on with a run that was killed or is stuck, whoever began it and from wherever' },
})

const undo = buildCommand({
  loader: async () => (await import('./resume.ts')).undo,
  parameters: aRun,
  docs: { brief: 'Take back what a run has done, unless it is past the point of no return' },
})

const abort = buildCommand({
  loader: async () => (await import('./abort.ts')).abort,
  parameters: aRun,
  docs: { brief: 'Ask whoever carries a run out to end it, and to take back what it has begun' },
})

export const runRoutes = buildRouteMap({
  routes: { list, show, resume, undo, abort },
  aliases: { ls: 'list' },
  docs: { brief: 'What was done, by whom it was journaled: the blades' },
})
