/**
 * What a blade lacks of a volume that is there already, and how it is given that: shown by the array where it is not, found
 * by a narrow scan, in the order whose way back leaves nothing. What it has already is left as it is.
 */
import { type BladeName, type Fleet, isManual, type Volume } from '#documents'
import { type Claim, isShownTo, pathsAt } from '#findings'
import { reportOf, type Survey, valueRead } from '#survey'
import { aliasesIn, explained, type Named, namedAs, releaseIn } from '../config/aliases.ts'
import { appearing, lunsOnBlade, nameable, showingTo } from './appear.ts'
import { bladeIn } from './missing.ts'
import { carved } from './on-array.ts'
import { type Draft, draft } from './plan.ts'

/** Before it is brought and named there; `seen`: an earlier look, from which it is known where it has paths already. */
export function claimsAt(fleet: Fleet, seen: Survey | undefined, blade: BladeName, volume: Volume): Claim[] {
  const { alias, wwid, array, lun } = volume
  if (seen === undefined || hasPaths(fleet, seen, blade, volume)) return nameable(appearing(volume), blade)
  return [
    { kind: 'lun-free', blade, array, lun },
    { kind: 'alias-free', blade, alias, wwid },
  ]
}

export const hasPaths = (fleet: Fleet, survey: Survey, blade: BladeName, { array, lun }: Volume): boolean =>
  pathsAt({ blade, array, lun }, fleet, survey).length > 0

/** Through every port of the blade, by the array's word; where it has paths, that is enough. A manual one says nothing: the scan will. */
export const isShown = (fleet: Fleet, survey: Survey, blade: BladeName, volume: Volume): boolean =>
  isManual(fleet, volume.array) || hasPaths(fleet, survey, blade, volume) || isShownTo(fleet, survey, blade, volume)

/** The aliases that are in effect by the files that the blade has. */
export function aliasesHeld(survey: Survey, blade: BladeName): readonly Named[] {
  const report = reportOf(survey, blade)
  const [files, release] = [valueRead(report?.config), releaseIn(report?.tools.multipath)]
  const configuration = files && release && explained(files, release).configuration
  return configuration ? aliasesIn(configuration) : []
}

/** Whether they give the volume its own. */
export const isNamed = (held: readonly Named[], { alias, wwid }: Pick<Volume, 'alias' | 'wwid'>): boolean =>
  namedAs(held, alias).some((one) => one.wwid === wwid)

/** Shown and found on the blades that are `without`. */
export function brought(
  fleet: Fleet,
  survey: Survey,
  volume: Volume,
  without: readonly BladeName[],
): (Draft | readonly Draft[])[] {
  const one = appearing(volume)
  const onLun = lunsOnBlade(fleet, volume.array, [one])
  const hidden = without.filter((blade) => !isShown(fleet, survey, blade, volume))
  return [
    without.map((blade) => draft({ kind: 'check-lun-free', blade, ...onLun }, 'undoable')),
    ...hidden.map((blade) => draft(showingTo(fleet, one, bladeIn(fleet, blade)), 'undoable', [carved(fleet, volume)])),
    without.map((blade) => draft({ kind: 'scan-lun', blade, ...onLun }, 'undoable')),
  ]
}
