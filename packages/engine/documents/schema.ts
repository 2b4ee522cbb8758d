/**
 * The documents of a fleet: what stands in each, and how its text becomes a typed value.
 * May come in: YAML read with the failsafe schema, so every scalar is text: a WWID of digits only is never a number.
 * May not: a default that decides something an operator should have said.
 */
import { z } from 'zod'
import { alias, arrayName, bladeName, fabricName, lunNumber, NAME, switchName, vmName, wwid, wwpn } from './names.ts'
import { formatSize, parseExactSize } from './size.ts'

/** A piece of text that `read` understands; `what` says what it should have been. */
function text<Out>(read: (value: string) => Out | undefined, what: string, pattern?: string) {
  return z
    .string(`must be text: ${what}`)
    .meta({ description: what, ...(pattern === undefined ? {} : { pattern }) })
    .transform((value, ctx) => {
      const out = read(value)
      if (out !== undefined) return out
      ctx.addIssue({ code: 'custom', message: `"${value.slice(0, 60)}" is not ${what}` })
      return z.NEVER
    })
}

const aName = 'a name of letters, digits, ".", "_" and "-"'
const blade = text(bladeName, `a blade: ${aName}`, NAME.source)
const array = text(arrayName, `an array: ${aName}`, NAME.source)
const volume = text(alias, `a volume: ${aName}`, NAME.source)
const fabric = text(fabricName, `a fabric: ${aName}`, NAME.source)
const guest = text(vmName, `a VM: ${aName}`, NAME.source)
/** A name that documents have in common and that is nobody's own, such as a chassis's. */
export const groupName = (typed: string): string | undefined => (NAME.test(typed) ? typed : undefined)
const group = (what: string) => text(groupName, `${what}: ${aName}`, NAME.source)
const port = text(wwpn, 'a WWPN of 16 hex digits, with or without colons')
const flag = text((v) => (v === 'true' ? true : v === 'false' ? false : undefined), 'true or false')
const count = text((v) => (/^[1-9]\d{0,5}$/.test(v) ? Number(v) : undefined), 'a whole number from 1 on')
/** A whole number of so many bits, from 1 on. */
const numberOfBits = (bits: number) =>
  text(
    (v) => (/^[1-9]\d{0,9}$/.test(v) && Number(v) < 2 ** bits ? Number(v) : undefined),
    `a whole number from 1 to ${2 ** bits - 1}`,
  )
const size = text((v) => {
  try {
    return parseExactSize(v)
  } catch {
    return undefined
  }
}, 'a size such as 20 GiB, in whole blocks of 512 bytes')
const uuidText = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const uuid = text((v) => (uuidText.test(v) ? v : undefined), 'a uuid in lower case', uuidText.source)
const destinationText = /^[A-Za-z0-9_.@:[\]%-]{1,255}$/
/** Goes to ssh as one argument: never an option, never a blank. */
export const sshDestination = (typed: string): string | undefined =>
  destinationText.test(typed) && !typed.startsWith('-') ? typed : undefined
const destination = text(sshDestination, 'an ssh destination such as root@blade1')
const poolText = /^[\w.+-]+\/[\w.+-]+$/
export const thinPool = (typed: string): string | undefined => (poolText.test(typed) ? typed : undefined)
const line = z.string('must be text').regex(/^[^\n\r\0]{1,1000}$/, 'must be one line')

/** A word that goes to a program as one argument. */
const word = (what: string) => text((v) => (/^[A-Za-z0-9_.:@/][A-Za-z0-9_.:@/-]{0,254}$/.test(v) ? v : undefined), what)
const words = text(
  (v) => (/^[\w./=:@,+-]+( [\w./=:@,+-]+)*$/.test(v) && v.length <= 1000 ? v.split(' ') : undefined),
  'a command of plain words, without quotes',
)
/** `switch`: which of the fabric's it is plugged into; blades can't tell that. */
const onFabric = z.strictObject({
  wwpn: port,
  fabric,
  switch: text(switchName, `a switch: ${aName}`, NAME.source).optional(),
})

/** Whose hand writes our file on blades: our own, or that of puppet's agent there. */
const puppetSchema = z.strictObject({
  module: line.regex(/(^|\/)anyblade$/, 'must end with the name of the module: anyblade').meta({
    description:
      'the directory of the module anyblade in a working copy of the control repository, relative to the fleet',
  }),
  agent: words.meta({ description: 'the command that runs the agent once on a blade' }).optional(),
  seconds: count.meta({ description: 'how long a run of the agent may take; 300 where it is left out' }).optional(),
})

export const fleetSchema = z
  .strictObject({
    name: text((v) => (NAME.test(v) ? v : undefined), `the fleet's name: ${aName}`, NAME.source),
    id: text(
      (v) => (/^[0-9a-f]{4}$/.test(v) ? v : undefined),
      'four hex digits that mark what is this fleet’s own: on arrays and in reservation keys',
    ),
    fabrics: z.array(fabric).min(1),
    ssh_config: line.meta({ description: 'an OpenSSH client configuration, relative to the fleet' }).optional(),
    delivery: z.enum(['push', 'puppet'], 'must be push or puppet').optional(),
    puppet: puppetSchema.optional(),
    policies: z
      .strictObject({
        fabrics: count.meta({ description: 'fabrics a volume must be reached through' }).optional(),
        migrations: count
          .meta({ description: 'migrations at once out of a blade, and as many into one; 2 where it is left out' })
          .optional(),
        vcpus: count
          .meta({
            description:
              'virtual processors for each processor of a blade that guests may be moved to; no limit where it is left out',
          })
          .optional(),
        batch: count
          .meta({
            description: 'blades whose configuration is changed at once, after a first one; 8 where it is left out',
          })
          .optional(),
      })
      .optional(),
  })
  .superRefine((fleet, ctx) => {
    if (fleet.delivery !== 'puppet' || fleet.puppet !== undefined) return
    ctx.addIssue({ code: 'custom', path: ['delivery'], message: 'puppet needs puppet.module: where its module lies' })
  })

/** A service processor that is told by ipmitool, run on a host that reaches it. The password is in a file there. */
const powerSchema = z.strictObject({
  driver: z.enum(['ipmitool'], 'must be ipmitool'),
  host: destination,
  bmc: word('the service processor’s name or address'),
  user: word('a user of the service processor'),
  password_file: text(
    (v) => (/^\/[\w./-]{1,250}$/.test(v) ? v : undefined),
    'the absolute path of a file on that host',
  ),
})

export const bladeSchema = z.strictObject({
  ssh: destination,
  machine_id: text((v) => (/^[0-9a-f]{32}$/.test(v) ? v : undefined), 'a machine-id of 32 hex digits'),
  /**
   * How other blades reach its libvirtd, and where the memory of guests goes; left out: the ssh destination's host, and the
   * host name that its libvirt has.
   */
  migration_host: destination.optional(),
  /** The blade's half of its reservation keys; a blade without one can't hold a volume against others. */
  key: numberOfBits(16).optional(),
  ports: z.array(onFabric),
  bridges: z.array(line).optional(),
  /** What it shares power and cooling with: guests that keep apart do so across these where they can. */
  chassis: group('a chassis').optional(),
  /** Shut out of its volumes and not taken back yet: nothing is planned for it. */
  fenced: flag.optional(),
  /** Who its agent is to puppet; the blade's name where it is left out. */
  certname: text(
    (v) => (/^[a-z0-9][a-z0-9._-]{0,252}$/.test(v) ? v : undefined),
    'a certname of puppet: lower-case letters, digits, ".", "_" and "-"',
  ).optional(),
  /** What cuts its power; without it a fence ends at the array. */
  power: powerSchema.optional(),
})

const targetPorts = z
  .array(
    onFabric.extend({
      controller: text(
        (v) => (NAME.test(v) ? v : undefined),
        `the controller that the port is of: ${aName}`,
        NAME.source,
      ).optional(),
    }),
  )
  .min(1)
const failover = count
  .meta({ description: 'seconds until its other controller, or itself after a restart, answers again' })
  .optional()

export const arraySchema = z.discriminatedUnion(
  'driver',
  [
    z.strictObject({
      driver: z.literal('lio'),
      ssh: destination,
      pool: text(thinPool, 'a thin pool, as VG/LV'),
      failover,
      ports: targetPorts,
    }),
    /** Nobody speaks to it: what it has is what an operator typed into its volumes' documents. */
    z.strictObject({ driver: z.literal('manual'), failover, ports: targetPorts }),
  ],
  'must be lio or manual',
)

export const WRITERS = ['array', 'guest', 'shared', 'lease', 'none'] as const
/**
 * Who keeps a volume to one writer: the array, by our reservation; the guest, by its own; nobody, for several are meant
 * to write (shared); libvirt, by a lease; nobody (none).
 */
export type WriterClass = (typeof WRITERS)[number]

export const volumeSchema = z
  .strictObject({
    wwid: text(wwid, 'a WWID as INQUIRY gives it, at most 127 characters'),
    size,
    array,
    lun: text((v) => (/^\d{1,5}$/.test(v) ? lunNumber(Number(v)) : undefined), 'a LUN number from 1 to 16383'),
    writer: z.enum(WRITERS, 'must be array, guest, shared, lease or none'),
    /** The blade under whose key it is reserved while its writer is the array. */
    home: blade.optional(),
    /** Of that key; a new one each time the reservation passes to a blade. */
    generation: numberOfBits(32).optional(),
    protected: flag,
    /** Out of use: on no blade, but still on the array (aside), or not even there (purged). Its name and number are kept. */
    state: z.enum(['aside', 'purged'], 'must be aside or purged').optional(),
    /** Its names before, oldest first: under the first one its array has it, and none is given to another volume. */
    formerly: z.array(volume).readonly().optional(),
  })
  .superRefine((volume, ctx) => {
    if (volume.writer !== 'array' || (volume.home !== undefined && volume.generation !== undefined)) return
    ctx.addIssue({
      code: 'custom',
      path: ['writer'],
      message: 'array needs a home and a generation: whose key, and which',
    })
  })

export const vmSchema = z.strictObject({
  uuid,
  volumes: z.array(volume).min(1).readonly(),
  home: blade,
  /** No two VMs of one such group on one blade. */
  anti_affinity: group('an anti-affinity group').optional(),
  /** Whether `fleet up` starts it; it does where this is left out. */
  shall_run: flag.optional(),
  /** VMs that `fleet up` starts before it. */
  start_after: z.array(guest).readonly().optional(),
})

const schemas = {
  fleet: fleetSchema,
  blades: bladeSchema,
  arrays: arraySchema,
  volumes: volumeSchema,
  vms: vmSchema,
} as const
export type DocumentKind = keyof typeof schemas

export type FleetDocument = z.output<typeof fleetSchema>
export type BladeDocument = z.output<typeof bladeSchema>
export type ArrayDocument = z.output<typeof arraySchema>
export type VolumeDocument = z.output<typeof volumeSchema>
export type VmDocument = z.output<typeof vmSchema>

/** `path` leads to the place in the document; the reader of the file turns it into line and column. */
export type Problem = { readonly path: readonly (string | number)[]; readonly message: string }
export type Checked<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problems: Problem[] }

/** Checks one document's tree against a schema. */
function checked<T>(schema: z.ZodType<T>, tree: unknown): Checked<T> {
  const result = schema.safeParse(tree)
  if (result.success) return { ok: true, value: result.data }
  const problems = result.error.issues.map((issue) => ({
    path: issue.path.map((step) => (typeof step === 'number' ? step : String(step))),
    message: issue.code === 'unrecognized_keys' ? `unknown: ${issue.keys.join(', ')}` : issue.message,
  }))
  return { ok: false, problems }
}

/** For each kind of document: its tree in, the typed document or its problems out. */
export const check = {
  fleet: (tree: unknown) => checked(fleetSchema, tree),
  blades: (tree: unknown) => checked(bladeSchema, tree),
  arrays: (tree: unknown) => checked(arraySchema, tree),
  volumes: (tree: unknown) => checked(volumeSchema, tree),
  vms: (tree: unknown) => checked(vmSchema, tree),
} as const

/** The JSON schema that editors check a document with while it is typed. */
export function jsonSchema(kind: DocumentKind): Record<string, unknown> {
  // one that may have several forms says of each of them what it is, and of itself nothing
  return { type: 'object', ...z.toJSONSchema(schemas[kind], { io: 'input' }) }
}

/** A volume's document as plain text values, in the order in which they are written. */
export function volumeFields(volume: VolumeDocument): Readonly<Record<string, string>> {
  return {
    wwid: volume.wwid,
    size: formatSize(volume.size),
    array: volume.array,
    lun: String(volume.lun),
    writer: volume.writer,
    ...(volume.home === undefined ? {} : { home: volume.home }),
    ...(volume.generation === undefined ? {} : { generation: String(volume.generation) }),
    protected: String(volume.protected),
    ...(volume.state === undefined ? {} : { state: volume.state }),
  }
}
