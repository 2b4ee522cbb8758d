/**
 * The findings that plans stand on, asked of everything that is seen. What is refuted is told with what comes of it; what
 * is unknown is told as that.
 */
import { type Alias, type BladeName, type Fleet, fabricsWanted, type Volume } from '#documents'
import { type Claim, type Finding, prove } from '#findings'
import { type DmMap, domainsOf, mapNamed, mapOfLun, pathsTo, reportOf, type Survey } from '#survey'
import { type Diagnosis, gathered, type Severity, type Untold } from './diagnosis.ts'
import { isHostsOwn } from './luns.ts'
import { isActive } from './seen-fleet.ts'

type Rule = { readonly severity: Severity; readonly consequence: string; readonly mend: string }

const VERIFY = 'anyblade volume verify shows each path; have the array and the blade agree before anything uses it'

const RULES: Readonly<Partial<Record<Claim['kind'], Rule>>> = {
  fresh: {
    severity: 'critical',
    consequence: 'what is read and written through these devices is another LUN: another guest’s data',
    mend: 'stop what uses the map, then anyblade volume rescan --purge --plan; by hand: delete the devices, and rescan',
  },
  identity: {
    severity: 'critical',
    consequence: 'a guest that starts there or is moved there writes on another LUN',
    mend: VERIFY,
  },
  alike: {
    severity: 'critical',
    consequence: 'a guest that is moved keeps the size it started with: where the disk is shorter its writes fail',
    mend: 'rescan each path (echo 1 > /sys/block/sdX/device/rescan), then multipathd resize map',
  },
  'no-host-disk': {
    severity: 'critical',
    consequence: 'host and guest write one disk, and who takes the LUN away takes the host with it',
    mend: 'give the guest a LUN of its own',
  },
  redundancy: {
    severity: 'major',
    consequence: 'the next failure of a cable, a switch or a controller stops the guest',
    mend: 'see the evidence for what is missing: cable, zone or mapping; then rescan',
  },
  'paths-up': {
    severity: 'major',
    consequence: 'the maps live on what is left, and the next failure may stop their guests',
    mend: 'look at the port and cable that the failed paths share; multipathd takes them back by itself',
  },
  timers: {
    severity: 'major',
    consequence: 'a failure that should pass unnoticed stops guests, or hangs them, for longer than anybody has chosen',
    mend: 'set no_path_retry, fast_io_fail_tmo and dev_loss_tmo in overrides: anyblade blade baseline --plan prints them',
  },
  initramfs: {
    severity: 'major',
    consequence: 'with the next boot old aliases come back, and a guest may find another LUN under its disk’s name',
    mend: 'update-initramfs -u, or dracut --force',
  },
  'error-policy': {
    severity: 'major',
    consequence: 'with a host cache a move can lose writes; without a stop on errors a guest damages its file system',
    mend: 'virsh edit: cache="none" error_policy="stop" rerror_policy="stop" on each disk; in effect from its next start',
  },
}

/** All that the checks look at; `fleet` holds what documents say and what was seen beyond them. */
export type Seen = { readonly documents: Fleet; readonly fleet: Fleet; readonly survey: Survey }

export function judged(seen: Seen): { readonly diagnoses: Diagnosis[]; readonly untold: Untold[] } {
  const { fleet, survey } = seen
  const blades = [...survey.blades.keys()].filter((blade) => reportOf(survey, blade) !== undefined)
  const used = new Set([...fleet.vms.values()].flatMap(({ volumes }) => volumes))
  const findings = [
    ...blades.flatMap((blade): Claim[] => PER_BLADE.map((kind) => ({ kind, blade }))),
    ...errorPolicies(seen),
    ...[...fleet.volumes.values()].flatMap((volume) => aboutVolume(seen, volume, blades, used.has(volume.alias))),
  ].map((claim) => prove(claim, fleet, survey))
  const told = [
    ...findings.flatMap(diagnosed),
    ...[...fleet.volumes.values()].flatMap((volume) => heldByHost(survey, volume, blades, used.has(volume.alias))),
  ]
  return { diagnoses: gathered(told, 'of them'), untold: untoldIn(findings) }
}

const PER_BLADE = ['fresh', 'paths-up', 'timers', 'initramfs'] as const

function diagnosed({ claim, verdict, because, evidence, next }: Finding): Diagnosis[] {
  const rule = RULES[claim.kind]
  if (verdict !== 'refuted' || rule === undefined) return []
  const { severity, consequence, mend } = rule
  const own = next?.startsWith('ssh ') ? next : undefined
  return [{ severity, check: claim.kind, blades: bladesOf(claim), because, evidence, consequence, mend: own ?? mend }]
}

const bladesOf = (claim: Claim): readonly BladeName[] =>
  'blade' in claim ? [claim.blade] : 'blades' in claim ? claim.blades : []

/** One line a kind and blade: who says nothing of his maps says it a thousand times. */
function untoldIn(findings: readonly Finding[]): Untold[] {
  const silent = findings.filter(({ verdict }) => verdict === 'unknown')
  const by = Map.groupBy(silent, ({ claim }) => [claim.kind, ...bladesOf(claim)].join(' '))
  return [...by.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return []
    const more = others.length === 0 ? '' : `, and ${others.length} more like it`
    return [{ check: first.claim.kind, because: `${first.because}${more}` }]
  })
}

/** Where it runs, or else where it is defined. */
function errorPolicies({ fleet, survey }: Seen): Claim[] {
  const placed = new Map<string, BladeName>()
  for (const blade of survey.blades.keys())
    for (const domain of domainsOf(survey, blade) ?? [])
      if (isActive(domain) || !placed.has(domain.uuid)) placed.set(domain.uuid, blade)
  return [...fleet.vms.values()].flatMap(({ name, uuid }): Claim[] => {
    const blade = placed.get(uuid)
    return blade === undefined ? [] : [{ kind: 'error-policy', blade, vm: name }]
  })
}

function mapOf(survey: Survey, blade: BladeName, { wwid }: Volume): DmMap | undefined {
  const report = reportOf(survey, blade)
  return report && mapOfLun(report, wwid)
}

/**
 * Where the LUN is seen; where it is not, is told once for all. A documented name must lead to it; the maps of others are
 * judged under the name that each blade gives them.
 */
function aboutVolume(
  { documents, fleet, survey }: Seen,
  volume: Volume,
  all: readonly BladeName[],
  isUsed: boolean,
): Claim[] {
  const blades = all
    .filter((blade) => pathsTo(survey, blade, volume.wwid).length > 0 || mapOf(survey, blade, volume) !== undefined)
    .filter((blade) => isUsed || !isHostsOwn(survey, blade, volume))
  const each = blades.flatMap((blade): Claim[] => {
    const map = mapOf(survey, blade, volume)
    const named = { ...claimed(volume), alias: (map?.name ?? volume.alias) as Alias }
    return [
      ...(documents.volumes.has(volume.alias) ? [{ kind: 'identity', blade, volume: claimed(volume) } as const] : []),
      ...(map === undefined
        ? []
        : [{ kind: 'redundancy', blade, volume: named, fabrics: fabricsWanted(fleet) } as const]),
      ...(isUsed ? [{ kind: 'no-host-disk', blade, volume: named } as const] : []),
    ]
  })
  return blades.length > 1 ? [...each, { kind: 'alike', volume: claimed(volume), blades }] : each
}

const claimed = ({ alias, wwid, size }: Volume) => ({ alias, wwid, size })

/** No guest's disk, and what lies on it is in use: the host has a pool of its own there, and means it. */
function isPool(survey: Survey, blade: BladeName, { holders }: DmMap): boolean {
  const report = reportOf(survey, blade)
  return report !== undefined && holders.some((holder) => (mapNamed(report, holder)?.openCount ?? 0) > 0)
}

/** What the host has stacked on a LUN of guests, or mounted of it. What it lies on itself is another check's. */
function heldByHost(survey: Survey, volume: Volume, blades: readonly BladeName[], isUsed: boolean): Diagnosis[] {
  return blades.flatMap((blade): Diagnosis[] => {
    const map = mapOf(survey, blade, volume)
    if (map === undefined || map.holders.length + map.uses.length === 0 || isHostsOwn(survey, blade, volume)) return []
    if (!isUsed && isPool(survey, blade, map)) return []
    return [
      {
        ...{ severity: isUsed ? 'critical' : 'major', check: 'held-by-host', blades: [blade] },
        because: `the host ${blade} itself has hold of ${map.name}`,
        evidence: [...map.holders.map((holder) => `/dev/mapper/${holder} lies on it`), ...map.uses],
        consequence: isUsed
          ? 'what the host writes there goes past the guest, and the map can’t be taken away'
          : 'a guest that gets this LUN shares it with the host, and the map can’t be taken away',
        mend: `undo it on ${blade} (vgchange -an, mdadm --stop, kpartx -d); anyblade blade baseline keeps it from coming back`,
      },
    ]
  })
}
