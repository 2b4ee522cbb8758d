/** Which VMs of the fleet stand still, stopped by an I/O error, as blades tell it: what a storage outage leaves. Pure. */
import type { BladeName, Fleet, VmName } from '#documents'
import { domainsOf, libvirtSilenceOf, type Survey } from './survey.ts'

/** `silent`: one line for each blade that does not tell, or does not tell why one is paused. */
export type Standstill = { readonly vms: readonly VmName[]; readonly silent: readonly string[] }

export function standstillOf(fleet: Fleet, survey: Survey, blades: readonly BladeName[]): Standstill {
  const names = new Map([...fleet.vms.values()].map(({ uuid, name }) => [uuid, name]))
  const seen = blades.map((blade) => {
    const domains = domainsOf(survey, blade)
    const paused = (domains ?? []).filter(({ state, uuid }) => state === 'paused' && names.has(uuid))
    return {
      stopped: paused.filter(({ pausedBy }) => pausedBy === 'io-error').flatMap(({ uuid }) => names.get(uuid) ?? []),
      silent: [
        ...(domains === undefined ? [libvirtSilenceOf(survey, blade)] : []),
        ...paused
          .filter(({ pausedBy }) => pausedBy === undefined)
          .map(({ name }) => `${blade} does not say why ${name} is paused`),
      ],
    }
  })
  return {
    vms: [...new Set(seen.flatMap(({ stopped }) => stopped))].sort(),
    silent: seen.flatMap(({ silent }) => silent),
  }
}
