/**
 * Claim: the emulator that a VM's domain names is there on the blade. Distributions have the same emulator under other paths,
 * and no guest sees the path of its own: where a VM goes elsewhere, another one may take its place that takes what it is
 * run as, by the word of the libvirt there.
 */
import type { BladeName, Fleet } from '#documents'
import { emulatorFor, excuse, isMachine, type Machine, reportOf, type Survey } from '#survey'
import { byDomain, readDomain } from './domain-seen.ts'
import { type ClaimOf, type Finding, proved, type Runner, refuted, unknown } from './finding.ts'

export function emulator(claim: ClaimOf<'emulator'>, fleet: Fleet, survey: Survey): Finding {
  return byDomain(claim, fleet, survey, (xml) => isThereOrAnother(claim, xml.emulator?.path, survey))
}

function isThereOrAnother(claim: ClaimOf<'emulator'>, named: string | undefined, survey: Survey): Finding {
  const { blade, runs } = claim
  if (named === undefined) return proved(claim, 'no emulator is named')
  if (isThere(survey, blade, named)) return proved(claim, `${blade} has ${named}`)
  const missing = `${blade} has no emulator ${named}`
  if (runs === undefined) return refuted(claim, missing, { next: 'set <emulator> to one that all blades have' })
  const other = emulatorFor(survey, blade, runs)
  if (other.state === 'read') return proved(claim, `${missing}; ${other.value} takes ${runs.machine} there`)
  const why = `${missing}, and none that is known to take ${runs.machine} (${excuse(other)})`
  if (other.state !== 'refused') return unknown(claim, why)
  return refuted(claim, why, { next: `install on ${blade} an emulator that knows ${runs.machine}` })
}

const isThere = (survey: Survey, blade: BladeName, path: string): boolean =>
  reportOf(survey, blade)?.files.includes(path) === true

/** The emulator that takes the place of the one that is not on the blade; undefined: that one is there, or nobody knows of one. */
export function otherEmulator(survey: Survey, blade: BladeName, runs: Runner | undefined): string | undefined {
  if (runs === undefined || reportOf(survey, blade) === undefined || isThere(survey, blade, runs.emulator))
    return undefined
  const other = emulatorFor(survey, blade, runs)
  return other.state === 'read' ? other.value : undefined
}

/** undefined where the domain names no emulator, or not what it is to run. */
export function runnerOf(xml: string): Runner | undefined {
  const domain = readDomain(xml) // where it can't be read, the finding about the domain itself says so
  if (domain?.emulator === undefined) return undefined
  const { type: virtType, os, emulator } = domain
  if (os.arch === undefined || os.machine === undefined) return undefined
  const runs = { emulator: emulator.path, virtType, arch: os.arch, machine: os.machine }
  return isMachine(runs) ? runs : undefined
}

/**
 * Whose emulator is asked about, before a move: as the document has it, so that one look tells. What really runs counts
 * where that look has not found its emulator, for libvirt has made a release of a machine type's alias.
 */
export function runnerFor(
  written: string,
  running: string,
  blade: BladeName,
  seen: Survey | undefined,
): Runner | undefined {
  const runs = runnerOf(running)
  const isMissing =
    runs !== undefined &&
    seen !== undefined &&
    reportOf(seen, blade) !== undefined &&
    !isThere(seen, blade, runs.emulator)
  return isMissing ? runs : runnerOf(written)
}

export const machineOf = ({ virtType, arch, machine }: Runner): Machine => ({ virtType, arch, machine })
