/**
 * Move a running VM to another blade: proofs on both sides, one peer-to-peer migration, proof that exactly one blade
 * runs it, record. libvirt itself compares nothing but the disk's path (recordings/32), so all that makes the move safe
 * stands in the claims.
 */

import type { Blade, Fleet } from '#documents'
import { EngineError } from '#errors'
import type { Claim } from '#findings'
import type { Intent } from './intent.ts'
import { bladeIn, vmIn } from './missing.ts'
import { draft, type Plan, plan } from './plan.ts'
import { disksUnused, elsewhere, hostOf, storageOn } from './vm-claims.ts'

type MigrateVm = Extract<Intent, { readonly kind: 'migrate-vm' }>

export function claimsOfMigrateVm(fleet: Fleet, { vm: name, to, degraded }: MigrateVm): Claim[] {
  const vm = vmIn(fleet, name)
  bladeIn(fleet, to)
  if (vm.home === to)
    throw new EngineError('intent-invalid', {
      attempted: `move ${name} to ${to}`,
      found: `${to} is its home already`,
      hint: `anyblade vm show ${name}`,
    })
  return [
    { kind: 'answers', blade: vm.home },
    { kind: 'answers', blade: to },
    ...storageOn(fleet, vm, vm.home, degraded),
    ...storageOn(fleet, vm, to, degraded),
    { kind: 'domain', blade: vm.home, vm: name, uuid: vm.uuid, wanted: 'running' },
    ...elsewhere(fleet, vm, [vm.home], 'absent'),
    ...disksUnused(fleet, vm),
    ...hostOf(vm, to, vm.home),
  ]
}

export function planMigrateVm(fleet: Fleet, intent: MigrateVm): Plan {
  const vm = vmIn(fleet, intent.vm)
  const destination = bladeIn(fleet, intent.to)
  const { name, uuid, home } = vm
  const steps = [
    draft(
      { kind: 'migrate-domain', blade: home, vm: name, uuid, destination: intent.to, uri: libvirtUri(destination) },
      'pivot',
      claimsOfMigrateVm(fleet, intent),
    ),
    draft(
      {
        kind: 'record-documents',
        changes: [{ document: `vms/${name}.yaml`, set: [{ path: ['home'], value: intent.to }] }],
        rendered: [],
        message: `vm ${name}: moved from ${home} to ${intent.to}`,
      },
      'forward',
      [
        { kind: 'domain', blade: intent.to, vm: name, uuid, wanted: 'running' },
        ...elsewhere(fleet, vm, [intent.to], 'absent'),
      ],
    ),
  ]
  return plan({ title: `migrate ${name} from ${home} to ${intent.to}`, intent, basis: fleet.commit }, steps, [
    home,
    intent.to,
  ])
}

/** The destination's libvirt as the source's libvirtd reaches it, over ssh between the blades. */
const libvirtUri = (blade: Blade): string =>
  `qemu+ssh://${blade.migration_host ?? blade.ssh.replace(/^.*@/, '')}/system`
