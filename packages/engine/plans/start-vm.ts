/** Start a VM at its home, after proof that its disks are the right ones and that it runs nowhere. */
import type { Fleet } from '#documents'
import type { Claim } from '#findings'
import type { Intent } from './intent.ts'
import { vmIn } from './missing.ts'
import { draft, type Plan, plan } from './plan.ts'
import { disksUnused, elsewhere, hostOf, lunsOf, noAutostart, storageOn } from './vm-claims.ts'
import { writableAtHome } from './writer-claims.ts'

type StartVm = Extract<Intent, { readonly kind: 'start-vm' }>

export function claimsOfStartVm(fleet: Fleet, intent: StartVm): Claim[] {
  const vm = vmIn(fleet, intent.vm)
  return [
    { kind: 'answers', blade: vm.home },
    ...storageOn(fleet, vm, vm.home, intent.degraded),
    { kind: 'domain', blade: vm.home, vm: vm.name, uuid: vm.uuid, wanted: 'off' },
    ...elsewhere(fleet, vm, [vm.home], 'absent'),
    ...disksUnused(fleet, vm),
    { kind: 'writer', blade: vm.home, vm: vm.name, doing: 'start' },
    ...noAutostart(fleet, vm),
    ...writableAtHome(fleet, vm),
    ...hostOf(vm, vm.home, vm.home),
  ]
}

export function planStartVm(fleet: Fleet, intent: StartVm): Plan {
  const vm = vmIn(fleet, intent.vm)
  const start = draft(
    { kind: 'start-domain', blade: vm.home, vm: vm.name, uuid: vm.uuid, disks: lunsOf(fleet, vm) },
    'pivot',
    claimsOfStartVm(fleet, intent),
  )
  return plan({ title: `start ${vm.name} on ${vm.home}`, intent, basis: fleet.commit }, [start], [vm.home])
}
