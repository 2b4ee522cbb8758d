/** `anyblade volume …`: LUNs with one name on every blade. */
import { buildCommand, buildRouteMap } from '@stricli/core'
import { docs } from '../docs.ts'
import { commonAliases, commonFlags, listFlags, planFlags, text, wholeNumber, yesFlag } from '../flags.ts'
import { proposeArrays, proposeBlades, proposeVolumes } from '../fleet-names.ts'

const name = { parse: text, brief: 'The volume', placeholder: 'name', ...proposeVolumes } as const

/** Of a volume that comes into the fleet. */
const newFlags = {
  writer: {
    kind: 'enum',
    values: ['array', 'guest', 'shared', 'lease', 'none'],
    optional: true,
    brief: 'Who keeps it to one writer; the array, where all blades can',
  },
  array: {
    kind: 'parsed',
    parse: text,
    brief: 'Array; may be left out where there is one',
    optional: true,
    placeholder: 'name',
    ...proposeArrays,
  },
} as const

const create = buildCommand({
  loader: async () => (await import('./create.ts')).create,
  parameters: {
    flags: {
      ...planFlags,
      size: {
        kind: 'parsed',
        parse: text,
        brief: 'Size, such as 20G, of each that has none of its own',
        optional: true,
        placeholder: 'size',
      },
      ...newFlags,
      home: {
        kind: 'parsed',
        parse: text,
        optional: true,
        brief: 'The blade that may write it first',
        placeholder: 'blade',
        ...proposeBlades,
      },
    },
    positional: {
      kind: 'array',
      parameter: {
        parse: text,
        brief: 'Its name on every blade; NAME=SIZE for a size of its own',
        placeholder: 'name',
      },
      minimum: 1,
    },
    aliases: { ...commonAliases, s: 'size' },
  },
  docs: docs(
    'Carve LUNs in one plan, show them to all blades, and give each one name everywhere',
    'volume create ldap --size 20G',
    'volume create vm1 vm2 vm3=40G --size 20G',
  ),
})

const adopt = buildCommand({
  loader: async () => (await import('./adopt.ts')).adopt,
  parameters: {
    flags: {
      ...planFlags,
      ...newFlags,
      wwid: { kind: 'parsed', parse: text, brief: 'Its id, as multipath writes it', placeholder: 'wwid' },
      lun: {
        kind: 'parsed',
        parse: wholeNumber,
        brief: 'LUN number on every blade; an array that can be asked says it itself',
        optional: true,
        placeholder: 'number',
      },
      size: {
        kind: 'parsed',
        parse: text,
        brief: 'Its size, to the byte; an array that can be asked says it itself',
        optional: true,
        placeholder: 'size',
      },
      home: {
        kind: 'parsed',
        parse: text,
        optional: true,
        brief: 'The blade that may write it; where a domain uses it, else the first one',
        placeholder: 'blade',
        ...proposeBlades,
      },
    },
    positional: {
      kind: 'tuple',
      parameters: [
        { parse: text, brief: 'Its name on every blade; the one that it has, where it has one', placeholder: 'name' },
      ],
    },
    aliases: { ...commonAliases, s: 'size' },
  },
  docs: docs(
    'Take over a LUN that is there already, in use or not: proved on every path, named, reserved, recorded',
    'volume adopt ldap --wwid 36001405a8282f8725c072d0f9742ae77',
    'volume adopt mail --array san9 --wwid 360060160a1b2c3d4e5f60718293a4b5c --lun 7 --size 20G',
  ),
})

const list = buildCommand({
  loader: async () => (await import('./list.ts')).list,
  parameters: { flags: listFlags, aliases: commonAliases },
  docs: docs('List the volumes; nobody is asked', 'volume list --columns volume,wwid --no-headers'),
})

const show = buildCommand({
  loader: async () => (await import('./show.ts')).show,
  parameters: { flags: commonFlags, positional: { kind: 'tuple', parameters: [name] }, aliases: commonAliases },
  docs: docs('Show a volume and judge it on every blade, by a fresh INQUIRY through every path', 'volume show ldap'),
})

const verify = buildCommand({
  loader: async () => (await import('./verify.ts')).verify,
  parameters: {
    flags: commonFlags,
    positional: {
      kind: 'array',
      parameter: { parse: text, brief: 'The volumes; all where none is named', placeholder: 'name', ...proposeVolumes },
    },
    aliases: commonAliases,
  },
  docs: docs(
    'Judge volumes on every blade by a fresh INQUIRY through every path, and name devices that became another LUN',
    'volume verify',
    'volume verify ldap mail -o json',
  ),
})

const rescan = buildCommand({
  loader: async () => (await import('./rescan.ts')).rescan,
  parameters: {
    flags: {
      ...planFlags,
      purge: {
        kind: 'boolean',
        brief: 'First delete devices that became another LUN, where nobody uses them',
        optional: true,
        withNegated: false,
      },
    },
    positional: {
      kind: 'array',
      parameter: { parse: text, brief: 'The volumes; all where none is named', placeholder: 'name', ...proposeVolumes },
    },
    aliases: commonAliases,
  },
  docs: docs(
    'Look on every blade for LUNs that should be there and are not seen',
    'volume rescan',
    'volume rescan ldap --plan',
    'volume rescan --purge',
  ),
})

const rename = buildCommand({
  loader: async () => (await import('./rename.ts')).rename,
  parameters: {
    flags: planFlags,
    positional: {
      kind: 'array',
      parameter: { parse: text, brief: 'OLD NEW, for each volume', placeholder: 'name', ...proposeVolumes },
      minimum: 2,
    },
    aliases: commonAliases,
  },
  docs: docs(
    'Give volumes other names: on every blade, in domains that are off, in the documents',
    'volume rename ldap directory',
    'volume rename vm1 vm2 vm2 vm1',
  ),
})

const reassert = buildCommand({
  loader: async () => (await import('./reassert.ts')).reassert,
  parameters: { flags: planFlags, positional: { kind: 'tuple', parameters: [name] }, aliases: commonAliases },
  docs: docs('Put back what the array has lost of a volume’s reservation', 'volume reassert ldap'),
})

const grow = buildCommand({
  loader: async () => (await import('./grow.ts')).grow,
  parameters: {
    flags: {
      ...planFlags,
      size: { kind: 'parsed', parse: text, brief: 'Its new size, such as 40G', placeholder: 'size' },
    },
    positional: { kind: 'tuple', parameters: [name] },
    aliases: { ...commonAliases, s: 'size' },
  },
  docs: docs(
    'Let a volume grow while it is in use: array, every path, every map, the guest',
    'volume grow ldap --size 40G',
  ),
})

const oneName = { kind: 'tuple', parameters: [name] } as const

const putAside = buildCommand({
  loader: async () => (await import('./aside.ts')).putAside,
  parameters: { flags: planFlags, positional: oneName, aliases: commonAliases },
  docs: docs('Put a volume aside: from every blade without a trace; the array keeps it', 'volume delete ldap'),
})

const restore = buildCommand({
  loader: async () => (await import('./aside.ts')).restore,
  parameters: { flags: planFlags, positional: oneName, aliases: commonAliases },
  docs: docs('Bring a volume that was put aside back to every blade', 'volume restore ldap'),
})

const purge = buildCommand({
  loader: async () => (await import('./aside.ts')).purge,
  parameters: { flags: { ...planFlags, ...yesFlag }, positional: oneName, aliases: commonAliases },
  docs: docs('Delete a volume that was put aside from its array, with its data', 'volume purge ldap'),
})

export const volumeRoutes = buildRouteMap({
  routes: { create, adopt, list, show, verify, rescan, rename, grow, delete: putAside, restore, purge, reassert },
  aliases: { ls: 'list' },
  docs: { brief: 'LUNs with one name on every blade' },
})
