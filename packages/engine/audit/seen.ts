/**
 * The world as blades, arrays and journals tell it, in the form that the promises are judged on; and what of it nobody
 * has told. May come in: a survey, what journals hold. May not: a guess where somebody was silent.
 */
import { DomainXmlError, parseDomain } from '@anyblade/domain-xml'
import { NO_KEY } from '@anyblade/scsi'
import { type BladeName, type Fleet, alias as parseAlias } from '#documents'
import type { BladeFacts, Facts, Guest, GuestDisk } from '#promises'
import { histories, type RunHistory } from '#run'
import {
  answerIn,
  type BladeReport,
  type Domain,
  excuse,
  nexusesOf,
  pathsIn,
  pathsOn,
  type Reading,
  type RunReport,
  registeredKeyOf,
  type Survey,
  sizeOf,
  wwidOf,
} from '#survey'
import { aliasesIn, explained, releaseIn } from '../config/aliases.ts'

export type JournalReadings = ReadonlyMap<BladeName, Reading<readonly RunReport[]>>

/** What was not told, by what it would have been needed for; each a line for people. */
export type Untold = {
  readonly domains: readonly string[]
  readonly disks: readonly string[]
  readonly writable: readonly string[]
  readonly maps: readonly string[]
  readonly arrays: readonly string[]
  readonly journals: readonly string[]
}

export type Seen = {
  readonly facts: Facts
  readonly runs: readonly RunHistory[]
  /** The plans' texts by run, as blades have them. */
  readonly plans: ReadonlyMap<string, string>
  readonly untold: Untold
}

const MAPS = '/dev/mapper/'

export function seenIn(fleet: Fleet, survey: Survey, journals: JournalReadings): Seen {
  const reports = [...survey.blades].flatMap(([blade, reading]) =>
    reading.state === 'read' ? [{ blade, report: reading.value }] : [],
  )
  const guests = reports.flatMap(({ blade, report }) =>
    (report.domains.state === 'read' ? report.domains.value : []).map((domain) => guestOf(survey, blade, domain)),
  )
  const read = [...journals].flatMap(([blade, reading]) =>
    reading.state === 'read' ? [[blade, reading.value] as const] : [],
  )
  const runs = histories(new Map(read))
  const luns = [...survey.arrays.values()].flatMap((reading) =>
    reading.state === 'read'
      ? reading.value.volumes.map(({ wwid, tag, mappings }) => ({
          wwid,
          tag,
          lunNumbers: mappings.map(({ lun }) => lun),
        }))
      : [],
  )
  const blades = reports.map(({ blade, report }) => bladeFacts(survey, blade, report))
  const facts: Facts = {
    fleet,
    guests,
    blades,
    luns,
    runs: runs.map(({ run, title, state }) => ({ run, title, state })),
  }
  const plans = new Map(read.flatMap(([, reports]) => reports.map(({ run, plan }) => [run, plan] as const)))
  return { facts, runs, plans, untold: untoldIn(survey, journals, facts) }
}

function guestOf(survey: Survey, blade: BladeName, { name, uuid, state, xml }: Domain): Guest {
  return { vm: name, uuid, blade, state, disks: mapsIn(xml).map((map) => diskOf(survey, blade, map)) }
}

function mapsIn(xml: string): string[] {
  try {
    return parseDomain(xml).disks.flatMap(({ source }) =>
      'path' in source && source.path.startsWith(MAPS) ? [source.path.slice(MAPS.length)] : [],
    )
  } catch (error) {
    if (error instanceof DomainXmlError) return []
    throw error
  }
}

function diskOf(survey: Survey, blade: BladeName, map: string): GuestDisk {
  const leadsTo = pathsIn(survey, blade, map).flatMap((path) => {
    const [wwid, size] = [wwidOf(path), sizeOf(path)]
    return wwid === undefined || size === undefined ? [] : [{ wwid, size }]
  })
  return { alias: map, leadsTo, writable: mayWrite(survey, blade, map) }
}

/** By the LUN's own word through the paths of this blade; undefined where one of them does not say. */
function mayWrite(survey: Survey, blade: BladeName, map: string): boolean | undefined {
  const name = parseAlias(map)
  const nexuses = name === undefined ? [] : nexusesOf(survey, blade, name)
  const answers = nexuses.map((nexus) => {
    const held = answerIn(nexus.said?.reservation)
    if (held === undefined) return undefined
    if (held.held === undefined) return true
    const key = registeredKeyOf(nexus)
    return key.state === 'read' ? key.value !== undefined && key.value !== NO_KEY : undefined
  })
  if (answers.includes(true)) return true
  return answers.length === 0 || answers.includes(undefined) ? undefined : false
}

function bladeFacts(survey: Survey, blade: BladeName, report: BladeReport): BladeFacts {
  return {
    blade,
    maps: report.maps.flatMap(({ name, wwid }) => (wwid === undefined ? [] : [{ alias: name, wwid }])),
    paths: pathsOn(survey, blade).flatMap((path) => {
      const wwid = wwidOf(path)
      return wwid === undefined ? [] : [{ lun: path.lun, wwid }]
    }),
    aliases: aliasesOf(report),
  }
}

/** Undefined where the configuration was not read, or nobody knows how this release reads it. */
function aliasesOf({ tools, config }: BladeReport): BladeFacts['aliases'] {
  const release = releaseIn(tools.multipath)
  if (release === undefined || config.state !== 'read') return undefined
  const { configuration } = explained(config.value, release)
  return configuration && new Map(aliasesIn(configuration).map(({ alias, wwid }) => [alias, wwid]))
}

function untoldIn(survey: Survey, journals: JournalReadings, { guests, blades }: Facts): Untold {
  const silent = [...survey.blades].flatMap(([blade, reading]) =>
    reading.state === 'read' ? [] : [`${blade} gave no answer, ${excuse(reading)}`],
  )
  const libvirts = [...survey.blades].flatMap(([blade, reading]) =>
    reading.state === 'read' && reading.value.domains.state !== 'read'
      ? [`libvirt on ${blade} gave no answer, ${excuse(reading.value.domains)}`]
      : [],
  )
  const running = guests.filter(({ state }) => state === 'running')
  const disks = running.flatMap(({ vm, blade, disks }) => disks.map((disk) => ({ vm, blade, disk })))
  return {
    domains: [...silent, ...libvirts],
    disks: disks.flatMap(({ vm, blade, disk }) => {
      const paths = pathsIn(survey, blade, disk.alias)
      const answered = disk.leadsTo.length
      if (paths.length > 0 && answered === paths.length) return []
      return [`${vm} on ${blade}: ${answered} of ${paths.length} paths of ${disk.alias} answered an INQUIRY`]
    }),
    writable: disks.flatMap(({ vm, blade, disk }) =>
      disk.writable === undefined ? [`nobody says whether ${blade} may write ${disk.alias}, which ${vm} has`] : [],
    ),
    maps: [
      ...silent,
      ...blades.flatMap(({ blade, aliases }) =>
        aliases === undefined ? [`${blade}'s multipath configuration was not read`] : [],
      ),
    ],
    arrays: [...survey.arrays].flatMap(([array, reading]) =>
      reading.state === 'read' ? [] : [`${array} gave no answer, ${excuse(reading)}`],
    ),
    journals: [...journals].flatMap(([blade, reading]) =>
      reading.state === 'read' ? [] : [`${blade}'s journal was not read, ${excuse(reading)}`],
    ),
  }
}
