/** `anyblade array …`: where LUNs come from. */
import { buildCommand, buildRouteMap } from '@stricli/core'
import { docs } from '../docs.ts'
import { commonAliases, commonFlags, listFlags, text } from '../flags.ts'
import { proposeArrays } from '../fleet-names.ts'

const newName = { parse: text, brief: 'Its name in the fleet', placeholder: 'name' } as const
const name = { parse: text, brief: 'The array', placeholder: 'name', ...proposeArrays } as const

const add = buildCommand({
  loader: async () => (await import('./add.ts')).add,
  parameters: {
    flags: {
      ...commonFlags,
      driver: {
        kind: 'enum',
        values: ['lio', 'manual'],
        brief: 'How to speak to it: lio is a Linux target over SSH; manual is one that nobody can speak to',
        default: 'lio',
      },
      ssh: {
        kind: 'parsed',
        parse: text,
        brief: 'How to reach it, as for ssh',
        optional: true,
        placeholder: 'destination',
      },
      pool: {
        kind: 'parsed',
        parse: text,
        brief: 'Thin pool that volumes are carved from',
        optional: true,
        placeholder: 'VG/LV',
      },
      port: {
        kind: 'parsed',
        parse: text,
        brief: 'Fabric of a target port: A=WWPN (once for each port)',
        variadic: true,
        optional: true,
      },
    },
    positional: { kind: 'tuple', parameters: [newName] },
    aliases: commonAliases,
  },
  docs: docs(
    'Take an array into the fleet; nothing is changed on it',
    'array add san1 --ssh root@san1 --pool san/pool --port A=20:00:52:54:00:0a:00:01 --port B=20:00:52:54:00:0b:00:01',
    'array add san9 --driver manual --port A=50:06:01:60:3b:20:19:4a --port B=50:06:01:68:3b:20:19:4a',
  ),
})

const list = buildCommand({
  loader: async () => (await import('./list.ts')).list,
  parameters: { flags: listFlags, aliases: commonAliases },
  docs: docs('List the arrays; nobody is asked', 'array list'),
})

const show = buildCommand({
  loader: async () => (await import('./show.ts')).show,
  parameters: { flags: commonFlags, positional: { kind: 'tuple', parameters: [name] }, aliases: commonAliases },
  docs: docs('Ask an array for its ports, its room, its volumes and who sees them', 'array show san1'),
})

export const arrayRoutes = buildRouteMap({
  routes: { add, list, show },
  aliases: { ls: 'list' },
  docs: { brief: 'Where LUNs come from' },
})
