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

const onRoad = {
  flags: planFlags,
  positional: { kind: 'tuple', parameters: [name] },
  aliases: commonAliases,
} as const

const baseline = buildCommand({
  loader: async () => (await import('./baseline.ts')).baseline,
  parameters: onRoad,
  docs: {
    brief: 'Make a host leave the disks of guests alone: LVM, mdadm, multipath, libvirt’s place in the boot',
    fullDescription: 'Look at it first: anyblade blade baseline blade1 --plan',
  },
})

const fence = buildCommand({
  loader: async () => (await import('./fence.ts')).fence,
  parameters: onRoad,
  docs: {
    brief: 'Shut a blade out of its volumes, so that its VMs can start elsewhere',
    fullDescription:
      'Cuts its guests off where it answers, preempts its keys, hides its volumes on the array, cuts its power\n' +
      'where its document says who can. A blade that gives no answer need not answer.\n' +
      'Then: anyblade vm start NAME --on BLADE --cold, and once it is sound again: anyblade blade return BLADE',
  },
})

const takeBack = buildCommand({
  loader: async () => (await import('./fence.ts')).takeBack,
  parameters: onRoad,
  docs: { brief: 'Take a fenced blade back: what is stale on it goes before it may write again' },
})

export const bladeRoutes = buildRouteMap({
  routes: { add, list, show, baseline, fence, return: takeBack },
  aliases: { ls: 'list' },
  docs: { brief: 'The hosts' },
})
