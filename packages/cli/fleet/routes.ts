/** `anyblade fleet …`: the documents of a fleet. */
import { buildCommand, buildRouteMap } from '@stricli/core'
import { docs } from '../docs.ts'
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
  docs: docs('Make a fleet: a git repository of documents', 'fleet init san'),
})

const check = buildCommand({
  loader: async () => (await import('./check.ts')).check,
  parameters: { flags: commonFlags, aliases: commonAliases },
  docs: docs('Check all documents; each fault with file, line and column', 'fleet check --fleet ~/san'),
})

const show = buildCommand({
  loader: async () => (await import('./check.ts')).show,
  parameters: { flags: commonFlags, aliases: commonAliases },
  docs: docs('Show what the fleet consists of; nobody is asked', 'fleet show'),
})

export const fleetRoutes = buildRouteMap({
  routes: { init, check, show },
  docs: { brief: 'The fleet’s documents' },
})
