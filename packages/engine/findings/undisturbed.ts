/**
 * Claim: nobody on the blade is disturbed where a LUN that is there already gets this alias. A map that somebody has open
 * is not renamed, nor one that a domain names, be it off; what is open under the alias already is so by a domain alone.
 */
import { type DmMap, libvirtSilenceOf, reportOf, type Survey, silenceOf } from '#survey'
import { type DiskUser, diskUsers, isOff } from './disk-users.ts'
import { type ClaimOf, type Finding, proved, refuted, unknown } from './finding.ts'

type Claimed = ClaimOf<'undisturbed'>

export function undisturbed(claim: Claimed, survey: Survey): Finding {
  const { blade, alias, wwid } = claim
  const report = reportOf(survey, blade)
  if (report === undefined) return unknown(claim, silenceOf(survey, blade))
  const users = diskUsers({ blade, alias, wwid }, survey)
  if (users === undefined) return unknown(claim, libvirtSilenceOf(survey, blade))
  const unread = users.find(({ paths }) => paths === undefined)
  if (unread) return unknown(claim, `the XML of ${unread.domain.name} on ${blade} can't be read`)
  const maps = report.maps.filter((map) => map.wwid === wwid)
  return (
    byAnotherName(claim, users) ??
    maps.map((map) => ofMap(claim, map, users)).find((finding) => finding !== undefined) ??
    ofDomains(claim, users) ??
    proved(claim, toldOf(claim, users))
  )
}

/** A domain that names it otherwise loses its disk with the renaming, now or when it starts. */
function byAnotherName(claim: Claimed, users: readonly DiskUser[]): Finding | undefined {
  const { blade, alias } = claim
  const other = users.find(({ paths }) => paths?.some((path) => path !== `/dev/mapper/${alias}`))
  return (
    other &&
    refuted(claim, `${other.domain.name} on ${blade} has it as ${other.paths?.join(', ')}`, {
      next: `adopt it by the name that the domain has, or let the domain name /dev/mapper/${alias} first`,
    })
  )
}

function ofMap(claim: Claimed, map: DmMap, users: readonly DiskUser[]): Finding | undefined {
  const { blade, alias } = claim
  const own = [...map.holders.map((holder) => `/dev/mapper/${holder} lies on it`), ...map.uses]
  if (own.length > 0) return refuted(claim, `${blade} itself uses /dev/mapper/${map.name}`, { evidence: own })
  if (map.openCount === 0) return undefined
  if (map.name !== alias)
    return refuted(claim, `/dev/mapper/${map.name} on ${blade} is open, and would be renamed to ${alias}`, {
      next: `adopt it as ${map.name}, or end who has it open first`,
    })
  if (users.some(({ domain }) => !isOff(domain))) return undefined
  return refuted(claim, `/dev/mapper/${alias} on ${blade} is open ${map.openCount} times, and by no domain`)
}

function ofDomains(claim: Claimed, users: readonly DiskUser[]): Finding | undefined {
  const { blade, alias, mayRun } = claim
  const active = users.find(({ domain }) => !isOff(domain))
  if (mayRun || active === undefined) return undefined
  return refuted(claim, `${active.domain.name} on ${blade} uses ${alias}, which another blade is to write`, {
    next: 'say with --home which blade writes it, or end the other domain first',
  })
}

function toldOf({ blade, alias }: Claimed, users: readonly DiskUser[]): string {
  const [active] = users.filter(({ domain }) => !isOff(domain))
  return active === undefined
    ? `${blade}: nobody has it in use`
    : `${blade}: ${active.domain.name} uses it as ${alias}, and goes on`
}
