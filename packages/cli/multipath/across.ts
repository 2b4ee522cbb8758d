/**
 * The files of several blades side by side, for `check --across`: what differs between them, in both forms of the answer.
 * May come in: what each blade's release makes of its files. May not: what counts as a difference (room multipath).
 */
import { type FleetFinding, type FleetValue, lintFleet, type Release } from '@anyblade/multipath'
import { explainSource, type Source, sourceName, typedName } from './source.ts'

/** A difference with its files named as they were typed. */
export type Difference = Omit<FleetFinding, 'values'> & { readonly values: readonly Said[] }
type Said = {
  readonly file: string
  readonly value: string | null
  readonly place?: { readonly file: string; readonly line: number; readonly column: number }
}

/** Each source is one blade. */
export function differences(sources: readonly Source[], release: Release): readonly Difference[] {
  const byName = new Map(sources.map((source) => [sourceName(source), source]))
  const blades = Array.from(byName, ([blade, source]) => ({ blade, explanation: explainSource(source, release) }))
  return lintFleet(blades).map((finding) => ({
    ...finding,
    values: finding.values.map((value) => said(value, byName.get(value.blade))),
  }))
}

function said({ blade, value, place }: FleetValue, source: Source | undefined): Said {
  const at =
    source === undefined || place === undefined ? {} : { place: { ...place, file: typedName(source, place.file) } }
  return { file: blade, value: value ?? null, ...at }
}

const titles: Readonly<Record<FleetFinding['kind'], string>> = {
  'alias-of-two': 'one alias, two LUNs',
  'wwid-of-two': 'one LUN, two aliases',
  'alias-missing': 'a LUN without its alias',
  'value-differs': 'another value in effect',
  'not-loaded': 'files that are refused',
}

/** Lines for people: what differs, each blade's word on it, what comes of it, what to do. */
export function differenceLines({
  severity,
  rule,
  kind,
  about,
  consequence,
  fix,
  values,
}: Difference): readonly string[] {
  return [
    `${severity} ${rule} ${titles[kind]}: ${about}`,
    ...values.map(({ file, value, place }) => `    ${place === undefined ? file : placed(place)}: ${value ?? '–'}`),
    `    ${consequence}`,
    `    fix: ${fix}`,
  ]
}

const placed = ({ file, line, column }: { file: string; line: number; column: number }): string =>
  `${file}:${line}:${column}`
