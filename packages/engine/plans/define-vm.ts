/** A domain comes under management: proved not to be anywhere else, defined at its home, recorded. */

import { type Fleet, hasOneWriter } from '#documents'
import { EngineError } from '#errors'
import type { Claim } from '#findings'
import type { Intent } from './intent.ts'
import { bladeIn, volumeIn } from './missing.ts'
import { parkedAt } from './parked.ts'
import { draft, type Plan, plan } from './plan.ts'
import { disksUnused, elsewhere, hostOf, storageOn } from './vm-claims.ts'
import { passedTo, reservedAtHome, reservedIn } from './writer-claims.ts'

type DefineVm = Extract<Intent, { readonly kind: 'define-vm' }>

const vmOf = ({ vm, uuid, volumes }: DefineVm) => ({ name: vm, uuid, volumes })

/** The fleet as it will be, so that findings can judge the new domain by its document. */
export function withVm(fleet: Fleet, { vm, uuid, volumes, home, xml }: DefineVm): Fleet {
  return { ...fleet, vms: new Map(fleet.vms).set(vm, { name: vm, uuid, volumes, home, xml }) }
}

export function claimsOfDefineVm(fleet: Fleet, intent: DefineVm): Claim[] {
  const { vm, home, uuid } = intent
  refuseTwice(fleet, intent)
  bladeIn(fleet, home)
  return [
    { kind: 'answers', blade: home },
    ...storageOn(fleet, intent, home, false),
    { kind: 'domain', blade: home, vm, uuid, wanted: 'any' },
    ...elsewhere(fleet, vmOf(intent), [home], 'absent'),
    ...disksUnused(fleet, intent),
    { kind: 'writer', blade: home, vm, doing: 'start' },
    ...reservedIn(fleet, intent).map((one) => reservedAtHome(one)),
    ...hostOf(vmOf(intent), home, undefined),
  ]
}

function refuseTwice(fleet: Fleet, { vm, volumes }: DefineVm): void {
  const refuse = (found: string, hint: string): never => {
    throw new EngineError('document-exists', { attempted: `take ${vm} into the fleet`, found, hint })
  }
  if (fleet.vms.has(vm)) refuse(`the fleet has a VM ${vm}`, `anyblade vm show ${vm}`)
  for (const other of fleet.vms.values())
    for (const volume of volumes)
      if (other.volumes.includes(volume) && hasOneWriter(volumeIn(fleet, volume).writer))
        refuse(`${volume} is ${other.name}'s disk`, 'anyblade volume list')
}

export function planDefineVm(fleet: Fleet, intent: DefineVm): Plan {
  const { vm, uuid, home, volumes, xml } = intent
  const moving = reservedIn(fleet, { volumes }).filter((one) => one.home !== home)
  const steps = [
    ...moving.flatMap((one) => parkedAt(fleet, one, home)),
    draft({ kind: 'define-domain', blade: home, vm, uuid, xml }, 'undoable'),
    draft(
      {
        kind: 'record-documents',
        changes: [
          {
            document: `vms/${vm}.yaml`,
            set: [
              { path: ['uuid'], value: uuid },
              { path: ['volumes'], value: volumes },
              { path: ['home'], value: home },
            ],
          },
          { document: `vms/${vm}.xml`, text: xml },
          ...moving.map((one) => passedTo(home, one)),
        ],
        rendered: [],
        message: `vm ${vm}: defined on ${home}`,
      },
      'undoable',
    ),
  ]
  return plan({ title: `define vm ${vm} on ${home}`, intent, basis: fleet.commit }, steps, [home])
}
