/**
 * The reports joined: every path of every blade with its fabric and the LUN it really leads to.
 * May come in: reports and the fleet. May not: trust in a name, a letter or a cached id; devices of the same LUN are
 * found by the id that INQUIRY gave.
 */
import {
  type ArrayName,
  type BladeName,
  type Bytes,
  type FabricName,
  type Fleet,
  fabricOf,
  type Wwid,
  type Wwpn,
} from '#documents'
import { excuse, type Reading } from './reading.ts'
import type { ArrayReport, BladeReport, Domain, ScsiDevice } from './report.ts'

export type Survey = {
  readonly blades: ReadonlyMap<BladeName, Reading<BladeReport>>
  readonly arrays: ReadonlyMap<ArrayName, Reading<ArrayReport>>
  readonly paths: readonly Path[]
}

/** One way from a blade to a LUN. */
export type Path = ScsiDevice & {
  readonly blade: BladeName
  readonly initiator: Wwpn | undefined
  readonly targetPort: Wwpn | undefined
  readonly fabric: FabricName | undefined
  /** The multipath map that holds it, by the kernel's word. */
  readonly map: string | undefined
  readonly inMap: 'active' | 'failed' | 'unknown' | 'no map'
}

export function join(
  fleet: Fleet,
  blades: ReadonlyMap<BladeName, Reading<BladeReport>>,
  arrays: ReadonlyMap<ArrayName, Reading<ArrayReport>>,
): Survey {
  const paths = [...blades].flatMap(([blade, reading]) =>
    reading.state === 'read' ? pathsOf(fleet, blade, reading.value) : [],
  )
  return { blades, arrays, paths }
}

/** Only what came through Fibre Channel is a path; a local disk is none and is never part of anything. */
function pathsOf(fleet: Fleet, blade: BladeName, report: BladeReport): Path[] {
  const ports = new Map(report.fcHosts.map((fc) => [fc.host, fc.wwpn]))
  const targets = new Map(report.remotePorts.map((port) => [`${port.host}:${port.channel}:${port.target}`, port.wwpn]))
  const maps = new Map(
    report.maps.flatMap((map) =>
      map.wwid === undefined ? [] : map.slaves.map((slave) => [slave.sd, { map: map.name, inMap: slave.dm }] as const),
    ),
  )
  return report.devices.flatMap((device) => {
    const initiator = ports.get(device.host)
    if (initiator === undefined) return []
    const targetPort = targets.get(`${device.host}:${device.channel}:${device.target}`)
    const fabric = fabricOf(fleet, initiator) ?? (targetPort === undefined ? undefined : fabricOf(fleet, targetPort))
    const held = maps.get(device.sd) ?? { map: undefined, inMap: 'no map' as const }
    return [{ ...device, blade, initiator, targetPort, fabric, ...held }]
  })
}

/** The id that INQUIRY gave, or undefined where none was given. */
export const wwidOf = (path: Path): Wwid | undefined =>
  path.inquiry.state === 'read' ? path.inquiry.value.wwid : undefined

export const sizeOf = (path: Path): Bytes | undefined =>
  path.inquiry.state === 'read' ? path.inquiry.value.size : undefined

export const reportOf = (survey: Survey, blade: BladeName): BladeReport | undefined => {
  const reading = survey.blades.get(blade)
  return reading?.state === 'read' ? reading.value : undefined
}

/** For the operator, of a blade that gave no report. */
export const silenceOf = (survey: Survey, blade: BladeName): string =>
  `${blade} gave no answer (${excuse(survey.blades.get(blade))})`

/** The same of a blade whose domains are not known. */
export function libvirtSilenceOf(survey: Survey, blade: BladeName): string {
  const report = reportOf(survey, blade)
  if (report === undefined) return silenceOf(survey, blade)
  return `libvirt on ${blade} gave no answer (${excuse(report.domains)})`
}

export const domainsOf = (survey: Survey, blade: BladeName): readonly Domain[] | undefined => {
  const reading = reportOf(survey, blade)?.domains
  return reading?.state === 'read' ? reading.value : undefined
}
