/** Takes a domain over: from a file, as an administrator has written it, or from a blade, as it is defined there. */
import { randomUUID } from 'node:crypto'
import { createReadStream, existsSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Domain, managedDomain, parseDomain, withUuid } from '@anyblade/domain-xml'
import {
  type Alias,
  alias,
  type BladeName,
  domainsOf,
  EngineError,
  excuse,
  type Fleet,
  look,
  NOTHING,
} from '@anyblade/engine'
import type { Context } from '../context.ts'
import type { PlanFlags } from '../flags.ts'
import { guarded } from '../guarded.ts'
import { newVm, parseBlade } from '../names.ts'
import { type Session, withHands } from '../session.ts'
import { goTheRoad } from '../walk.ts'
import { homeOf } from './home.ts'

type AdoptFlags = PlanFlags & { readonly home?: string }

export function adopt(this: Context, flags: AdoptFlags, what: string): Promise<void> {
  return guarded(this, flags, () =>
    goTheRoad(this, flags, `adopt ${what}`, async (session) => {
      const { xml, home } = await found(this, flags, session, what)
      const { text, notes } = managedDomain(withUuidOf(xml))
      for (const note of notes) this.process.stderr.write(`note: ${note.sentence}\n`)
      const domain = parseDomain(text)
      return {
        kind: 'define-vm',
        vm: newVm(domain.name),
        uuid: domain.uuid ?? randomUUID(),
        xml: text,
        home,
        volumes: volumesOf(session.fleet, domain),
      }
    }),
  )
}

const withUuidOf = (xml: string): string => (parseDomain(xml).uuid === undefined ? withUuid(xml, randomUUID()) : xml)

type Found = { readonly xml: string; readonly home: BladeName }

const MAX_BYTES = 4 * 1024 * 1024

async function found(context: Context, flags: AdoptFlags, session: Session, what: string): Promise<Found> {
  const file = resolve(context.cwd, what)
  const [, name, blade] = /^([^@/]+)@([^@/]+)$/.exec(what) ?? []
  if (name !== undefined && blade !== undefined && !existsSync(file))
    return defined(session, name, parseBlade(session.fleet, blade))
  if (!existsSync(file))
    throw new EngineError('intent-invalid', {
      attempted: `adopt ${what}`,
      found: 'there is no such file',
      hint: 'name a file of domain XML, or a domain on a blade as NAME@BLADE',
    })
  if (statSync(file).isDirectory())
    throw new EngineError('intent-invalid', {
      attempted: `adopt ${what}`,
      found: 'it is a directory',
      hint: 'name the file of one domain’s XML',
    })
  return { xml: await textOf(file, what), home: homeOf(session.fleet, flags.home) }
}

/** No more than is allowed is read, whatever the file is. */
async function textOf(file: string, what: string): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of createReadStream(file, { end: MAX_BYTES })) chunks.push(chunk)
  const bytes = Buffer.concat(chunks)
  if (bytes.length <= MAX_BYTES) return bytes.toString('utf8')
  throw new EngineError('intent-invalid', {
    attempted: `read ${what}`,
    found: `more than ${MAX_BYTES} bytes`,
    hint: 'a domain’s XML is a few KiB',
  })
}

async function defined(session: Session, name: string, blade: BladeName): Promise<Found> {
  const question = { blades: new Map([[blade, { ...NOTHING, domains: true }]]), arrays: [] }
  const survey = await withHands(session, ({ fleet, hands }) =>
    look(fleet, question, hands, new AbortController().signal),
  )
  const domains = domainsOf(survey, blade)
  const domain = domains?.find((candidate) => candidate.name === name)
  if (domain !== undefined) return { xml: domain.xml, home: blade }
  const names = domains?.map((candidate) => candidate.name).join(', ')
  throw new EngineError(domains === undefined ? 'blade-unreachable' : 'intent-invalid', {
    attempted: `find the domain ${name} on ${blade}`,
    found: domains === undefined ? excuse(survey.blades.get(blade)) : `it has ${names || 'no domain'}`,
    hint: `virsh list --all, on ${blade}`,
  })
}

const MAPPER = '/dev/mapper/'

/** Every writable disk must be a volume of the fleet by its alias: nothing else is the same thing on all blades. */
function volumesOf(fleet: Fleet, domain: Domain): Alias[] {
  return domain.disks.flatMap((disk) => {
    if (disk.source.kind === 'none' || disk.device !== 'disk') return []
    const path = 'path' in disk.source ? disk.source.path : disk.source.kind
    const name = path.startsWith(MAPPER) ? alias(path.slice(MAPPER.length)) : undefined
    if (name !== undefined && fleet.volumes.has(name)) return [name]
    throw new EngineError('intent-invalid', {
      attempted: `find the volume behind the disk ${disk.target.dev} of ${domain.name}`,
      found: `line ${disk.place.line}, column ${disk.place.column}: ${path}`,
      hint: `use /dev/mapper/ALIAS of a volume: ${[...fleet.volumes.keys()].join(', ') || 'there is none yet'}`,
    })
  })
}
