/**
 * Claim: on the blade no other domain that is active has the volume as a disk; where a volume is to go, nor one that is
 * defined. libvirt starts the same disk twice without a word (recordings/33).
 */
import type { Fleet } from '#documents'
import { libvirtSilenceOf, type Survey } from '#survey'
import { diskUsers, isOff } from './disk-users.ts'
import { type ClaimOf, type Finding, proved, refuted, unknown } from './finding.ts'

export function diskUnused(claim: ClaimOf<'disk-unused'>, fleet: Fleet, survey: Survey): Finding {
  const { blade, volume, except, evenOff } = claim
  const users = diskUsers({ blade, alias: volume, wwid: fleet.volumes.get(volume)?.wwid }, survey)
  if (users === undefined) return unknown(claim, libvirtSilenceOf(survey, blade))
  const others = users.filter(({ domain }) => domain.uuid !== except && (evenOff === true || !isOff(domain)))
  const unread = others.find(({ paths }) => paths === undefined)
  if (unread) return unknown(claim, `the XML of ${unread.domain.name} on ${blade} can't be read`)
  const [user] = others
  if (user)
    return refuted(claim, `${user.domain.name} on ${blade} has ${volume} as its disk and is ${user.domain.state}`)
  return proved(claim, `${blade}: no other domain uses ${volume}`)
}
