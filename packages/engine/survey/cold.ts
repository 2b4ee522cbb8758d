/** Which VMs of the fleet are to be started after all has been without power, and which are not, as blades tell it. Pure. */
import { bladesInService, type Fleet, inStartOrder, type Vm, type VmName } from '#documents'
import { domainsOf, libvirtSilenceOf, type Survey } from './survey.ts'

export type Cold = {
  /** Off at their home, which answers; in the order that documents give. */
  readonly start: readonly VmName[]
  /** By their documents. */
  readonly stayOff: readonly VmName[]
  /** Up already. */
  readonly up: readonly VmName[]
  /** `silent`: its home gives no answer; `refused`: no start is what it needs. */
  readonly left: readonly { readonly vm: VmName; readonly because: string; readonly why: 'silent' | 'refused' }[]
}

export function coldOf(fleet: Fleet, survey: Survey): Cold {
  const judged = inStartOrder(fleet).map((vm) => ({ vm: vm.name, ...judge(fleet, survey, vm) }))
  const named = (as: Judged['as']) => judged.flatMap(({ vm, as: is }) => (is === as ? [vm] : []))
  return {
    start: named('start'),
    stayOff: named('off'),
    up: named('up'),
    left: judged.flatMap((one) => ('because' in one ? [{ vm: one.vm, because: one.because, why: one.as }] : [])),
  }
}

type Judged = { readonly as: 'start' | 'up' | 'off' } | { readonly as: 'silent' | 'refused'; readonly because: string }

function judge(fleet: Fleet, survey: Survey, { name, home, uuid, shall_run }: Vm): Judged {
  const places = bladesInService(fleet).flatMap((blade) =>
    (domainsOf(survey, blade) ?? []).filter((domain) => domain.uuid === uuid).map(({ state }) => ({ blade, state })),
  )
  if (places.some(({ state }) => state === 'running')) return { as: 'up' }
  if (shall_run === false) return { as: 'off' }
  const refused = (because: string): Judged => ({ as: 'refused', because })
  if (fleet.blades.get(home)?.fenced === true)
    return refused(
      `its home ${home} is fenced: anyblade vm start ${name} --on BLADE --cold, or anyblade blade return ${home}`,
    )
  const paused = places.find(({ state }) => state === 'paused')
  if (paused !== undefined) return refused(`it is paused on ${paused.blade}: anyblade vm resume ${name}`)
  if (domainsOf(survey, home) !== undefined) return { as: 'start' }
  return { as: 'silent', because: `at its home, ${libvirtSilenceOf(survey, home)}` }
}

/** Whom it is to start after and who is not up. */
export const heldUpBy = ({ vms }: Fleet, vm: VmName, notUp: ReadonlySet<VmName>): VmName | undefined =>
  vms.get(vm)?.start_after?.find((other) => notUp.has(other))
