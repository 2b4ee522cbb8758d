/**
 * `anyblade multipath …`: multipath.conf and WWIDs on any host or file, without a fleet.
 * May come in: names, flags, one line of help each. May not: the commands' code, which is loaded when called.
 */
import { buildCommand, buildRouteMap } from '@stricli/core'
import type { Context } from '../context.ts'
import type { CheckFlags } from './check.ts'
import type { EditFlags } from './edit.ts'
import type { ExplainFlags } from './explain.ts'

const text = (placeholder: string, brief: string) =>
  ({ kind: 'parsed', parse: String, optional: true, placeholder, brief }) as const

const as = text('RELEASE', 'Read as this release of multipath-tools; otherwise that of this host, or the newest known')
const output = { kind: 'enum', values: ['text', 'json'], default: 'text', brief: 'How to print the answer' } as const
const confd = text('DIR', 'Directory of drop-ins that are read after the file')
const aliases = { o: 'output' } as const
const file = {
  placeholder: 'FILE',
  parse: String,
  brief: 'The file, - for standard input; /etc/multipath.conf otherwise',
  optional: true,
} as const
const word = (placeholder: string, brief: string) => ({ placeholder, parse: String, brief }) as const
const section = word(
  'SECTION',
  'defaults, overrides, multipath:WWID, device:VENDOR:PRODUCT, protocol:TYPE, or a blacklist',
)
const keyword = word('KEYWORD', 'The keyword, as in multipath.conf(5)')
const editFlags = { flags: { as, output }, aliases } as const

const check = buildCommand<CheckFlags, string[], Context>({
  loader: async () => (await import('./check.ts')).check,
  parameters: {
    flags: {
      as,
      confd,
      output,
      across: {
        kind: 'boolean',
        default: false,
        withNegated: false,
        brief: 'Each FILE is that of one blade: compare aliases, WWIDs and values in effect',
      },
      fix: { kind: 'boolean', default: false, withNegated: false, brief: 'Apply the cures that can be no other ones' },
      vmHost: { kind: 'boolean', default: true, brief: 'Guests have their disks on these LUNs' },
    },
    aliases,
    positional: {
      kind: 'array',
      parameter: { placeholder: 'FILE', parse: String, brief: 'Files, - for standard input' },
    },
  },
  docs: { brief: 'Say what is wrong with multipath.conf, what comes of it, and how to mend it; exit 2 on errors' },
})

const explain = buildCommand<ExplainFlags, [string?], Context>({
  loader: async () => (await import('./explain.ts')).explain,
  parameters: {
    flags: {
      as,
      confd,
      output,
      lun: text('VENDOR:PRODUCT[:REV]', 'Explain each value of one LUN, and where it comes from'),
      wwid: text('WWID', 'Explain each value of the LUN with this WWID'),
      protocol: text('TYPE', 'Its transport, such as scsi:fcp'),
    },
    aliases,
    positional: { kind: 'tuple', parameters: [file] },
  },
  docs: { brief: 'Say what a release makes of multipath.conf: whether it loads, its messages, what is in effect' },
})

const diff = buildCommand<EditFlags, [string, string], Context>({
  loader: async () => (await import('./explain.ts')).diff,
  parameters: { ...editFlags, positional: { kind: 'tuple', parameters: [word('A', 'A file'), word('B', 'Another')] } },
  docs: { brief: 'Compare two files in meaning, not in text; exit 6 when they differ' },
})

const set = buildCommand<EditFlags, [string, string, string, string?], Context>({
  loader: async () => (await import('./edit.ts')).set,
  parameters: {
    ...editFlags,
    positional: { kind: 'tuple', parameters: [section, keyword, word('VALUE', 'Its value, without quotes'), file] },
  },
  docs: { brief: 'Set a keyword, or add a pattern to a blacklist; all else stays byte for byte' },
})

const unset = buildCommand<EditFlags & { pattern?: string }, [string, string, string?], Context>({
  loader: async () => (await import('./edit.ts')).unset,
  parameters: {
    flags: { as, output, pattern: text('PATTERN', 'Which pattern of a blacklist') },
    aliases,
    positional: { kind: 'tuple', parameters: [section, keyword, file] },
  },
  docs: { brief: 'Take a keyword out, or a pattern of a blacklist' },
})

const aliasRoutes = buildRouteMap({
  routes: {
    add: buildCommand<EditFlags, [string, string, string?], Context>({
      loader: async () => (await import('./edit.ts')).aliasAdd,
      parameters: {
        ...editFlags,
        positional: { kind: 'tuple', parameters: [word('WWID', 'The LUN'), word('ALIAS', 'Its name'), file] },
      },
      docs: { brief: 'Name a LUN' },
    }),
    remove: buildCommand<EditFlags, [string, string?], Context>({
      loader: async () => (await import('./edit.ts')).aliasRemove,
      parameters: {
        ...editFlags,
        positional: { kind: 'tuple', parameters: [word('NAME', 'The alias, or the WWID that has it'), file] },
      },
      docs: { brief: 'Take the name of a LUN away' },
    }),
    rename: buildCommand<EditFlags, [string, string, string?], Context>({
      loader: async () => (await import('./edit.ts')).aliasRename,
      parameters: {
        ...editFlags,
        positional: { kind: 'tuple', parameters: [word('FROM', 'The alias'), word('TO', 'The new one'), file] },
      },
      docs: { brief: 'Give a LUN another name' },
    }),
    swap: buildCommand<EditFlags, [string, string, string?], Context>({
      loader: async () => (await import('./edit.ts')).aliasSwap,
      parameters: {
        ...editFlags,
        positional: { kind: 'tuple', parameters: [word('A', 'An alias'), word('B', 'Another'), file] },
      },
      docs: { brief: 'Let two LUNs change their names' },
    }),
    list: buildCommand<EditFlags & { confd?: string }, [string?], Context>({
      loader: async () => (await import('./edit.ts')).aliasList,
      parameters: { flags: { as, confd, output }, aliases, positional: { kind: 'tuple', parameters: [file] } },
      docs: { brief: 'List the names in effect' },
    }),
  },
  docs: { brief: 'Names of LUNs: add, remove, rename, swap, list' },
})

const fmt = buildCommand<EditFlags & { check: boolean }, [string?], Context>({
  loader: async () => (await import('./edit.ts')).fmt,
  parameters: {
    flags: {
      as,
      output,
      check: { kind: 'boolean', default: false, withNegated: false, brief: 'Write nothing; exit 6 where fmt would' },
    },
    aliases,
    positional: { kind: 'tuple', parameters: [file] },
  },
  docs: { brief: 'Indent a file by its sections; its meaning stays' },
})

const convert = buildCommand<EditFlags & { to: string }, [string?], Context>({
  loader: async () => (await import('./edit.ts')).convert,
  parameters: {
    flags: {
      as,
      output,
      to: { kind: 'parsed', parse: String, placeholder: 'RELEASE', brief: 'The release that shall read it' },
    },
    aliases,
    positional: { kind: 'tuple', parameters: [file] },
  },
  docs: { brief: 'Rewrite a file for another release, and say what may change, WWIDs above all' },
})

const wwid = buildCommand<{ pages?: string }, [], Context>({
  loader: async () => (await import('./wwid.ts')).wwid,
  parameters: {
    flags: { pages: text('FILE.json', 'The pages of one LUN, or a list of them; without it standard input is read') },
  },
  docs: {
    brief: 'Say which WWID a LUN gets, from its INQUIRY data and its pages 0x00, 0x80 and 0x83',
    fullDescription:
      'Reads {"inquiry": {"vendor", "product", "rev"}, "page00_hex", "page80_hex", "page83_hex"} (or "inquiry_hex"; a ' +
      'page that the LUN refused is null) and prints what scsi_id, udev and multipath make of it. Text is one character a byte.',
  },
})

export const multipathRoutes = buildRouteMap({
  routes: { check, explain, diff, set, unset, alias: aliasRoutes, fmt, convert, wwid },
  docs: { brief: 'multipath.conf and WWIDs, understood exactly as the real tools do; needs no fleet' },
})
