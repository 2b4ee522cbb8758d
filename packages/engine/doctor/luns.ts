/** What is wrong with LUNs as blades see them: missing on some, dead, in no map, ports that are down. */
import { type BladeName, colonWwpn, type Fleet, type Volume } from '#documents'
import {
  type BladeReport,
  excuse,
  mapOfLun,
  type Path,
  pathsOn,
  pathsTo,
  reportOf,
  type Survey,
  valueRead,
  wwidOf,
} from '#survey'
import type { Diagnosis } from './diagnosis.ts'

export function wrongLuns(fleet: Fleet, survey: Survey): Diagnosis[] {
  const blades = [...survey.blades.keys()].filter((blade) => reportOf(survey, blade) !== undefined)
  const used = new Set([...fleet.vms.values()].flatMap(({ volumes }) => volumes))
  return [
    ...[...fleet.volumes.values()].flatMap((volume) => onSomeOnly(survey, volume, blades, used.has(volume.alias))),
    ...blades.flatMap((blade) => [...ofPaths(blade, pathsOn(survey, blade), survey), ...portsDown(blade, survey)]),
  ]
}

/** What a host boots from is its own, and nobody else's to see. */
function onSomeOnly(survey: Survey, volume: Volume, blades: readonly BladeName[], isUsed: boolean): Diagnosis[] {
  const without = blades.filter((blade) => pathsTo(survey, blade, volume.wwid).length === 0)
  const having = blades.filter((blade) => !without.includes(blade))
  const isHosts = !isUsed && having.some((blade) => isHostsOwn(survey, blade, volume))
  if (without.length === 0 || (having.length === 0 && !isUsed) || isHosts) return []
  return [
    {
      severity: isUsed ? 'major' : 'minor',
      check: 'seen-on-some-only',
      blades: without,
      because: `${volume.alias} is seen on ${having.length} of ${blades.length} blades`,
      evidence: [`${volume.wwid}: on ${having.join(', ') || 'none'}, not on ${without.join(', ')}`],
      consequence: isUsed
        ? `its guest can neither be moved to ${without.join(', ')} nor be started there when its own blade is lost`
        : `no guest that gets it can run on ${without.join(', ')}`,
      mend: 'show it to all initiators on the array, then rescan; anyblade config roll-out gives it its alias there',
    },
  ]
}

export function isHostsOwn(survey: Survey, blade: BladeName, { wwid }: Pick<Volume, 'wwid'>): boolean {
  const report = reportOf(survey, blade)
  if (report === undefined) return false
  const own = devicesBelow(report)
  const map = mapOfLun(report, wwid)
  return (map !== undefined && own.has(map.dm)) || pathsTo(survey, blade, wwid).some(({ sd }) => own.has(sd))
}

const known = new WeakMap<BladeReport, ReadonlySet<string>>()

/** All that the host stands on. */
function devicesBelow(report: BladeReport): ReadonlySet<string> {
  const own = known.get(report) ?? new Set(valueRead(report.hostDisks)?.uses.flatMap(({ devices }) => devices))
  known.set(report, own)
  return own
}

function ofPaths(blade: BladeName, paths: readonly Path[], survey: Survey): Diagnosis[] {
  const dead = paths.filter(({ inquiry }) => inquiry.state === 'refused')
  const silent = paths.filter(({ inquiry }) => inquiry.state === 'timed out')
  const stray = paths.filter(
    (path) => path.inMap === 'no map' && path.inquiry.state === 'read' && isElsewhereMapped(path, survey),
  )
  return [
    ...told(dead, {
      ...{ severity: 'major', check: 'stale-device', blades: [blade] },
      because: `${blade}: ${dead.length} of ${paths.length} devices lead to no LUN any more`,
      consequence: 'when the array gives the number to another LUN, the device is that LUN under the old name',
      mend: `on ${blade}, for each that no map holds: echo 1 > /sys/block/sdX/device/delete`,
    }),
    ...told(silent, {
      ...{ severity: 'major', check: 'silent-device', blades: [blade] },
      because: `${blade}: ${silent.length} of ${paths.length} devices give no answer`,
      consequence: 'whatever reads them there hangs, lvm and udev among it',
      mend: `look at the port and the array behind them; multipathd show paths, on ${blade}`,
    }),
    ...told(stray, {
      ...{ severity: 'major', check: 'path-in-no-map', blades: [blade] },
      because: `${blade}: ${stray.length} of ${paths.length} paths are in no map, though their LUNs have one`,
      consequence: 'the map does without them: when its other paths fail, the guest stops',
      mend: `multipathd add path sdX, on ${blade}; anyblade multipath explain says which rule keeps it out`,
    }),
  ]
}

/** The LUN has a map on this blade or on another: it is meant to have one. */
const isElsewhereMapped = (path: Path, survey: Survey): boolean =>
  [...survey.blades.keys()].some((blade) => {
    const [report, wwid] = [reportOf(survey, blade), wwidOf(path)]
    return report !== undefined && wwid !== undefined && mapOfLun(report, wwid) !== undefined
  })

const told = (paths: readonly Path[], about: Omit<Diagnosis, 'evidence'>): Diagnosis[] =>
  paths.length === 0
    ? []
    : [
        {
          ...about,
          evidence: paths.map(({ hctl, sd, fabric, map, inquiry }) =>
            [
              hctl,
              sd,
              fabric ?? '?',
              map === undefined ? 'in no map' : `in ${map}`,
              inquiry.state === 'read' ? inquiry.value.wwid : excuse(inquiry),
            ].join('  '),
          ),
        },
      ]

function portsDown(blade: BladeName, survey: Survey): Diagnosis[] {
  const down = reportOf(survey, blade)?.fcHosts.filter(({ state }) => state !== 'Online') ?? []
  return down.map(({ host, wwpn, state }) => ({
    ...({ severity: 'major', check: 'port-down', blades: [blade] } as const),
    because: `the FC port host${host} of ${blade} is not online`,
    evidence: [`${colonWwpn(wwpn)}  ${state}`],
    consequence: 'all LUNs of this blade hang on its other ports',
    mend: 'look at cable, switch port and zone; a port that is not meant to be used is taken out of the blade',
  }))
}
