/**
 * Which emulator a blade's libvirt takes for a guest that names none. The same release of the same emulator lies under
 * another path on another distribution; what the guest sees is its machine, and that must be known there.
 */
import type { BladeName } from '#documents'
import type { Reading } from './reading.ts'
import { reportOf, type Survey, silenceOf } from './survey.ts'

/** What a guest is run as: `kvm`, `x86_64`, `pc-q35-7.2`. */
export type Machine = { readonly virtType: string; readonly arch: string; readonly machine: string }
/** `emulator`: refused in libvirt's own words where none there takes it. */
export type MachineSeen = Machine & { readonly emulator: Reading<string> }

/** Each in words that a blade can be asked by. */
export const isMachine = (one: Machine): boolean =>
  [one.virtType, one.arch, one.machine].every((word) => /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(word))

export const machineWord = ({ virtType, arch, machine }: Machine): string => `${virtType}:${arch}:${machine}`

export function emulatorFor(survey: Survey, blade: BladeName, machine: Machine): Reading<string> {
  const machines = reportOf(survey, blade)?.machines
  if (machines?.state !== 'read') return machines ?? { state: 'refused', because: silenceOf(survey, blade) }
  const seen = machines.value.find((one) => machineWord(one) === machineWord(machine))
  return seen?.emulator ?? { state: 'refused', because: 'not asked' }
}
