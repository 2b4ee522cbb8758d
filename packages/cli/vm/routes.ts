/** `anyblade vm …`: libvirt domains that may live on any blade. */
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
import { proposeBlades, proposeVms, proposeVolumes } from '../fleet-names.ts'
import { postCopyFlag, transferFlags } from '../transfer.ts'

const name = { parse: text, brief: 'The VM', placeholder: 'name', ...proposeVms } as const
const newVm = {
  kind: 'tuple',
  parameters: [{ parse: text, brief: 'Its name', placeholder: 'name' }],
} as const
const oneVm = { kind: 'tuple', parameters: [name] } as const
const optionalText = (brief: string, placeholder: string) =>
  ({ kind: 'parsed', parse: text, brief, placeholder, optional: true }) as const
const home = {
  ...optionalText('Blade that it belongs to; the first one where it is left out', 'blade'),
  ...proposeBlades,
} as const

const create = buildCommand({
  loader: async () => (await import('./create.ts')).create,
  parameters: {
    flags: {
      ...planFlags,
      volume: {
        kind: 'parsed',
        parse: text,
        brief: 'Volume that is its disk (may be repeated)',
        variadic: true,
        placeholder: 'name',
        ...proposeVolumes,
      },
      memory: optionalText('Memory, such as 2G; 1G where it is left out', 'size'),
      vcpu: { kind: 'parsed', parse: wholeNumber, brief: 'Processors', default: '1', placeholder: 'n' },
      bus: { kind: 'enum', values: ['virtio', 'ide'], brief: 'How the guest sees its disks', default: 'virtio' },
      network: {
        kind: 'parsed',
        parse: text,
        brief: 'Bridge (may be repeated)',
        variadic: true,
        optional: true,
        placeholder: 'bridge',
      },
      mac: {
        kind: 'parsed',
        parse: text,
        brief: 'MAC address of the interfaces, in order',
        variadic: true,
        optional: true,
      },
      kernel: optionalText('Kernel on the blades, to boot without a boot loader', 'path'),
      initrd: optionalText('Its initrd', 'path'),
      cmdline: optionalText('Its command line', 'text'),
      machine: { kind: 'parsed', parse: text, brief: 'Machine type', default: 'pc' },
      cpu: optionalText(
        'Processor model, or host-model; libvirt’s default where it is left out, which runs anywhere',
        'model',
      ),
      home,
    },
    positional: newVm,
    aliases: commonAliases,
  },
  docs: docs('Define a new VM on volumes', 'vm create ldap --volume ldap --memory 2G --vcpu 2 --network br0'),
})

const adopt = buildCommand({
  loader: async () => (await import('./adopt.ts')).adopt,
  parameters: {
    flags: { ...planFlags, home },
    positional: {
      kind: 'tuple',
      parameters: [{ parse: text, brief: 'A file of domain XML, or NAME@BLADE', placeholder: 'what' }],
    },
    aliases: commonAliases,
  },
  docs: docs(
    'Take over a domain that exists, from its XML or from a blade',
    'vm adopt vm1.xml --home blade1',
    'vm adopt vm1@blade1',
  ),
})

const list = buildCommand({
  loader: async () => (await import('./list.ts')).list,
  parameters: { flags: listFlags, aliases: commonAliases },
  docs: docs('List the VMs, and where each is by the blades’ word', 'vm list --output json'),
})

const show = buildCommand({
  loader: async () => (await import('./show.ts')).show,
  parameters: { flags: commonFlags, positional: oneVm, aliases: commonAliases },
  docs: docs('Show a VM: its disks, its home, and where it is', 'vm show ldap'),
})

const set = buildCommand({
  loader: async () => (await import('./set.ts')).set,
  parameters: {
    flags: {
      ...commonFlags,
      antiAffinity: optionalText('Its anti-affinity group: no two VMs of one are moved onto one blade', 'name'),
      shallRun: { kind: 'boolean', brief: 'Whether fleet up starts it', optional: true },
      startAfter: {
        kind: 'parsed',
        parse: text,
        brief: 'VMs that fleet up starts before it: NAME,NAME',
        optional: true,
        variadic: ',',
        placeholder: 'name',
        ...proposeVms,
      },
      without: {
        kind: 'enum',
        values: ['anti-affinity', 'shall-run', 'start-after'],
        brief: 'Fields that go: NAME,NAME',
        optional: true,
        variadic: ',',
      },
    },
    positional: oneVm,
    aliases: commonAliases,
  },
  docs: docs(
    'Write into its document where a VM may be, whether it shall run, and what it starts after',
    'vm set web2 --anti-affinity web',
    'vm set mail --start-after dns,ldap',
    'vm set old --no-shall-run',
  ),
})

const degraded = {
  kind: 'boolean',
  brief: 'Accept one live fabric for this once',
  optional: true,
  withNegated: false,
} as const

const start = buildCommand({
  loader: async () => (await import('./power.ts')).start,
  parameters: {
    flags: {
      ...planFlags,
      degraded,
      on: optionalText('With --cold: the blade to start it on, after its home was fenced', 'blade'),
      cold: {
        kind: 'boolean',
        brief: 'From its disks alone; what it had in memory is lost',
        optional: true,
        withNegated: false,
      },
      eject: {
        kind: 'boolean',
        brief: 'With --cold: take files out of its drives that are not on that blade',
        optional: true,
        withNegated: false,
      },
      loseLocalState: {
        kind: 'boolean',
        brief:
          'With --cold: its firmware variables and its TPM’s state may be lost, where its former home does not give them',
        optional: true,
        withNegated: false,
      },
    },
    positional: oneVm,
    aliases: commonAliases,
  },
  docs: docs(
    'Start a VM at its home, once its disks are proved and it runs nowhere',
    'vm start ldap',
    'vm start ldap --on blade2 --cold',
  ),
})

const resume = buildCommand({
  loader: async () => (await import('./resume.ts')).resume,
  parameters: {
    flags: {
      ...planFlags,
      ioError: {
        kind: 'boolean',
        brief: 'All VMs of the fleet that an I/O error has stopped; who was paused by hand stays so',
        optional: true,
        withNegated: false,
      },
      blades: {
        kind: 'parsed',
        parse: text,
        brief: 'With --io-error: only on these blades: NAME,NAME',
        optional: true,
        variadic: ',',
        placeholder: 'name',
        ...proposeBlades,
      },
      degraded,
    },
    positional: { kind: 'array', parameter: name },
    aliases: commonAliases,
  },
  docs: docs(
    'Let VMs go on that stand still, once their disks are proved and nobody was given them meanwhile',
    'vm resume --io-error --plan',
    'vm resume ldap',
  ),
})

const stop = buildCommand({
  loader: async () => (await import('./power.ts')).stop,
  parameters: {
    flags: {
      ...planFlags,
      force: { kind: 'boolean', brief: 'Cut it off instead of asking it', optional: true, withNegated: false },
      ...yesFlag,
    },
    positional: oneVm,
    aliases: commonAliases,
  },
  docs: docs('Ask a VM to shut down and wait', 'vm stop ldap', 'vm stop ldap --force --yes'),
})

const migrate = buildCommand({
  loader: async () => (await import('./migrate.ts')).migrate,
  parameters: {
    flags: {
      ...planFlags,
      to: { kind: 'parsed', parse: text, brief: 'Where it shall run', placeholder: 'blade', ...proposeBlades },
      ...transferFlags,
      ...postCopyFlag,
      degraded,
      ...ejectFlag,
      ...trustNetworkFlag,
    },
    positional: oneVm,
    aliases: commonAliases,
  },
  docs: docs(
    'Move a running VM to another blade',
    'vm migrate ldap --to blade2 --plan',
    'vm migrate db --to blade2 --auto-converge --bandwidth 400',
  ),
})

export const vmRoutes = buildRouteMap({
  routes: { create, adopt, list, show, set, start, stop, resume, migrate },
  aliases: { ls: 'list' },
  docs: { brief: 'Virtual machines that may live on any blade' },
})
