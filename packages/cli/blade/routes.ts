/** `anyblade blade …`: the hosts. */
import { buildCommand, buildRouteMap } from '@stricli/core'
import { docs } from '../docs.ts'
import {
  commonAliases,
  commonFlags,
  listFlags,
  planFlags,
  text,
  trustNetworkFlag,
  wholeNumber,
  yesFlag,
} from '../flags.ts'
import { proposeBlades } from '../fleet-names.ts'

const newName = { parse: text, brief: 'Its name in the fleet', placeholder: 'name' } as const
const name = { parse: text, brief: 'The blade', placeholder: 'name', ...proposeBlades } as const

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
    positional: { kind: 'tuple', parameters: [newName] },
    aliases: commonAliases,
  },
  docs: docs('Take a host into the fleet; nothing is changed on it', 'blade add blade1 --ssh root@blade1'),
})

const list = buildCommand({
  loader: async () => (await import('./list.ts')).list,
  parameters: { flags: listFlags, aliases: commonAliases },
  docs: docs('List the blades; nobody is asked', 'blade list --columns blade,ssh --no-headers'),
})

const show = buildCommand({
  loader: async () => (await import('./show.ts')).show,
  parameters: { flags: commonFlags, positional: { kind: 'tuple', parameters: [name] }, aliases: commonAliases },
  docs: docs('Ask a blade who it is, what it has and what it sees', 'blade show blade1 --timeout 5'),
})

const set = buildCommand({
  loader: async () => (await import('./set.ts')).set,
  parameters: {
    flags: {
      ...commonFlags,
      chassis: {
        kind: 'parsed',
        parse: text,
        brief: 'What it shares power and cooling with: VMs that keep apart do so across these where they can',
        optional: true,
        placeholder: 'name',
      },
      without: {
        kind: 'enum',
        values: ['chassis'],
        brief: 'Fields that go: NAME,NAME',
        optional: true,
        variadic: ',',
      },
    },
    positional: { kind: 'tuple', parameters: [name] },
    aliases: commonAliases,
  },
  docs: docs('Write into its document what placement needs to know of a blade', 'blade set blade1 --chassis c1'),
})

const onRoad = {
  flags: planFlags,
  positional: { kind: 'tuple', parameters: [name] },
  aliases: commonAliases,
} as const

const baseline = buildCommand({
  loader: async () => (await import('./baseline.ts')).baseline,
  parameters: onRoad,
  docs: docs(
    'Make a host leave the disks of guests alone: LVM, mdadm, multipath, libvirt’s place in the boot',
    'blade baseline blade1 --plan',
    'blade baseline blade1',
  ),
})

const fence = buildCommand({
  loader: async () => (await import('./fence.ts')).fence,
  parameters: { ...onRoad, flags: { ...planFlags, ...yesFlag } },
  docs: docs(
    'Shut a blade out of its volumes though it gives no answer, so that its VMs can start elsewhere',
    'blade fence blade1',
    'vm start ldap --on blade2 --cold',
    'blade return blade1',
  ),
})

const takeBack = buildCommand({
  loader: async () => (await import('./fence.ts')).takeBack,
  parameters: onRoad,
  docs: docs('Take a fenced blade back: what is stale on it goes before it may write again', 'blade return blade1'),
})

const remove = buildCommand({
  loader: async () => (await import('./remove.ts')).remove,
  parameters: {
    ...onRoad,
    flags: {
      ...planFlags,
      keepBaseline: {
        kind: 'boolean',
        brief: 'Leave what the baseline has changed on its host',
        optional: true,
        withNegated: false,
      },
    },
  },
  docs: docs(
    'Let a blade go, with nothing of the fleet left on it; a fenced one is not asked',
    'blade remove blade3 --plan',
    'blade remove blade3',
  ),
})

const evacuate = buildCommand({
  loader: async () => (await import('./evacuate.ts')).evacuate,
  parameters: {
    ...onRoad,
    positional: { kind: 'tuple', parameters: [{ ...name, optional: true }] },
    flags: {
      ...planFlags,
      allBut: {
        kind: 'parsed',
        parse: text,
        brief: 'All blades in service but these, which take what runs there: NAME,NAME',
        optional: true,
        variadic: ',',
        placeholder: 'name',
        ...proposeBlades,
      },
      to: {
        kind: 'parsed',
        parse: text,
        brief: 'Only to these blades: NAME,NAME; else to all others in service',
        optional: true,
        variadic: ',',
        placeholder: 'name',
        ...proposeBlades,
      },
      limit: {
        kind: 'parsed',
        parse: wholeNumber,
        brief:
          'Moves at once; out of a blade and into one no more than the fleet’s policy, which is 2 where it says nothing',
        optional: true,
        placeholder: 'count',
      },
      degraded: {
        kind: 'boolean',
        brief: 'One live fabric on each side is enough for this once',
        optional: true,
        withNegated: false,
      },
      ...trustNetworkFlag,
    },
  },
  docs: docs(
    'Move all VMs that run on a blade elsewhere, live, some at once, and prove that it is empty; again goes on',
    'blade evacuate blade1 --plan',
    'blade evacuate blade1 --to blade2,blade3',
    'blade evacuate --all-but blade7,blade8 --plan',
  ),
})

export const bladeRoutes = buildRouteMap({
  routes: { add, list, show, set, baseline, evacuate, fence, return: takeBack, remove },
  aliases: { ls: 'list' },
  docs: { brief: 'The hosts' },
})
