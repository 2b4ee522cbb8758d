/**
 * The ways by which a blade's I/O reaches a volume, each with what the LUN said of its reservation through it. The array
 * knows them by initiator port and target port, so that is how they are told apart here.
 * May come in: a survey. May not: a path that leads to another LUN, whatever its map is called.
 */
import { initiatorText, type Registrant, type ReservationKey } from '@anyblade/scsi'
import type { Alias, BladeName } from '#documents'
import { pathsIn } from './paths.ts'
import { type Reading, read } from './reading.ts'
import type { PathReservation } from './reservation.ts'
import { type Path, reportOf, type Survey } from './survey.ts'

export type Nexus = { readonly path: Path; readonly said: PathReservation | undefined }

/** Of the paths that are in the volume's map and not failed; who gave no INQUIRY is among them. */
export function nexusesOf(survey: Survey, blade: BladeName, alias: Alias): Nexus[] {
  const said = new Map(reportOf(survey, blade)?.reservations.map((one) => [one.hctl, one]))
  return pathsIn(survey, blade, alias)
    .filter((path) => path.inMap !== 'failed')
    .map((path) => ({ path, said: said.get(path.hctl) }))
}

/** Whether a registrant is this nexus; a registration of all target ports is of each. */
export function isRegistrantOf({ path, said }: Nexus, registrant: Registrant): boolean {
  const { initiator, targetPort } = registrant
  if (path.initiator === undefined || initiatorText(initiator) !== path.initiator) return false
  return targetPort === undefined || targetPort === said?.targetPort
}

/** The key under which the array knows a nexus, undefined for none. */
export function registeredKeyOf(nexus: Nexus): Reading<ReservationKey | undefined> {
  const status = nexus.said?.fullStatus
  if (status === undefined) return { state: 'refused', because: 'not asked' }
  if (status.state !== 'read') return status
  if (status.value === 'not supported') return { state: 'refused', because: 'the array does not say who is registered' }
  if (nexus.path.initiator === undefined || nexus.said?.targetPort === undefined)
    return { state: 'refused', because: 'nobody says between which ports the path is' }
  return read(status.value.registrants.find((one) => isRegistrantOf(nexus, one))?.key)
}
