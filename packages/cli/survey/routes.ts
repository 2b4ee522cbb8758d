/** `anyblade survey`: what every blade sees, read fresh. */
import { buildCommand } from '@stricli/core'
import { commonAliases, commonFlags, text } from '../flags.ts'

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
      },
    },
    aliases: commonAliases,
  },
  docs: {
    brief: 'Show every LUN on every path of every blade, by a fresh INQUIRY; changes nothing',
    fullDescription: [
      'Asks all blades at once, one round trip each, and every path for its identity.',
      'Example: anyblade survey --on blade1 --output json',
    ].join('\n'),
  },
})
