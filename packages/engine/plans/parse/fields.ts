/** The values that stand in journaled plans, each checked for its form; see plan.ts. */
import { parseKey } from '@anyblade/scsi'
import { z } from 'zod'
import { ENCRYPTIONS } from '#actions'
import { alias, arrayName, type Bytes, bladeName, lunNumber, vmName, wwid, wwpn } from '#documents'

export function named<Out>(read: (value: string) => Out | undefined) {
  return z.string().transform((value, ctx) => {
    const out = read(value)
    if (out !== undefined) return out
    ctx.addIssue({ code: 'custom', message: `"${value.slice(0, 60)}" is not what belongs here` })
    return z.NEVER
  })
}

export const blade = named(bladeName)
export const array = named(arrayName)
export const volume = named(alias)
export const vm = named(vmName)
export const port = named(wwpn)
export const ports = z.array(port).max(10_000)
export const key = named((value) => (/^[0-9a-f]{16}$/.test(value) ? parseKey(value)?.key : undefined))
export const uuid = z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
export const size = z
  .int()
  .nonnegative()
  .transform((n) => n as Bytes)
export const line = z.string().regex(/^[^\n\r\0]{0,1000}$/)
export const xml = z.string().max(1024 * 1024)
/** Files whole, one character a byte. */
export const configFiles = z.array(z.object({ path: line, text: z.string().max(8 * 1024 * 1024) })).max(1000)
export const ofStep = z.object({ ofStep: z.int().positive() })
export const wwidRef = z.union([named(wwid), ofStep])
export const answerRef = z.union([z.string().regex(/^[a-z-]{1,20}$/), z.object({ answerOf: z.int().positive() })])
export const lun = z.int().transform((n, ctx) => {
  const out = lunNumber(n)
  if (out !== undefined) return out
  ctx.addIssue({ code: 'custom', message: `${n} is no LUN number` })
  return z.NEVER
})
/** An operator's own text for one shell. */
export const command = z
  .string()
  .min(1)
  .max(8192)
  .regex(/^[^\0]*$/)
export const seconds = z.int().positive().max(1_000_000)
export const pace = z.enum(['running', 'paused'])
export const by = z.enum(['io-error', 'either'])
export const how = z.enum(['shutdown', 'destroy'])
export const tag = z.string().regex(/^[A-Za-z0-9_.-]{1,200}$/)

export type Kinds<Union extends { readonly kind: string }> = {
  readonly [Kind in Union['kind']]: z.ZodType<Union & { readonly kind: Kind }>
}

const lasting = z.number().nonnegative().max(1e6)
const wishes = {
  slows: z.literal(true).exactOptional(),
  withinSeconds: lasting.exactOptional(),
  bandwidthMibPerSecond: z.int().positive().exactOptional(),
  connections: z.int().positive().max(255).exactOptional(),
  compresses: z.literal(true).exactOptional(),
  postCopy: z.literal(true).exactOptional(),
  encrypted: z.enum(ENCRYPTIONS).exactOptional(),
}
export const transferWishes = z.object({ ...wishes, pauseMs: z.int().positive().exactOptional() })
export const transfer = z.object({
  ...wishes,
  pausesMs: z.array(z.int().positive()).min(1).max(100),
  patience: z.object({ passes: z.int().positive(), seconds: lasting }),
})

export const ofVm = { blade, vm, uuid }
export const kind = <Kind extends string>(name: Kind) => ({ kind: z.literal(name) })

/** One of these, by its `kind`: the others are not tried, for there are many, and a plan has thousands of such places. */
export function oneOf<Schema extends z.core.$ZodTypeDiscriminable>(schemas: Readonly<Record<string, Schema>>) {
  const [first, ...others] = Object.values(schemas)
  if (first === undefined) throw new RangeError('none to choose from')
  return z.discriminatedUnion('kind', [first, ...others])
}
