/** `anyblade what-if …`: what a failure would take, from a survey; nothing is tried. */
import { buildCommand, buildRouteMap } from '@stricli/core'
import { docs } from '../docs.ts'
import { commonAliases, commonFlags, text } from '../flags.ts'
import { proposeBlades } from '../fleet-names.ts'

const drawnFlags = {
  ...commonFlags,
  html: {
    kind: 'parsed',
    parse: text,
    brief: 'Write the answer as one page, with the topology drawn and what is cut in red',
    optional: true,
    placeholder: 'file',
  },
} as const

const fabric = buildCommand({
  loader: async () => (await import('./what-if.ts')).fabric,
  parameters: {
    flags: drawnFlags,
    positional: {
      kind: 'tuple',
      parameters: [{ parse: text, brief: 'The fabric, with all its switches', placeholder: 'fabric' }],
    },
    aliases: commonAliases,
  },
  docs: docs('Which guests would lose what, were this fabric down', 'what-if fabric A'),
})

const blade = buildCommand({
  loader: async () => (await import('./what-if.ts')).blade,
  parameters: {
    flags: drawnFlags,
    positional: {
      kind: 'tuple',
      parameters: [{ parse: text, brief: 'The blade', placeholder: 'blade', ...proposeBlades }],
    },
    aliases: commonAliases,
  },
  docs: docs('Which guests would stop, were this blade down, and where they could go', 'what-if blade blade1'),
})

const arrayPort = buildCommand({
  loader: async () => (await import('./what-if.ts')).arrayPort,
  parameters: {
    flags: drawnFlags,
    positional: { kind: 'tuple', parameters: [{ parse: text, brief: 'Its WWPN', placeholder: 'wwpn' }] },
    aliases: commonAliases,
  },
  docs: docs(
    'Which guests would lose what, were this port of an array down',
    'what-if array-port 20:00:52:54:00:0a:00:01',
  ),
})

const aSwitch = buildCommand({
  loader: async () => (await import('./what-if.ts')).aSwitch,
  parameters: {
    flags: drawnFlags,
    positional: {
      kind: 'tuple',
      parameters: [{ parse: text, brief: 'Its name, as ports of blades and arrays have it', placeholder: 'switch' }],
    },
    aliases: commonAliases,
  },
  docs: docs('Which guests would lose what, were this switch down', 'what-if switch fc1'),
})

export const whatIfRoutes = buildRouteMap({
  routes: { fabric, switch: aSwitch, blade, arrayPort },
  docs: { brief: 'What a failure would take, from a survey alone' },
})
