/** `anyblade fleet …`: the documents of a fleet. */
import { buildCommand, buildRouteMap } from '@stricli/core'
import { commonAliases, commonFlags, text } from '../flags.ts'

const init = buildCommand({
  loader: async () => (await import('./init.ts')).init,
  parameters: {
    flags: {
      ...commonFlags,
      name: {
        kind: 'parsed',
        parse: text,
        brief: 'Name of the fleet; the directory’s where it is left out',
        optional: true,
      },
      sshConfig: {
        kind: 'parsed',
        parse: text,
        brief: 'An OpenSSH client configuration to reach the hosts with, beside your own',
        optional: true,
        placeholder: 'file',
      },
    },
    positional: { kind: 'tuple', parameters: [{ parse: text, brief: 'Directory', placeholder: 'dir' }] },
    aliases: commonAliases,
  },
  docs: { brief: 'Make a fleet: a git repository of documents', fullDescription: 'Example: anyblade fleet init san' },
})

const check = buildCommand({
  loader: async () => (await import('./check.ts')).check,
  parameters: { flags: commonFlags, aliases: commonAliases },
  docs: { brief: 'Check all documents; each fault with file, line and column' },
})

const show = buildCommand({
  loader: async () => (await import('./check.ts')).show,
  parameters: { flags: commonFlags, aliases: commonAliases },
  docs: { brief: 'Show what the fleet consists of; nobody is asked' },
})

export const fleetRoutes = buildRouteMap({
  routes: { init, check, show },
  docs: { brief: 'The fleet’s documents' },
})
