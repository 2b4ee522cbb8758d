/**
 * Claim: how long I/O waits on the blade, in effect, is free of contradictions: between the kernel's timeouts of each port,
 * multipathd's retries, the time that an array takes to fail over, and the guest's own. Files say what was wished: the
 * kernel refuses values, and multipathd raises them (facts: san.md, the two that vdsm sets can't both hold).
 */
import { DomainXmlError, parseDomain } from '@anyblade/domain-xml'
import { parseQueueing } from '@anyblade/multipath'
import { fewOf } from '#actions'
import type { Fleet } from '#documents'
import {
  type BladeReport,
  type DmMap,
  excuse,
  type PortTimers,
  reportOf,
  type Survey,
  silenceOf,
  type Timers,
  valueRead,
} from '#survey'
import { type ClaimOf, type Finding, proved, refuted, unknown } from './finding.ts'

/** Source: Linux block/sd, SD_TIMEOUT: 30 s. A virtio disk has no timeout, be it virtio-blk or virtio-scsi. */
const GUEST_SECONDS = 30
const BUSES_WITH_TIMEOUT: ReadonlySet<string | undefined> = new Set(['sata', 'ide', 'usb'])
const MAPPER = /^\/dev\/mapper\/([^/]+)$/

/** A map that guests use, and how long it holds I/O without a path; Infinity: for ever. */
type Waiting = { readonly name: string; readonly wwid: DmMap['wwid']; readonly seconds: number }

export function timers(claim: ClaimOf<'timers'>, fleet: Fleet, survey: Survey): Finding {
  const { blade } = claim
  const report = reportOf(survey, blade)
  if (report === undefined) return unknown(claim, silenceOf(survey, blade))
  const told = report.timers
  if (told.state !== 'read') return unknown(claim, `${blade} does not say how long I/O waits (${excuse(told)})`)
  const maps = report.maps.filter((map) => map.wwid !== undefined && !isHosts(map))
  const { waiting, untold } = waitingOf(maps, told.value)
  const wrong = [
    ...betweenTimeouts(told.value.ports),
    ...queueingAgainst(told.value.ports, waiting),
    ...inQueueing(waiting),
    ...againstArrays(fleet, waiting),
    ...againstGuests(report, waiting),
  ]
  if (wrong.length > 0)
    return refuted(claim, `${blade}: how long I/O waits contradicts itself`, {
      evidence: wrong,
      next: `anyblade blade baseline ${blade} --plan`,
    })
  if (untold.length > 0)
    return unknown(claim, `multipathd on ${blade} does not say how long ${fewOf(untold)} waits for a path`)
  return proved(claim, `${blade}: ${told.value.ports.length} ports and ${maps.length} maps, no contradiction`)
}

/** What the host itself lies on may wait for ever: a root that is gone is no better. */
const isHosts = ({ uses, holders }: DmMap): boolean => uses.length > 0 || holders.length > 0

function waitingOf(maps: readonly DmMap[], { queueing, pollingSeconds }: Timers) {
  const waiting: Waiting[] = []
  const untold: string[] = []
  for (const { name, wwid } of maps) {
    const seconds = secondsOf(wwid && queueing.get(wwid), pollingSeconds)
    if (seconds === undefined) untold.push(name)
    else if (seconds !== 'running out') waiting.push({ name, wwid, seconds })
  }
  return { waiting, untold }
}

/** `running out`: it waits at this moment, and what is left tells nothing of the whole. */
function secondsOf(word: string | undefined, polling: number): number | 'running out' | undefined {
  const said = parseQueueing(word ?? '')
  switch (said.kind) {
    case 'on':
      return Number.POSITIVE_INFINITY
    case 'off':
      return 0
    case 'retries':
      return said.retries * polling
    case 'counting':
      return 'running out'
    case 'unknown':
      return undefined
  }
}

function betweenTimeouts(ports: readonly PortTimers[]): string[] {
  return told(ports, ({ fastIoFailSeconds: fast, devLossSeconds: loss }) => {
    if (fast === undefined)
      return `fast_io_fail_tmo is off: I/O on a path that is lost waits dev_loss_tmo, ${secondsText(loss)}, before it goes another way`
    if (fast < loss) return undefined
    return `dev_loss_tmo ${loss} s is not above fast_io_fail_tmo ${fast} s: a path is deleted before its I/O goes another way`
  })
}

function queueingAgainst(ports: readonly PortTimers[], waiting: readonly Waiting[]): string[] {
  const longest = Math.max(0, ...waiting.map(({ seconds }) => seconds).filter(Number.isFinite))
  return told(ports, ({ devLossSeconds: loss }) =>
    loss < longest
      ? `dev_loss_tmo ${loss} s ends before queueing, ${longest} s: paths are deleted while maps still wait for them, and must be found anew`
      : undefined,
  )
}

/** A sentence once, with all ports that it is true of. */
function told(ports: readonly PortTimers[], sentence: (port: PortTimers) => string | undefined): string[] {
  const by = Map.groupBy(ports, sentence)
  return [...by].flatMap(([text, of]) =>
    text === undefined ? [] : [`${text}  (${fewOf(of.map(({ host, wwpn }) => `host${host} to ${wwpn}`))})`],
  )
}

function inQueueing(waiting: readonly Waiting[]): string[] {
  const names = (seconds: number) => waiting.filter((one) => one.seconds === seconds).map(({ name }) => name)
  const [forEver, never] = [names(Number.POSITIVE_INFINITY), names(0)]
  return [
    ...(forEver.length === 0
      ? []
      : [
          `no_path_retry queue: without a path a guest, and all that touches its map, hangs for ever  (${fewOf(forEver)})`,
        ]),
    ...(never.length === 0
      ? []
      : [`no_path_retry fail: the guest gets an error as soon as no path is left, however shortly  (${fewOf(never)})`]),
  ]
}

function againstArrays({ volumes, arrays }: Fleet, waiting: readonly Waiting[]): string[] {
  const arrayOf = new Map([...volumes.values()].map(({ wwid, array }) => [wwid, arrays.get(array)] as const))
  return waiting.flatMap(({ name, wwid, seconds }) => {
    const array = wwid && arrayOf.get(wwid)
    if (array?.failover === undefined || seconds === 0 || seconds >= array.failover) return []
    return [
      `queueing of ${name} ends after ${seconds} s, before ${array.name} has failed over (${array.failover} s): its guest stops`,
    ]
  })
}

function againstGuests({ domains }: BladeReport, waiting: readonly Waiting[]): string[] {
  const patient = new Map(waiting.filter(({ seconds }) => seconds > GUEST_SECONDS).map((one) => [one.name, one]))
  return (valueRead(domains) ?? []).flatMap(({ name: vm, xml }) =>
    impatientDisks(xml).flatMap(({ map, bus }) => {
      const one = patient.get(map)
      if (one === undefined || one.seconds === Number.POSITIVE_INFINITY) return []
      return [
        `${vm} has ${map} at ${bus}, where a guest gives up after ${GUEST_SECONDS} s; the map waits ${one.seconds} s: the guest sees errors while I/O still waits`,
      ]
    }),
  )
}

/** A domain that can't be read is another finding's. */
function impatientDisks(xml: string): { map: string; bus: string }[] {
  try {
    return parseDomain(xml).disks.flatMap(({ source, target: { bus } }) => {
      const map = 'path' in source ? MAPPER.exec(source.path)?.[1] : undefined
      return map === undefined || bus === undefined || !BUSES_WITH_TIMEOUT.has(bus) ? [] : [{ map, bus }]
    })
  } catch (error) {
    if (error instanceof DomainXmlError) return []
    throw error
  }
}

const secondsText = (seconds: number): string => (Number.isFinite(seconds) ? `${seconds} s` : 'for ever')
