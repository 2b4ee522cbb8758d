/** An intent out of a journal; a kind that is missing here stops the type checker. */
import { z } from 'zod'
import { runId, WRITERS, wwid } from '#documents'
import type { Intent } from '../intent.ts'
import {
  array,
  blade,
  by,
  command,
  configFiles,
  how,
  type Kinds,
  kind,
  line,
  lun,
  named,
  seconds,
  size,
  transferWishes,
  uuid,
  vm,
  volume,
  xml,
} from './fields.ts'

const degraded = z.boolean()
const writer = z.enum(WRITERS).optional()

export const intents = {
  'create-volume': z
    .object({
      ...kind('create-volume'),
      volumes: z.array(z.object({ volume, size })).min(1).max(1000),
      array,
      writer,
      home: blade.optional(),
    })
    .transform(({ writer, home, ...rest }) => ({ ...rest, writer, home })),
  'adopt-volume': z
    .object({
      ...kind('adopt-volume'),
      ...{ volume, array, wwid: named(wwid), writer },
      ...{ lun: lun.optional(), size: size.optional(), home: blade.optional() },
    })
    .transform(({ lun, size, writer, home, ...rest }) => ({ ...rest, lun, size, writer, home })),
  'grow-volume': z.object({ ...kind('grow-volume'), volume, size }),
  'delete-volume': z.object({ ...kind('delete-volume'), volume }),
  'restore-volume': z.object({ ...kind('restore-volume'), volume }),
  'purge-volume': z.object({ ...kind('purge-volume'), volume }),
  'rescan-volumes': z.object({ ...kind('rescan-volumes'), volumes: z.array(volume).max(10_000), purge: z.boolean() }),
  'rename-volumes': z.object({
    ...kind('rename-volumes'),
    renames: z
      .array(z.object({ from: volume, to: volume }))
      .min(1)
      .max(1000),
  }),
  'define-vm': z.object({ ...kind('define-vm'), vm, uuid, xml, home: blade, volumes: z.array(volume) }),
  'start-vm': z.object({ ...kind('start-vm'), vm, degraded }),
  'start-vm-cold': z.object({
    ...kind('start-vm-cold'),
    ...{ vm, on: blade, degraded },
    eject: z.literal(true).exactOptional(),
    loseLocalState: z.literal(true).exactOptional(),
  }),
  'reassert-volume': z.object({ ...kind('reassert-volume'), volume }),
  'roll-out': z.object({ ...kind('roll-out'), blades: z.array(blade).min(1).max(1000), degraded }),
  'roll-back': z.object({
    ...kind('roll-back'),
    to: line,
    blades: z
      .array(z.object({ blade, files: configFiles }))
      .min(1)
      .max(1000),
    degraded,
  }),
  'baseline-blade': z.object({ ...kind('baseline-blade'), blade }),
  'fence-blade': z.object({ ...kind('fence-blade'), blade }),
  'return-blade': z.object({ ...kind('return-blade'), blade }),
  'remove-blade': z.object({ ...kind('remove-blade'), blade, keepBaseline: z.boolean() }),
  'roll-blade': z.object({
    ...kind('roll-blade'),
    roll: named(runId),
    stage: z.enum(['open', 'work', 'close']),
    blade,
    ...{ command, seconds, reboot: z.boolean(), vms: z.array(vm).max(10_000) },
  }),
  'trust-blades': z.object({ ...kind('trust-blades'), blades: z.array(blade).max(1000) }),
  'resume-vm': z.object({ ...kind('resume-vm'), vm, by, degraded }),
  'stop-vm': z.object({ ...kind('stop-vm'), vm, how }),
  'migrate-vm': z.object({
    ...kind('migrate-vm'),
    ...{ vm, to: blade, degraded },
    trustNetwork: z.literal(true).exactOptional(),
    eject: z.literal(true).exactOptional(),
    transfer: transferWishes.exactOptional(),
  }),
} as const satisfies Kinds<Intent>
