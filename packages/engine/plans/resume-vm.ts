/**
 * Let a VM go on that stands still at its home: after proof that its disks are the right ones, that it is nowhere else, and
 * that nobody was given them meanwhile, for its memory would be older than they are. There is no way back: what a guest
 * has done since can't be taken back.
 */
import type { Fleet, Vm } from '#documents'
import type { Claim } from '#findings'
import type { Intent } from './intent.ts'
import { vmIn } from './missing.ts'
import { draft, type Plan, plan } from './plan.ts'
import { claimed, disksUnused, elsewhere, lunsOf, storageOn } from './vm-claims.ts'
import { reservedIn } from './writer-claims.ts'

type ResumeVm = Extract<Intent, { readonly kind: 'resume-vm' }>

export function claimsOfResumeVm(fleet: Fleet, intent: ResumeVm): Claim[] {
  const vm = vmIn(fleet, intent.vm)
  return [
    { kind: 'answers', blade: vm.home },
    { kind: 'paused', blade: vm.home, vm: vm.name, uuid: vm.uuid, by: intent.by },
    ...elsewhere(fleet, vm, [vm.home], 'absent'),
    ...notTaken(fleet, vm),
    ...storageOn(fleet, vm, vm.home, intent.degraded),
    ...disksUnused(fleet, vm),
    { kind: 'writer', blade: vm.home, vm: vm.name, doing: 'start' },
  ]
}

/** Those that the array keeps to one writer are this blade's still, and the guest stops when it is refused a write. */
function notTaken(fleet: Fleet, { name, home, volumes }: Vm): Claim[] {
  const reserved = reservedIn(fleet, { volumes })
  if (reserved.length === 0) return []
  return [
    ...reserved.map(
      ({ volume, key }): Claim => ({ kind: 'kept', blade: home, volume: claimed(volume), vm: name, key }),
    ),
    { kind: 'error-policy', blade: home, vm: name },
  ]
}

export function planResumeVm(fleet: Fleet, intent: ResumeVm): Plan {
  const vm = vmIn(fleet, intent.vm)
  const { name, home, uuid } = vm
  const resume = draft(
    { kind: 'resume-domain', blade: home, vm: name, uuid, by: intent.by, disks: lunsOf(fleet, vm) },
    'pivot',
    claimsOfResumeVm(fleet, intent),
  )
  return plan({ title: `resume ${name} on ${home}`, intent, basis: fleet.commit }, [resume], [home])
}
