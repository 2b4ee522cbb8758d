/** A claim out of a journal; a kind that is missing here stops the type checker. */
import { z } from 'zod'
import { wwid } from '#documents'
import { BASELINE_PARTS, type Claim } from '#findings'
import {
  array,
  blade,
  by,
  configFiles,
  type Kinds,
  key,
  kind,
  line,
  lun,
  named,
  ofVm,
  size,
  tag,
  transfer,
  vm,
  volume,
  wwidRef,
} from './fields.ts'

const volumeClaim = z.object({ alias: volume, wwid: wwidRef, size })
const onBlade = { blade, volume: volumeClaim }
const place = z.object({ device: line, vlan: z.int().min(0).max(4095) })
const host = <Kind extends string>(name: Kind) =>
  z.object({ ...kind(name), blade, vm, from: blade.optional() }).transform(({ from, ...rest }) => ({ ...rest, from }))

export const claims = {
  answers: z.object({ ...kind('answers'), blade, fencedToo: z.literal(true).exactOptional() }),
  agent: z.object({ ...kind('agent'), blade }),
  room: z.object({ ...kind('room'), array, volumes: z.array(z.object({ volume, size, tag })).min(1).max(1000) }),
  'lun-free': z.object({ ...kind('lun-free'), blade, array, lun }),
  visible: z.object({ ...kind('visible'), ...onBlade, array, lun }),
  withdrawn: z.object({ ...kind('withdrawn'), ...onBlade, array, lun }),
  'none-came': z.object({ ...kind('none-came'), blade, volumes: z.array(volume).max(10_000) }),
  'alias-free': z
    .object({ ...kind('alias-free'), blade, alias: volume, wwid: wwidRef.optional() })
    .transform(({ wwid, ...rest }) => ({ ...rest, wwid })),
  'alias-held': z.object({ ...kind('alias-held'), ...onBlade }),
  fresh: z.object({ ...kind('fresh'), blade, volumes: z.array(volume).max(10_000).exactOptional() }),
  purgeable: z.object({ ...kind('purgeable'), blade, volumes: z.array(volume).max(10_000) }),
  alike: z.object({ ...kind('alike'), volume: volumeClaim, blades: z.array(blade).max(1000) }),
  aliases: z.object({ ...kind('aliases'), blade, among: z.array(blade).max(1000) }),
  identity: z.object({ ...kind('identity'), ...onBlade }),
  redundancy: z.object({
    ...kind('redundancy'),
    ...onBlade,
    fabrics: z.int().positive(),
    anyMap: z.literal(true).exactOptional(),
  }),
  adoptable: z
    .object({
      ...kind('adoptable'),
      array,
      volume,
      wwid: named(wwid),
      tag,
      lun: lun.optional(),
      size: size.optional(),
    })
    .transform(({ lun, size, ...rest }) => ({ ...rest, lun, size })),
  undisturbed: z.object({ ...kind('undisturbed'), blade, alias: volume, wwid: named(wwid), mayRun: z.boolean() }),
  unreserved: z.object({ ...kind('unreserved'), ...onBlade }),
  reservation: z.object({
    ...kind('reservation'),
    ...onBlade,
    key,
    besides: z.array(key),
  }),
  reassertable: z.object({ ...kind('reassertable'), ...onBlade, key }),
  'key-file': z.object({ ...kind('key-file'), ...onBlade }),
  deletable: z.object({ ...kind('deletable'), volume }),
  whole: z.object({ ...kind('whole'), ...onBlade }),
  idle: z.object({ ...kind('idle'), ...onBlade, array, lun }),
  'names-kept': z.object({ ...kind('names-kept'), blade, files: configFiles }),
  'name-free': z.object({ ...kind('name-free'), blade, alias: volume }),
  renameable: z.object({ ...kind('renameable'), blade, volume }),
  'paths-up': z.object({ ...kind('paths-up'), blade }),
  'alias-ours': z.object({ ...kind('alias-ours'), ...onBlade }),
  unheld: z.object({ ...kind('unheld'), ...onBlade }),
  'no-host-disk': z.object({ ...kind('no-host-disk'), ...onBlade }),
  timers: z.object({ ...kind('timers'), blade }),
  initramfs: z.object({ ...kind('initramfs'), blade }),
  'baseline-known': z.object({ ...kind('baseline-known'), blade }),
  baseline: z.object({ ...kind('baseline'), blade, parts: z.array(z.enum(BASELINE_PARTS)) }),
  writer: z.object({ ...kind('writer'), blade, vm, doing: z.enum(['start', 'move']) }),
  barred: z.object({ ...kind('barred'), ...onBlade, other: blade }),
  holder: z.object({ ...kind('holder'), volume: volumeClaim, other: blade, candidates: z.array(blade).max(1000) }),
  'on-array': z.object({ ...kind('on-array'), array, volume: volumeClaim, tag }),
  hidden: z.object({ ...kind('hidden'), array, volume: volumeClaim, other: blade }),
  autostart: z.object({ ...kind('autostart'), ...ofVm }),
  'error-policy': z.object({ ...kind('error-policy'), blade, vm }),
  domain: z.object({
    ...kind('domain'),
    ...ofVm,
    wanted: z.enum(['absent', 'running', 'active', 'off', 'not running', 'present', 'any']),
  }),
  converges: z.object({ ...kind('converges'), ...ofVm, to: blade, way: line, transfer }),
  'logs-in': z.object({ ...kind('logs-in'), blade, to: blade, host: line }),
  'login-known': z.object({ ...kind('login-known'), blade, to: blade, host: line }),
  'credentials-known': z.object({ ...kind('credentials-known'), blade }),
  'post-copy': z.object({ ...kind('post-copy'), blade, vm, unkept: z.array(volume).max(1000) }),
  paused: z.object({ ...kind('paused'), ...ofVm, by }),
  kept: z.object({ ...kind('kept'), ...onBlade, vm, key }),
  'disk-unused': z.object({
    ...kind('disk-unused'),
    blade,
    volume,
    except: line,
    evenOff: z.literal(true).exactOptional(),
  }),
  segment: z.object({ ...kind('segment'), blade, vm, from: blade, places: z.array(place).max(1000) }),
  network: host('network'),
  emulator: z
    .object({
      ...kind('emulator'),
      ...{ blade, vm, from: blade.optional() },
      runs: z.object({ emulator: line, virtType: line, arch: line, machine: line }).exactOptional(),
    })
    .transform(({ from, ...rest }) => ({ ...rest, from })),
  processor: host('processor'),
  'machine-type': host('machine-type'),
  memory: host('memory'),
  'local-devices': z
    .object({
      ...kind('local-devices'),
      ...{ blade, vm, from: blade.optional() },
      media: z.array(line).max(1000),
      ejects: z.literal(true).exactOptional(),
    })
    .transform(({ from, ...rest }) => ({ ...rest, from })),
  'left-behind': z.object({ ...kind('left-behind'), vm, from: blade, mayBeLost: z.boolean() }),
  'boot-files': host('boot-files'),
} as const satisfies Kinds<Claim>
