/**
 * Whether a blade is empty, from a look of its own: no domain is active there, and none of the fleet's volumes is open.
 * A silent blade proves nothing. Pure.
 */
import type { BladeName, Fleet } from '#documents'
import { domainsOf, excuse, reportOf, type Survey } from '#survey'
import { isActive } from './memory.ts'

/** `remains`: one line for each thing that is still there, or that is not told. */
export type Emptiness = { readonly empty: boolean; readonly remains: readonly string[] }

export function emptinessOf(fleet: Fleet, survey: Survey, blade: BladeName): Emptiness {
  const report = reportOf(survey, blade)
  if (report === undefined) return remaining([`${blade} gave no answer (${excuse(survey.blades.get(blade))})`])
  const domains = domainsOf(survey, blade)
  const wwids = new Set([...fleet.volumes.values()].map(({ wwid }) => wwid))
  const open = report.maps.filter(({ wwid, openCount }) => openCount > 0 && wwid !== undefined && wwids.has(wwid))
  return remaining([
    ...(domains ?? []).filter(isActive).map(({ name, state }) => `${name} is ${state}`),
    ...(domains === undefined ? [`libvirt gave no answer (${excuse(report.domains)})`] : []),
    ...open.map(({ name, openCount }) => `/dev/mapper/${name} is open, ${openCount} times`),
  ])
}

const remaining = (remains: readonly string[]): Emptiness => ({ empty: remains.length === 0, remains })
