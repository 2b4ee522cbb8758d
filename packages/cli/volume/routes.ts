/** `anyblade volume …`: LUNs with one name on every blade. */
import { buildCommand, buildRouteMap } from '@stricli/core'
import { commonAliases, commonFlags, planFlags, text } from '../flags.ts'

const name = { parse: text, brief: 'The volume', placeholder: 'name' } as const

const create = buildCommand({
  loader: async () => (await import('./create.ts')).create,
  parameters: {
    flags: {
      ...planFlags,
      size: { kind: 'parsed', parse: text, brief: 'Size, such as 20G', placeholder: 'size' },
      writer: {
        kind: 'enum',
        values: ['array', 'guest', 'shared', 'lease', 'none'],
        optional: true,
        brief: 'Who keeps it to one writer; the array, where all blades can',
      },
      home: {
        kind: 'parsed',
        parse: text,
        optional: true,
        brief: 'The blade that may write it first',
        placeholder: 'blade',
      },
      array: {
        kind: 'parsed',
        parse: text,
        brief: 'Array; may be left out where there is one',
        optional: true,
        placeholder: 'name',
      },
    },
    positional: { kind: 'tuple', parameters: [name] },
    aliases: { ...commonAliases, s: 'size' },
  },
  docs: {
    brief: 'Carve a LUN, show it to all blades, and give it one name everywhere',
    fullDescription: 'Example: anyblade volume create ldap --size 20G',
  },
})

const list = buildCommand({
  loader: async () => (await import('./list.ts')).list,
  parameters: { flags: commonFlags, aliases: commonAliases },
  docs: { brief: 'List the volumes; nobody is asked' },
})

const show = buildCommand({
  loader: async () => (await import('./show.ts')).show,
  parameters: { flags: commonFlags, positional: { kind: 'tuple', parameters: [name] }, aliases: commonAliases },
  docs: { brief: 'Show a volume and judge it on every blade, by a fresh INQUIRY through every path' },
})

const reassert = buildCommand({
  loader: async () => (await import('./reassert.ts')).reassert,
  parameters: { flags: planFlags, positional: { kind: 'tuple', parameters: [name] }, aliases: commonAliases },
  docs: {
    brief: 'Put back what the array has lost of a volume’s reservation',
    fullDescription: 'Example, after an array that was without power: anyblade volume reassert ldap',
  },
})

export const volumeRoutes = buildRouteMap({
  routes: { create, list, show, reassert },
  aliases: { ls: 'list' },
  docs: { brief: 'LUNs with one name on every blade' },
})
