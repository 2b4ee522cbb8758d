/** `anyblade fleet …`: the documents of a fleet. */
import { buildCommand, buildRouteMap } from '@stricli/core'
import { docs } from '../docs.ts'
import { commonAliases, commonFlags, planFlags, text } from '../flags.ts'

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

const up = buildCommand({
  loader: async () => (await import('./up.ts')).up,
  parameters: {
    flags: {
      ...planFlags,
      degraded: {
        kind: 'boolean',
        brief: 'Accept one live fabric for this once',
        optional: true,
        withNegated: false,
      },
      reassert: {
        kind: 'boolean',
        brief: 'Put reservations back first that the array has lost with its power',
        optional: true,
        withNegated: false,
      },
    },
    aliases: commonAliases,
  },
  docs: docs(
    'Start every VM that is off and shall run, at its home, in the order of the documents: a cold start',
    'fleet up --plan',
    'fleet up --reassert',
  ),
})

export const fleetRoutes = buildRouteMap({
  routes: { init, check, show, up },
  docs: { brief: 'The fleet’s documents, and all its VMs at once' },
})
