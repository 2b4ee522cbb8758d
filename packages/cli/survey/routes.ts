/** `anyblade survey`: what every blade sees, read fresh. */
import { buildCommand } from '@stricli/core'
import { docs } from '../docs.ts'
import { commonAliases, commonFlags, text } from '../flags.ts'
import { proposeBlades } from '../fleet-names.ts'

export const surveyCommand = buildCommand({
  loader: async () => (await import('./survey.ts')).survey,
  parameters: {
    flags: {
      ...commonFlags,
      on: {
        kind: 'parsed',
        parse: text,
        brief: 'Only this blade (may be repeated)',
        variadic: true,
        optional: true,
        placeholder: 'blade',
        ...proposeBlades,
      },
    },
    aliases: commonAliases,
  },
  docs: docs(
    'Show every LUN on every path of every blade, by a fresh INQUIRY; changes nothing',
    'survey',
    'survey --on blade1 --output json',
  ),
})
