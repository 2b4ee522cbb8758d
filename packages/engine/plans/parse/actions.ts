/** An action out of a journal; a kind that is missing here stops the type checker. */
import { z } from 'zod'
import type { Action, ShownLun } from '#actions'
import { NAME, wwid } from '#documents'
import { CREDENTIAL_FILES } from '#survey'
import {
  answerRef,
  array,
  blade,
  by,
  command,
  how,
  type Kinds,
  key,
  kind,
  line,
  lun,
  named,
  ofStep,
  ofVm,
  pace,
  ports,
  seconds,
  size,
  tag,
  transfer,
  volume,
  wwidRef,
  xml,
} from './fields.ts'

const onArray = { array, volume, tag }
const toOne = { lun, initiators: ports, wwid: wwidRef, initiatorsOf: blade }
const onLun = { blade, volume, lun, targetPorts: ports, wwid: wwidRef }
const luns = z
  .array(z.object({ volume, lun, wwid: wwidRef }))
  .min(1)
  .max(10_000)
const onLuns = { blade, targetPorts: ports, luns }
/** In a plan that was journaled when such an act was about one LUN, that stands beside the blade. */
const onLunsOrOne = {
  ...{ blade, targetPorts: ports },
  ...{ luns: luns.exactOptional(), volume: volume.exactOptional() },
  ...{ lun: lun.exactOptional(), wwid: wwidRef.exactOptional() },
}
type LunsOrOne = Partial<ShownLun> & { readonly luns?: readonly ShownLun[] }
function asLuns<Read extends LunsOrOne>(read: Read, ctx: z.RefinementCtx) {
  const { luns, volume, lun, wwid, ...rest } = read
  if (luns !== undefined) return { ...rest, luns }
  if (volume !== undefined && lun !== undefined && wwid !== undefined) return { ...rest, luns: [{ volume, lun, wwid }] }
  ctx.addIssue({ code: 'custom', message: 'no LUN is named' })
  return z.NEVER
}
const onMap = { blade, alias: volume, wwid: wwidRef }
const barred = { alias: volume, wwid: named(wwid), key, theirs: key }
const aliases = z.array(z.object({ alias: volume, wwid: wwidRef })).max(10_000)
const state = {
  ...ofVm,
  from: blade,
  files: z
    .array(
      z.object({
        kind: z.enum(['nvram', 'tpm']),
        name: line,
        bytes: z.int().nonnegative(),
        sha256: z.string().regex(/^[0-9a-f]{64}$/),
        ...{ owner: line, group: line, mode: line },
      }),
    )
    .max(100),
}
const drive = z.string().regex(/^[a-z0-9]{1,20}$/)
const hctl = z.string().regex(/^\d{1,5}(:\d{1,16}){3}$/)
const overrides = z.record(z.string().regex(NAME), line)
const bytes = z.string().max(8 * 1024 * 1024)
const fleetId = z.string().regex(/^[0-9a-f]{1,16}$/)
const trustText = z.string().regex(/^[^\n\r\0]{0,16000}$/)
const trustLine = z.union([trustText, z.object({ head: trustText, keyOf: z.int().positive(), tail: line })])
const trustChange = z.object({
  file: z.enum(CREDENTIAL_FILES),
  peer: blade,
  before: z.array(trustLine).max(100),
  after: z.array(trustLine).max(100),
})
const configText = z
  .object({ path: line, before: bytes.optional(), after: bytes.optional() })
  .transform(({ path, before, after }) => ({ path, before, after }))
/** None in a plan that was journaled before they were asked at the last moment. */
const disks = z
  .array(z.object({ alias: volume, wwid: named(wwid) }))
  .max(1000)
  .default([])
/** In a plan that was journaled before there were ladders. */
const NO_LADDER = { pausesMs: [300], patience: { passes: 1_000_000, seconds: 0 } }
/** An older one asks nobody to bring a memory. */
const way = { uri: line.default(''), migrateUri: line.exactOptional(), transfer: transfer.default(NO_LADDER) }
const keys = z.array(z.object({ alias: volume, ours: key, theirs: key })).max(1000)

const path = z.array(z.string().regex(NAME)).min(1).max(10)
const field = z.union([
  z.object({ path, value: z.union([ofStep, z.string().max(1000), z.array(z.string().max(1000)).max(1000)]) }),
  z.object({ path, gone: z.literal(true) }),
])
/** A path from the fleet's directory, never out of it. */
const document = z.string().regex(/^(?:[A-Za-z0-9_][A-Za-z0-9_.-]*\/)*[A-Za-z0-9_][A-Za-z0-9_.-]*$/)

const changing = {
  'hold-out': z.object({ ...kind('hold-out'), blade, aliases }),
  'let-in': z.object({ ...kind('let-in'), blade, aliases }),
  'add-aliases': z.object({ ...kind('add-aliases'), blade, aliases }),
  'remove-aliases': z.object({ ...kind('remove-aliases'), blade, aliases }),
  'rename-aliases': z.object({
    ...kind('rename-aliases'),
    blade,
    aliases: z.array(z.object({ alias: volume, from: volume, wwid: named(wwid) })).max(10_000),
  }),
  'set-overrides': z.object({ ...kind('set-overrides'), blade, before: overrides, after: overrides }),
  'set-config': z.object({ ...kind('set-config'), blade, files: z.array(configText).max(100) }),
} as const
const change = z.union(Object.values(changing))
const certname = z.string().regex(NAME)
const words = z.array(line).min(1).max(100)
const byAgent = { blade, change, agent: z.object({ certname, command: words, seconds: z.int().positive() }) }

export const actions = {
  ...changing,
  'check-config': z.object({ ...kind('check-config'), ...byAgent }),
  'deliver-config': z.object({ ...kind('deliver-config'), ...byAgent }),
  'publish-config': z.object({
    ...kind('publish-config'),
    changes: z.array(z.object({ certname, change })).max(1000),
    gone: z.array(certname).min(1).max(1000).exactOptional(),
    message: z.string().max(1000),
    former: z.literal(true).exactOptional(),
  }),
  'carve-volume': z.object({ ...kind('carve-volume'), ...onArray, size }),
  'delete-volume': z.object({ ...kind('delete-volume'), ...onArray, size }),
  'tag-volume': z.object({ ...kind('tag-volume'), ...onArray, wwid: wwidRef }),
  'untag-volume': z.object({ ...kind('untag-volume'), ...onArray, wwid: wwidRef }),
  'map-volume': z.object({ ...kind('map-volume'), ...onArray, lun, initiators: ports, wwid: wwidRef }),
  'unmap-volume': z.object({ ...kind('unmap-volume'), ...onArray, lun, initiators: ports, wwid: wwidRef }),
  'check-lun-free': z.object({ ...kind('check-lun-free'), ...onLuns }),
  'remove-paths': z.object({ ...kind('remove-paths'), ...onLuns }),
  'scan-lun': z.object({ ...kind('scan-lun'), ...onLuns }),
  'rescan-lun': z.object({ ...kind('rescan-lun'), ...onLuns }),
  'remove-stale': z.object({
    ...kind('remove-stale'),
    blade,
    devices: z.array(z.object({ hctl, was: named(wwid), is: named(wwid) })).max(10_000),
    volumes: z.array(volume).max(10_000),
  }),
  'flush-map': z.object({ ...kind('flush-map'), ...onLuns }),
  'grow-volume': z.object({ ...kind('grow-volume'), ...onArray, size, wwid: wwidRef }),
  'rescan-paths': z.object({ ...kind('rescan-paths'), ...onLunsOrOne, size }).transform(asLuns),
  'resize-map': z.object({ ...kind('resize-map'), ...onLunsOrOne, size }).transform(asLuns),
  'resize-disk': z.object({ ...kind('resize-disk'), ...ofVm, alias: volume, size }),
  'check-unused': z.object({ ...kind('check-unused'), ...onLun }),
  'forget-lun': z.object({ ...kind('forget-lun'), ...onLunsOrOne }).transform(asLuns),
  'certify-gone': z.object({ ...kind('certify-gone'), ...onLunsOrOne }).transform(asLuns),
  'show-volume': z.object({ ...kind('show-volume'), ...onArray, ...toOne }),
  'hide-volume': z.object({ ...kind('hide-volume'), ...onArray, ...toOne }),
  'define-domain': z.object({ ...kind('define-domain'), ...ofVm, xml }),
  'undefine-domain': z.object({ ...kind('undefine-domain'), ...ofVm, xml }),
  'start-domain': z.object({ ...kind('start-domain'), ...ofVm, disks }),
  'resume-domain': z.object({ ...kind('resume-domain'), ...ofVm, by, disks }),
  'stop-domain': z.object({ ...kind('stop-domain'), ...ofVm, how }),
  'eject-medium': z.object({ ...kind('eject-medium'), ...ofVm, drive, path: line }),
  'insert-medium': z.object({ ...kind('insert-medium'), ...ofVm, drive, path: line }),
  'restore-state': z.object({ ...kind('restore-state'), ...state }),
  'remove-state': z.object({ ...kind('remove-state'), ...state }),
  'register-key': z.object({ ...kind('register-key'), ...onMap, key }),
  'reserve-volume': z.object({ ...kind('reserve-volume'), ...onMap, key }),
  'reassert-volume': z.object({ ...kind('reassert-volume'), ...onMap, key }),
  'unregister-key': z.object({ ...kind('unregister-key'), ...onMap, key }),
  'preempt-key': z.object({ ...kind('preempt-key'), ...onMap, key, from: blade, theirs: key }),
  'fence-volume': z.object({ ...kind('fence-volume'), blade, other: blade, ...barred }),
  'hold-fence': z.object({
    ...kind('hold-fence'),
    blade,
    other: blade,
    volumes: z.array(z.object(barred)).max(10_000),
  }),
  'drop-keys': z.object({ ...kind('drop-keys'), blade, alias: volume, wwid: named(wwid), key }),
  'check-command': z.object({ ...kind('check-command'), blade, command }),
  'run-command': z.object({ ...kind('run-command'), blade, command, seconds }),
  'reboot-host': z.object({ ...kind('reboot-host'), blade, bootId: z.string().regex(/^[0-9a-z-]{1,64}$/) }),
  'make-key': z.object({ ...kind('make-key'), blade, fleet: fleetId }),
  'drop-key': z.object({ ...kind('drop-key'), blade, fleet: fleetId }),
  'set-trust': z.object({ ...kind('set-trust'), blade, fleet: fleetId, changes: z.array(trustChange).max(10_000) }),
  'leave-fleet': z.object({ ...kind('leave-fleet'), blade }),
  'power-off': z.object({ ...kind('power-off'), powerOf: blade }),
  'install-host-file': z
    .object({ ...kind('install-host-file'), blade, path: line, before: xml.optional(), after: xml.optional() })
    .transform(({ before, after, ...rest }) => ({ ...rest, before, after })),
  'disable-autostart': z.object({ ...kind('disable-autostart'), ...ofVm }),
  'enable-autostart': z.object({ ...kind('enable-autostart'), ...ofVm }),
  'await-landing': z.object({ ...kind('await-landing'), ...ofVm, keys, disks, pace }),
  'dismiss-unit': z.object({ ...kind('dismiss-unit'), ...ofVm }),
  'migrate-domain': z.object({
    ...kind('migrate-domain'),
    ...ofVm,
    ...{ keys, destination: blade, ...way },
    emulator: line.exactOptional(),
  }),
  'hold-landing': z.object({ ...kind('hold-landing'), ...ofVm, keys }),
  'ask-source': z.object({ ...kind('ask-source'), ...ofVm, pace, landing: answerRef, ...way }),
  'take-landing': z.object({ ...kind('take-landing'), ...ofVm, pace, source: answerRef, keys, disks }),
  'clear-source': z.object({ ...kind('clear-source'), ...ofVm, keys }),
  'drop-landing': z.object({ ...kind('drop-landing'), ...ofVm }),
  'give-back': z.object({ ...kind('give-back'), ...ofVm, pace, keys }),
  'record-documents': z.object({
    ...kind('record-documents'),
    changes: z.array(
      z.union([
        z.object({ document, from: document, wwid: named(wwid), set: z.array(field) }),
        z.object({ document, set: z.array(field) }),
        z.object({ document, text: xml }),
        z.object({ document, gone: z.literal(true) }),
      ]),
    ),
    rendered: z.array(blade),
    message: z.string().max(1000),
  }),
} as const satisfies Kinds<Action>
