/** `anyblade blade …`: the hosts. */
import { buildCommand, buildRouteMap } from '@stricli/core'
import { commonAliases, commonFlags, planFlags, text } from '../flags.ts'

const name = { parse: text, brief: 'The blade', placeholder: 'name' } as const

const add = buildCommand({
  loader: async () => (await import('./add.ts')).add,
  parameters: {
    flags: {
      ...commonFlags,
      ssh: {
        kind: 'parsed',
        parse: text,
        brief: 'How to reach it, as for ssh: root@blade1',
        placeholder: 'destination',
      },
      port: {
        kind: 'parsed',
        parse: text,
        brief: 'Fabric of an initiator port, where it can’t be told: A=WWPN (may be repeated)',
        variadic: true,
        optional: true,
      },
      migrationHost: {
        kind: 'parsed',
        parse: text,
        brief: 'How other blades reach its libvirt, where that differs',
        optional: true,
        placeholder: 'host',
      },
    },
    positional: { kind: 'tuple', parameters: [name] },
    aliases: commonAliases,
  },
  docs: {
    brief: 'Take a host into the fleet; nothing is changed on it',
    fullDescription: 'Example: anyblade blade add blade1 --ssh root@blade1',
  },
})

const list = buildCommand({
  loader: async () => (await import('./list.ts')).list,
  parameters: { flags: commonFlags, aliases: commonAliases },
  docs: { brief: 'List the blades; nobody is asked' },
})

const show = buildCommand({
  loader: async () => (await import('./show.ts')).show,
  parameters: { flags: commonFlags, positional: { kind: 'tuple', parameters: [name] }, aliases: commonAliases },
  docs: { brief: 'Ask a blade who it is, what it has and what it sees' },
})

const baseline = buildCommand({
  loader: async () => (await import('./baseline.ts')).baseline,
  parameters: { flags: planFlags, positional: { kind: 'tuple', parameters: [name] }, aliases: commonAliases },
  docs: {
    brief: 'Make a host leave the disks of guests alone: LVM, mdadm, multipath, libvirt’s place in the boot',
    fullDescription: 'Look at it first: anyblade blade baseline blade1 --plan',
  },
})

export const bladeRoutes = buildRouteMap({
  routes: { add, list, show, baseline },
  aliases: { ls: 'list' },
  docs: { brief: 'The hosts' },
})
