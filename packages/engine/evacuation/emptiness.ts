/**
 * Whether a blade is empty, from a look of its own: no domain is active there, no process of QEMU is left, whoever started
 * it, and none of the fleet's volumes is open. A silent blade proves nothing. Pure.
 */
import type { BladeName, Fleet } from '#documents'
import {
  type BladeReport,
  domainsOf,
  excuse,
  isActive,
  libvirtSilenceOf,
  NOTHING,
  type Question,
  reportOf,
  type Survey,
  silenceOf,
} from '#survey'

/** `remains`: one line for each thing that is still there, or that is not told. */
export type Emptiness = { readonly blade: BladeName; readonly empty: boolean; readonly remains: readonly string[] }

/** Every answer tells of the maps. */
export const emptinessQuestion = (blades: readonly BladeName[]): Question => ({
  blades: new Map(blades.map((blade) => [blade, { ...NOTHING, domains: true, emulators: true }])),
  arrays: [],
})

export function emptinessOf(fleet: Fleet, survey: Survey, blade: BladeName): Emptiness {
  const remains = remainsOn(fleet, survey, blade)
  return { blade, empty: remains.length === 0, remains }
}

function remainsOn(fleet: Fleet, survey: Survey, blade: BladeName): string[] {
  const report = reportOf(survey, blade)
  if (report === undefined) return [silenceOf(survey, blade)]
  const domains = domainsOf(survey, blade)
  const wwids = new Set([...fleet.volumes.values()].map(({ wwid }) => wwid))
  const open = report.maps.filter(({ wwid, openCount }) => openCount > 0 && wwid !== undefined && wwids.has(wwid))
  const active = (domains ?? []).filter(isActive)
  return [
    ...active.map(({ name, state }) => `${name} is ${state}`),
    ...(domains === undefined ? [libvirtSilenceOf(survey, blade)] : []),
    ...beside(active.length, report),
    ...open.map(({ name, openCount }) => `/dev/mapper/${name} is open, ${openCount} times`),
  ]
}

/** A domain that is told of has one process; more than these are nobody's, or hang. */
function beside(active: number, { emulators, host }: BladeReport): string[] {
  // Others' processes may be hidden from an account (hidepid).
  if (host.uid !== 0) return ['which processes of QEMU there are is not told to an account that is not root']
  if (emulators.state !== 'read') return [`which processes of QEMU there are is not told (${excuse(emulators)})`]
  if (emulators.value.length <= active) return []
  const named = emulators.value.map(({ pid, name }) => `${name} ${pid}`).join(', ')
  return [`processes of QEMU that libvirt does not tell of, among ${named}`]
}
