/**
 * Claim: what became another LUN on the blade can be deleted there: the kernel takes it for what it is not, and nobody
 * has the map over it open or stacked, nor does the host itself stand on it. Who writes through such a map writes to the other LUN too, and is stopped first.
 */
import { DomainXmlError, parseDomain } from '@anyblade/domain-xml'
import type { Fleet } from '#documents'
import {
  type DmMap,
  type Domain,
  domainsOf,
  excuse,
  mapNamed,
  reportOf,
  type Survey,
  silenceOf,
  valueRead,
} from '#survey'
import { type ClaimOf, type Finding, proved, refuted, unknown } from './finding.ts'
import { chainLine, standingOn } from './no-host-disk.ts'
import { devicesOf, type StaleDevice, staleLine, staleOn } from './stale.ts'

export function purgeable(claim: ClaimOf<'purgeable'>, fleet: Fleet, survey: Survey): Finding {
  const { blade, volumes } = claim
  const report = reportOf(survey, blade)
  if (report === undefined) return unknown(claim, silenceOf(survey, blade))
  const stale = staleOn(fleet, survey, blade, volumes)
  const evidence = stale.map((one) => staleLine(fleet, one))
  const misplaced = stale.filter(({ isMisplaced }) => isMisplaced)
  const [first] = misplaced
  if (first !== undefined)
    return refuted(
      claim,
      `${blade}: the kernel knows ${misplaced.map(({ path }) => path.sd).join(', ')} for what it is`,
      {
        evidence,
        next: `on ${blade}: multipathd del path ${first.path.sd}, then multipathd add path ${first.path.sd}`,
      },
    )
  const users = [...new Set(stale.flatMap((one) => usersOf(claim, one, survey)))]
  if (users.length > 0)
    return refuted(claim, `${blade} uses a map over a device that became another LUN`, {
      evidence: [...evidence, ...users],
      next: 'stop who is named, for what he writes goes to that LUN too; then again',
    })
  if (stale.length > 0 && report.hostDisks.state !== 'read')
    return unknown(claim, `${blade} does not say which disks it stands on (${excuse(report.hostDisks)})`, { evidence })
  const because =
    stale.length === 0
      ? `none of ${devicesOf(fleet, survey, blade, volumes).length} devices became another LUN`
      : `${stale.length} became another LUN, and nobody has them open`
  return proved(claim, `${blade}: ${because}`, { evidence })
}

function usersOf({ blade }: ClaimOf<'purgeable'>, { path }: StaleDevice, survey: Survey): string[] {
  const report = reportOf(survey, blade)
  if (report === undefined) return []
  const map = path.map === undefined ? undefined : mapNamed(report, path.map)
  const uses = valueRead(report.hostDisks)?.uses ?? []
  const standing = standingOn(uses, new Set([path.sd, ...(map === undefined ? [] : [map.dm])])).map(
    (chain) => `the host stands on it, ${chainLine(chain)}`,
  )
  if (map === undefined) return standing
  const domains =
    domainsOf(survey, blade)?.filter((domain) => domain.state !== 'shut off' && hasDisk(domain, map)) ?? []
  return [
    ...standing,
    ...map.holders.map((holder) => `/dev/mapper/${holder} lies on ${map.name}`),
    ...map.uses.map((use) => `${map.name} is ${use}`),
    ...domains.map(({ name, state }) => `the VM ${name} has ${map.name} as its disk and is ${state}`),
    ...(map.openCount > 0 ? [`${map.name} is open ${map.openCount} times`] : []),
  ]
}

/** One whose XML can't be read is not named; that the map is open is known all the same. */
function hasDisk({ xml }: Domain, { name, dm }: DmMap): boolean {
  try {
    const paths = [`/dev/mapper/${name}`, `/dev/${dm}`]
    return parseDomain(xml).disks.some(({ source }) => 'path' in source && paths.includes(source.path))
  } catch (error) {
    if (error instanceof DomainXmlError) return false
    throw error
  }
}
