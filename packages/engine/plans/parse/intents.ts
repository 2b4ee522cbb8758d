/** An intent out of a journal; a kind that is missing here stops the type checker. */
import { z } from 'zod'
import type { Intent } from '../intent.ts'
import { array, blade, how, type Kinds, kind, size, uuid, vm, volume, xml } from './fields.ts'

const degraded = z.boolean()

export const intents = {
  'create-volume': z
    .object({
      ...kind('create-volume'),
      volume,
      size,
      array,
      writer: z.enum(['array', 'none']).optional(),
      home: blade.optional(),
    })
    .transform(({ writer, home, ...rest }) => ({ ...rest, writer, home })),
  'define-vm': z.object({ ...kind('define-vm'), vm, uuid, xml, home: blade, volumes: z.array(volume) }),
  'start-vm': z.object({ ...kind('start-vm'), vm, degraded }),
  'stop-vm': z.object({ ...kind('stop-vm'), vm, how }),
  'migrate-vm': z.object({ ...kind('migrate-vm'), vm, to: blade, degraded }),
} as const satisfies Kinds<Intent>
