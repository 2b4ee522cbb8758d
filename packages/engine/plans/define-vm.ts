/** A domain comes under management: proved not to be anywhere else, defined at its home, recorded. */

import { type BladeName, type Fleet, hasOneWriter } from '#documents'
import { EngineError } from '#errors'
import type { Claim } from '#findings'
import type { Intent } from './intent.ts'
import { bladeIn, volumeIn } from './missing.ts'
import { type Draft, draft, type Plan, plan } from './plan.ts'
import { claimed, disksUnused, elsewhere, hostOf, storageOn } from './vm-claims.ts'
import { nextKey, passedTo, type Reserved, registrable, reservedAtHome, reservedIn } from './writer-claims.ts'

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
    ...moving.flatMap((one) => parked(fleet, one, home)),
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

/** The volume's reservation goes to the VM's home; nothing runs on it, as the claims prove. */
function parked(fleet: Fleet, one: Reserved, to: BladeName): Draft[] {
  const { alias, wwid } = one.volume
  const key = nextKey(fleet, one, to)
  const identity: Claim = { kind: 'identity', blade: to, volume: claimed(one.volume) }
  return [
    draft({ kind: 'register-key', blade: to, alias, wwid, key }, 'undoable', [
      identity,
      ...registrable(to, claimed(one.volume)),
      reservedAtHome(one),
    ]),
    draft({ kind: 'preempt-key', blade: to, alias, wwid, key, from: one.home, theirs: one.key }, 'undoable', [
      identity,
      { kind: 'disk-unused', blade: one.home, volume: alias, except: '' },
    ]),
  ]
}
