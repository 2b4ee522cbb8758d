/** Stop a VM where it runs, by asking the guest or by cutting it off. */
import type { Fleet } from '#documents'
import type { Claim } from '#findings'
import type { Intent } from './intent.ts'
import { vmIn } from './missing.ts'
import { draft, type Plan, plan } from './plan.ts'

type StopVm = Extract<Intent, { readonly kind: 'stop-vm' }>

export function claimsOfStopVm(fleet: Fleet, intent: StopVm): Claim[] {
  const { home, name, uuid } = vmIn(fleet, intent.vm)
  return [
    { kind: 'answers', blade: home },
    { kind: 'domain', blade: home, vm: name, uuid, wanted: 'any' },
  ]
}

export function planStopVm(fleet: Fleet, intent: StopVm): Plan {
  const { home, name, uuid } = vmIn(fleet, intent.vm)
  const stop = draft(
    { kind: 'stop-domain', blade: home, vm: name, uuid, how: intent.how },
    'pivot',
    claimsOfStopVm(fleet, intent),
  )
  return plan({ title: `stop ${name} on ${home}`, intent, basis: fleet.commit }, [stop], [home])
}
