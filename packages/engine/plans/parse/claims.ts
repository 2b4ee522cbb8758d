/** A claim out of a journal; a kind that is missing here stops the type checker. */
import { z } from 'zod'
import type { Claim } from '#findings'
import { array, blade, type Kinds, key, kind, line, lun, ofVm, size, tag, vm, volume, wwidRef } from './fields.ts'

const volumeClaim = z.object({ alias: volume, wwid: wwidRef, size })
const onBlade = { blade, volume: volumeClaim }
const host = <Kind extends string>(name: Kind) =>
  z.object({ ...kind(name), blade, vm, from: blade.optional() }).transform(({ from, ...rest }) => ({ ...rest, from }))

export const claims = {
  answers: z.object({ ...kind('answers'), blade }),
  room: z.object({ ...kind('room'), array, volume, size, tag }),
  'lun-free': z.object({ ...kind('lun-free'), blade, array, lun }),
  visible: z.object({ ...kind('visible'), ...onBlade, array, lun }),
  'alias-free': z
    .object({ ...kind('alias-free'), blade, alias: volume, wwid: wwidRef.optional() })
    .transform(({ wwid, ...rest }) => ({ ...rest, wwid })),
  identity: z.object({ ...kind('identity'), ...onBlade }),
  redundancy: z.object({ ...kind('redundancy'), ...onBlade, fabrics: z.int().positive() }),
  reservation: z.object({
    ...kind('reservation'),
    ...onBlade,
    key,
    type: z.union([z.literal(5), z.literal(7)]),
    besides: z.array(key),
  }),
  'error-policy': z.object({ ...kind('error-policy'), blade, vm }),
  domain: z.object({
    ...kind('domain'),
    ...ofVm,
    wanted: z.enum(['absent', 'running', 'active', 'off', 'not running', 'any']),
  }),
  'disk-unused': z.object({ ...kind('disk-unused'), blade, volume, except: line }),
  network: host('network'),
  emulator: host('emulator'),
  processor: host('processor'),
  'boot-files': host('boot-files'),
} as const satisfies Kinds<Claim>
