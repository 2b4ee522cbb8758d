/**
 * LUNs that should be there and are not seen are looked for, each narrowly, on every blade in service. Where an array gave
 * a LUN number to another LUN the kernel keeps its device under the old id, whatever is scanned; so such devices go first,
 * where that was said, and else nothing is scanned at all (facts: san.md C1.3). What was done so far stays done when a
 * blade fails: to be right is no state to go back from.
 */
import { type Alias, type BladeName, bladesInService, type Fleet, type Volume } from '#documents'
import { type Claim, pathsAt, type StaleDevice, staleOn } from '#findings'
import { reportOf, type Survey, wwidOf } from '#survey'
import { appearing, lunsOnBlade } from './appear.ts'
import type { Intent } from './intent.ts'
import { volumeIn } from './missing.ts'
import { type Draft, draft, type Plan, plan } from './plan.ts'

type RescanVolumes = Extract<Intent, { readonly kind: 'rescan-volumes' }>

/** Devices may bear the name of a volume that was put aside, too. */
const aboutOf = (fleet: Fleet, { volumes }: RescanVolumes): Alias[] =>
  volumes.length === 0
    ? [...fleet.volumes.keys(), ...fleet.aside.keys()]
    : volumes.map((name) => volumeIn(fleet, name).alias)

const wantedOf = (fleet: Fleet, { volumes }: RescanVolumes): Volume[] =>
  (volumes.length === 0 ? [...fleet.volumes.values()] : volumes.map((name) => volumeIn(fleet, name))).sort(
    (a, b) => a.lun - b.lun,
  )

export function claimsOfRescanVolumes(fleet: Fleet, intent: RescanVolumes): Claim[] {
  return bladesInService(fleet).flatMap((blade): Claim[] => [{ kind: 'answers', blade }, judged(fleet, intent, blade)])
}

const judged = (fleet: Fleet, intent: RescanVolumes, blade: BladeName): Claim => ({
  kind: intent.purge ? 'purgeable' : 'fresh',
  blade,
  volumes: aboutOf(fleet, intent),
})

export function planRescanVolumes(fleet: Fleet, survey: Survey, intent: RescanVolumes): Plan {
  const blades = bladesInService(fleet)
  const stale = new Map(
    blades.map((blade) => [blade, intent.purge ? staleOn(fleet, survey, blade, aboutOf(fleet, intent)) : []]),
  )
  const looked = blades.flatMap((blade) =>
    wantedOf(fleet, intent).map((volume) => lookedFor(fleet, survey, blade, volume, stale.get(blade) ?? [])),
  )
  const steps = [
    blades.flatMap((blade) => removed(fleet, intent, blade, stale.get(blade) ?? [])),
    ...[...fleet.arrays.keys()].map((array) =>
      [
        ...Map.groupBy(looked.filter(({ volume }) => volume.array === array).filter(isToScan), ({ blade }) => blade),
      ].map(([blade, ones]) =>
        draft(
          {
            kind: 'rescan-lun',
            blade,
            ...lunsOnBlade(
              fleet,
              array,
              ones.map(({ volume }) => appearing(volume)),
            ),
          },
          'forward',
          [{ kind: 'answers', blade }],
        ),
      ),
    ),
  ].filter((group) => group.length > 0)
  const names = intent.volumes.length === 0 ? 'all volumes' : intent.volumes.join(', ')
  const head = {
    title: `rescan for ${names}${intent.purge ? ', devices that became another LUN deleted first' : ''}`,
    intent,
    basis: fleet.commit,
    remarks: looked.flatMap(({ blade, volume, stranger }) =>
      stranger === undefined
        ? []
        : [
            `${blade}: at LUN ${volume.lun} ${volume.array} shows ${stranger}: ${volume.alias} is not scanned for there`,
          ],
    ),
  }
  return plan(head, steps, blades)
}

function removed(fleet: Fleet, intent: RescanVolumes, blade: BladeName, stale: readonly StaleDevice[]): Draft[] {
  if (stale.length === 0) return []
  const ids = new Set(stale.flatMap(({ was, is }) => [was, is]))
  const known = [...fleet.volumes.values(), ...fleet.aside.values()].filter(({ wwid }) => ids.has(wwid))
  const devices = stale.map(({ path: { hctl }, was, is }) => ({ hctl, was, is }))
  const action = { kind: 'remove-stale', blade, devices, volumes: known.map(({ alias }) => alias) } as const
  return [draft(action, 'forward', [{ kind: 'answers', blade }, judged(fleet, intent, blade)])]
}

/** `stranger`: what the array shows at the number instead, which a scan would only find again. */
type Looked = {
  readonly blade: BladeName
  readonly volume: Volume
  readonly isMissing: boolean
  readonly stranger: string | undefined
}

const isToScan = ({ isMissing, stranger }: Looked): boolean => isMissing && stranger === undefined

/** Once the stale devices are gone: through every port of the array that is online there must be a path. */
function lookedFor(
  fleet: Fleet,
  survey: Survey,
  blade: BladeName,
  volume: Volume,
  stale: readonly StaleDevice[],
): Looked {
  const { array, lun, wwid } = volume
  const there = pathsAt({ blade, array, lun }, fleet, survey)
  const going = new Set(stale.map(({ path }) => path.hctl))
  const report = reportOf(survey, blade)
  const ports = new Set(fleet.arrays.get(array)?.ports.map((port) => port.wwpn))
  const isMissing = report?.remotePorts.some(
    ({ host, channel, target, wwpn, state }) =>
      ports.has(wwpn) &&
      state === 'Online' &&
      report.fcHosts.some((fc) => fc.host === host) &&
      !there.some(
        (path) => !going.has(path.hctl) && path.host === host && path.channel === channel && path.target === target,
      ),
  )
  const stranger = there.map(wwidOf).find((is) => is !== undefined && is !== wwid)
  return { blade, volume, isMissing: isMissing === true, stranger }
}
