/**
 * Claim: no domain on the blade would look for the volume under a name that it loses. A guest that runs has the device
 * open and would go on; its next start or move would not find it. One of the fleet's that is off and at home there is
 * defined anew by the plan; others are somebody else's to change.
 */
import type { Fleet } from '#documents'
import { type Domain, libvirtSilenceOf, type Survey } from '#survey'
import { diskUsers, isOff } from './disk-users.ts'
import { type ClaimOf, type Finding, proved, refuted, unknown } from './finding.ts'

export function renameable(claim: ClaimOf<'renameable'>, fleet: Fleet, survey: Survey): Finding {
  const { blade, volume } = claim
  const found = diskUsers({ blade, alias: volume, wwid: fleet.volumes.get(volume)?.wwid }, survey)
  if (found === undefined) return unknown(claim, libvirtSilenceOf(survey, blade))
  const unread = found.find(({ paths }) => paths === undefined)
  if (unread !== undefined) return unknown(claim, `the XML of ${unread.domain.name} on ${blade} can't be read`)
  const users = found.map(({ domain }) => domain)
  const active = users.find((domain) => !isOff(domain))
  if (active !== undefined)
    return refuted(claim, `${active.name} on ${blade} has ${volume} as its disk and is ${active.state}`, {
      evidence: [
        'the guest would go on, for it has the device open; its next start or move would look for the former name',
      ],
      next: isOurs(fleet, active) ? `anyblade vm stop ${active.name}` : `stop ${active.name} on ${blade} first`,
    })
  const other = users.find((domain) => !isAtHome(fleet, domain, claim))
  if (other !== undefined)
    return refuted(
      claim,
      `${other.name} is defined on ${blade} with ${volume} as its disk, and not the fleet's there`,
      {
        next: `take ${other.name} into the fleet, or undefine it on ${blade}: virsh undefine ${other.uuid}`,
      },
    )
  return proved(claim, `${blade}: no domain would look for ${volume} under its former name`)
}

const isOurs = ({ vms }: Fleet, { uuid }: Domain): boolean => [...vms.values()].some((vm) => vm.uuid === uuid)
const isAtHome = ({ vms }: Fleet, { uuid }: Domain, { blade, volume }: ClaimOf<'renameable'>): boolean =>
  [...vms.values()].some((vm) => vm.uuid === uuid && vm.home === blade && vm.volumes.includes(volume))
