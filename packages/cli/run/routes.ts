/** `anyblade run …`: what was done, as the blades' journals tell it. */
import { buildCommand, buildRouteMap } from '@stricli/core'
import { docs } from '../docs.ts'
import { commonAliases, commonFlags, listFlags, text } from '../flags.ts'

const list = buildCommand({
  loader: async () => (await import('./list.ts')).list,
  parameters: {
    flags: {
      ...listFlags,
      all: { kind: 'boolean', brief: 'However old, and however they ended', optional: true, withNegated: false },
    },
    aliases: commonAliases,
  },
  docs: docs(
    'List the runs that stand in the blades’ journals, the youngest first, and those that are not at their end',
    'run list --columns run,state',
    'run list --all',
  ),
})

const aRun = {
  flags: commonFlags,
  positional: { kind: 'tuple', parameters: [{ parse: text, brief: 'The run', placeholder: 'id' }] },
  aliases: commonAliases,
} as const

const show = buildCommand({
  loader: async () => (await import('./show.ts')).show,
  parameters: aRun,
  docs: docs('Show a run step by step, with the evidence of what was done', 'run show r-7f3a'),
})

const resume = buildCommand({
  loader: async () => (await import('./resume.ts')).resume,
  parameters: aRun,
  docs: docs('Go on with a run that was killed or is stuck, whoever began it and from wherever', 'run resume r-7f3a'),
})

const undo = buildCommand({
  loader: async () => (await import('./resume.ts')).undo,
  parameters: aRun,
  docs: docs('Take back what a run has done, unless it is past the point of no return', 'run undo r-7f3a'),
})

const abort = buildCommand({
  loader: async () => (await import('./abort.ts')).abort,
  parameters: aRun,
  docs: docs('Ask whoever carries a run out to end it, and to take back what it has begun', 'run abort r-7f3a'),
})

export const runRoutes = buildRouteMap({
  routes: { list, show, resume, undo, abort },
  aliases: { ls: 'list' },
  docs: { brief: 'What was done, by whom it was journaled: the blades' },
})
