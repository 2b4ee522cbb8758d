/** `anyblade blade …`: the hosts. */
import { buildCommand, buildRouteMap } from '@stricli/core'
import { docs } from '../docs.ts'
import {
  commonAliases,
  commonFlags,
  ejectFlag,
  listFlags,
  planFlags,
  text,
  trustNetworkFlag,
  wholeNumber,
  yesFlag,
} from '../flags.ts'
import { proposeBlades } from '../fleet-names.ts'
import { transferFlags } from '../transfer.ts'

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
        brief: 'How other blades reach its libvirt, and where guests’ memory goes to, where that differs',
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

const trust = buildCommand({
  loader: async () => (await import('./trust.ts')).trust,
  parameters: {
    flags: planFlags,
    positional: {
      kind: 'array',
      parameter: { ...name, brief: 'The blades, with all others; all where none is named' },
    },
    aliases: commonAliases,
  },
  docs: docs(
    'Let blades log in at one another, both ways, as moves need it; who can already is left alone',
    'blade trust --plan',
    'blade trust blade3',
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
      ...ejectFlag,
      ...trustNetworkFlag,
      ...transferFlags,
    },
  },
  docs: docs(
    'Move all VMs that run on a blade elsewhere, live, some at once, and prove that it is empty; again goes on',
    'blade evacuate blade1 --plan',
    'blade evacuate blade1 --to blade2,blade3',
    'blade evacuate --all-but blade7,blade8 --plan',
  ),
})

const roll = buildCommand({
  loader: async () => (await import('./roll.ts')).roll,
  parameters: {
    flags: {
      ...planFlags,
      run: {
        kind: 'parsed',
        parse: text,
        brief: 'What to run on each blade once it is empty; for one sh there, as root',
        placeholder: 'command',
      },
      blades: {
        kind: 'parsed',
        parse: text,
        brief: 'Only these, in this order: NAME,NAME; else all in service, by name',
        optional: true,
        variadic: ',',
        placeholder: 'name',
        ...proposeBlades,
      },
      skip: {
        kind: 'parsed',
        parse: text,
        brief: 'Not these: NAME,NAME',
        optional: true,
        variadic: ',',
        placeholder: 'name',
        ...proposeBlades,
      },
      reboot: { kind: 'boolean', brief: 'Reboot each afterwards, and wait for it', optional: true, withNegated: false },
      home: {
        kind: 'boolean',
        brief: 'Bring its VMs back before the next blade',
        optional: true,
        withNegated: false,
      },
      again: {
        kind: 'boolean',
        brief: 'Begin anew where all blades have been through the same before',
        optional: true,
        withNegated: false,
      },
      withoutSpare: {
        kind: 'boolean',
        brief: 'Go on though no further blade could be lost while one is out',
        optional: true,
        withNegated: false,
      },
      limit: {
        kind: 'parsed',
        parse: wholeNumber,
        brief: 'No more blades than that, this time',
        optional: true,
        placeholder: 'count',
      },
      pauseBetween: {
        kind: 'parsed',
        parse: wholeNumber,
        brief: 'Wait between two blades',
        optional: true,
        placeholder: 'seconds',
      },
      runTimeout: {
        kind: 'parsed',
        parse: wholeNumber,
        brief: 'How long the command may take; 3600 where it is left out',
        optional: true,
        placeholder: 'seconds',
      },
      rebootTimeout: {
        kind: 'parsed',
        parse: wholeNumber,
        brief: 'How long a reboot may take; 900 where it is left out',
        optional: true,
        placeholder: 'seconds',
      },
      ...ejectFlag,
      ...trustNetworkFlag,
      ...transferFlags,
    },
    aliases: commonAliases,
  },
  docs: docs(
    'Maintain all blades, one at a time: emptied, a command of yours, a reboot, proved whole; again goes on',
    "blade roll --run 'apt-get -y upgrade' --reboot --home --plan",
    "blade roll --run 'apt-get -y upgrade' --reboot --home",
  ),
})

export const bladeRoutes = buildRouteMap({
  routes: { add, list, show, set, baseline, trust, evacuate, roll, fence, return: takeBack, remove },
  aliases: { ls: 'list' },
  docs: { brief: 'The hosts' },
})
