/** Claim: by the documents the volume may be taken away: it is not protected, and no VM has it as its disk. */
import type { Fleet } from '#documents'
import { type ClaimOf, type Finding, proved, refuted } from './finding.ts'

export function deletable(claim: ClaimOf<'deletable'>, fleet: Fleet): Finding {
  const { volume } = claim
  const users = [...fleet.vms.values()].filter((vm) => vm.volumes.includes(volume))
  if (users.length > 0)
    return refuted(claim, `${volume} is a disk of ${users.map(({ name }) => name).join(', ')}`, {
      evidence: users.map(({ name, home }) => `vms/${name}.yaml: at home on ${home}`),
      next: 'take it out of the VM first',
    })
  if (fleet.volumes.get(volume)?.protected === true)
    return refuted(claim, `${volume} is protected`, {
      next: `set "protected: false" in volumes/${volume}.yaml and commit it`,
    })
  return proved(claim, `${volume} is no VM's disk and not protected`)
}
