/**
 * The procedures of libvirt's remote program that we call: their numbers, what they take and what they give.
 * May come in: a procedure when something needs it. May not: the hundreds that nothing needs.
 * Source: remote_procedure of libvirt (numbers and orders are interface facts, never changed once released)
 */
import type { Reader, Writer } from '#xdr'
import { type DomainRef, readDomainRef, writeDomainRef, writeUuid } from './domain-ref.ts'
import { readParameters, type TypedParameters, writeParameters } from './typed-parameter.ts'

export type Procedure<Arguments, Result> = {
  readonly name: string
  readonly number: number
  readonly write: (writer: Writer, values: Arguments) => void
  readonly read: (reader: Reader) => Result
}

/** Source: REMOTE_DOMAIN_LIST_MAX */
const MOST_DOMAINS = 16384
/** Source: REMOTE_MIGRATE_COOKIE_MAX */
const LONGEST_COOKIE_BYTES = 4 * 1024 * 1024

type OnDomain = { readonly domain: DomainRef }
type Flags = { readonly flags: number }

/** Which emulator and machine a question is about; undefined leaves it to libvirt. */
export type EmulatorChoice = {
  readonly emulator?: string
  readonly arch?: string
  readonly machine?: string
  readonly virtType?: string
}

export type JobInfo = {
  readonly type: number
  readonly timeElapsedMs: bigint
  readonly timeRemainingMs: bigint
  readonly dataTotalBytes: bigint
  readonly dataProcessedBytes: bigint
  readonly dataRemainingBytes: bigint
  readonly memoryTotalBytes: bigint
  readonly memoryProcessedBytes: bigint
  readonly memoryRemainingBytes: bigint
  readonly fileTotalBytes: bigint
  readonly fileProcessedBytes: bigint
  readonly fileRemainingBytes: bigint
}

const nothing = (): void => {}
const onDomain = (writer: Writer, { domain }: OnDomain): void => writeDomainRef(writer, domain)
const onDomainWithFlags = (writer: Writer, { domain, flags }: OnDomain & Flags): void => {
  writeDomainRef(writer, domain)
  writer.uint32(flags)
}
const text = (reader: Reader): string => reader.text()

function procedure<Arguments, Result>(
  number: number,
  name: string,
  write: (writer: Writer, values: Arguments) => void,
  read: (reader: Reader) => Result,
): Procedure<Arguments, Result> {
  return { number, name, write, read }
}

function readJobInfo(r: Reader): JobInfo {
  return {
    type: r.int32(),
    timeElapsedMs: r.uint64(),
    timeRemainingMs: r.uint64(),
    dataTotalBytes: r.uint64(),
    dataProcessedBytes: r.uint64(),
    dataRemainingBytes: r.uint64(),
    memoryTotalBytes: r.uint64(),
    memoryProcessedBytes: r.uint64(),
    memoryRemainingBytes: r.uint64(),
    fileTotalBytes: r.uint64(),
    fileProcessedBytes: r.uint64(),
    fileRemainingBytes: r.uint64(),
  }
}

function writeChoice(writer: Writer, choice: EmulatorChoice): void {
  for (const value of [choice.emulator, choice.arch, choice.machine, choice.virtType])
    writer.optional(value, (w, v) => w.text(v))
}

export const procedures = {
  open: procedure(
    1,
    'open',
    (w, { uri, flags }: { readonly uri: string } & Flags) => {
      w.optional(uri, (writer, value) => writer.text(value))
      w.uint32(flags)
    },
    nothing,
  ),
  close: procedure(2, 'close', nothing, nothing),
  capabilities: procedure(7, 'capabilities', nothing, text),
  xml: procedure(14, 'domain XML', onDomainWithFlags, text),
  lookupByName: procedure(23, 'look up by name', (w, name: string) => w.text(name), readDomainRef),
  lookupByUuid: procedure(24, 'look up by uuid', (w, uuid: string) => writeUuid(w, uuid), readDomainRef),
  resume: procedure(28, 'resume', onDomain, nothing),
  suspend: procedure(34, 'suspend', onDomain, nothing),
  hostname: procedure(59, 'hostname', nothing, text),
  supportsFeature: procedure(
    60,
    'supports feature',
    (w, feature: number) => w.int32(feature),
    (r) => r.int32() !== 0,
  ),
  authList: procedure(66, 'list authentications', nothing, (r) => r.array(20, (reader) => reader.int32())),
  authPolkit: procedure(70, 'authenticate by polkit', nothing, (r) => r.int32()),
  libVersion: procedure(157, 'libvirt version', nothing, (r) => r.uint64()),
  jobInfo: procedure(163, 'job info', onDomain, readJobInfo),
  abortJob: procedure(164, 'abort job', onDomain, nothing),
  create: procedure(196, 'start', onDomainWithFlags, readDomainRef),
  state: procedure(212, 'domain state', onDomainWithFlags, (r) => ({ state: r.int32(), reason: r.int32() })),
  undefine: procedure(231, 'undefine', onDomainWithFlags, nothing),
  destroy: procedure(234, 'destroy', onDomainWithFlags, nothing),
  blockResize: procedure(
    251,
    'resize block device',
    (w, v: OnDomain & Flags & { readonly disk: string; readonly sizeBytes: bigint }) => {
      writeDomainRef(w, v.domain)
      w.text(v.disk)
      w.uint64(v.sizeBytes)
      w.uint32(v.flags)
    },
    nothing,
  ),
  shutdown: procedure(258, 'shut down', onDomainWithFlags, nothing),
  listAllDomains: procedure(
    273,
    'list domains',
    (w, { flags }: Flags) => {
      w.int32(1) // wants the list, not only its length
      w.uint32(flags)
    },
    (r) => {
      const domains = r.array(MOST_DOMAINS, readDomainRef)
      r.uint32() // their number once more
      return domains
    },
  ),
  jobStats: procedure(298, 'job statistics', onDomainWithFlags, (r) => ({
    type: r.int32(),
    parameters: readParameters(r),
  })),
  migrate: procedure(
    305,
    'migrate',
    (w, v: OnDomain & Flags & { readonly destinationUri: string; readonly parameters: TypedParameters }) => {
      writeDomainRef(w, v.domain)
      w.optional(v.destinationUri, (writer, value) => writer.text(value))
      writeParameters(w, v.parameters)
      w.opaque(new Uint8Array(0)) // the cookie of a migration in steps; a peer-to-peer one has none
      w.uint32(v.flags)
    },
    (r) => {
      r.opaque(LONGEST_COOKIE_BYTES)
    },
  ),
  registerEvent: procedure(
    316,
    'register for events',
    (w, v: { readonly eventNumber: number; readonly domain: DomainRef | undefined }) => {
      w.int32(v.eventNumber)
      w.optional(v.domain, writeDomainRef)
    },
    (r) => r.int32(),
  ),
  deregisterEvent: procedure(317, 'deregister from events', (w, callbackId: number) => w.int32(callbackId), nothing),
  domainCapabilities: procedure(
    342,
    'domain capabilities',
    (w, { choice, flags }: { readonly choice: EmulatorChoice } & Flags) => {
      writeChoice(w, choice)
      w.uint32(flags)
    },
    text,
  ),
  allDomainStats: procedure(
    344,
    'statistics of all domains',
    (w, v: { readonly stats: number } & Flags) => {
      w.array([], nothing) // of all, not of some
      w.uint32(v.stats)
      w.uint32(v.flags)
    },
    (r) => r.array(MOST_DOMAINS, (reader) => ({ domain: readDomainRef(reader), parameters: readParameters(reader) })),
  ),
  define: procedure(
    350,
    'define',
    (w, v: { readonly xml: string } & Flags) => {
      w.text(v.xml)
      w.uint32(v.flags)
    },
    readDomainRef,
  ),
  startPostCopy: procedure(364, 'switch to post-copy', onDomainWithFlags, nothing),
  compareHypervisorCpu: procedure(
    393,
    'compare processor',
    (w, v: { readonly choice: EmulatorChoice; readonly xml: string } & Flags) => {
      writeChoice(w, v.choice)
      w.text(v.xml)
      w.uint32(v.flags)
    },
    (r) => r.int32(),
  ),
} as const
