/** What a doctor has found: one thing after the other, what weighs most first, each with what comes of it and what mends it. */
import type { Diagnosis, Examination, Link, Severity } from '@anyblade/engine'
import { topologyLines } from './topology.ts'

const WIDTH = 'critical'.length
const MOST_LINES = 8
const NO_FLEET = 'Plans that mend it need a fleet: anyblade fleet init DIR, then blade add and array add.'

export function doctorText(found: Examination, seconds: number): string {
  const { diagnoses, untold, silent, links } = found
  return [
    `${headText(found).padEnd(80)}read in ${seconds.toFixed(1)} s`,
    ...silent.map(({ blade, because }) => `  ${blade} gave no answer, ${because}`),
    '',
    ...topologyLines(links.map((link) => ({ ...link, had: hadBy(link, links) }))),
    ...diagnoses.flatMap((one) => ['', ...diagnosisLines(one)]),
    ...(untold.length === 0 ? [] : ['', ...untold.map(({ because }) => `${'not told'.padEnd(WIDTH)}  ${because}`)]),
    '',
    `${countsText(diagnoses)} Nothing was changed.`,
    ...(found.fleet.commit === '' && diagnoses.length > 0 ? [NO_FLEET] : []),
  ].join('\n')
}

export function headText({ fleet, survey }: Examination): string {
  const count = (n: number, word: string) => `${n} ${word}${n === 1 ? '' : 's'}`
  return [
    fleet.settings.name,
    `${count(survey.blades.size, 'blade')} · ${count(fleet.volumes.size, 'LUN')} · ${count(fleet.vms.size, 'guest')}`,
  ].join('   ')
}

/** Where nothing is known of a fabric that other blades see, one path would be the least. */
export const hadBy = ({ known, fabric }: Link, links: readonly Link[]): number =>
  known === 0 && links.some((other) => other.fabric === fabric && other.known > 0) ? 1 : known

function diagnosisLines({ severity, because, evidence, consequence, mend }: Diagnosis): string[] {
  const shown = evidence.slice(0, MOST_LINES)
  const more = evidence.length - shown.length
  return [
    `${severity.padEnd(WIDTH)}  ${because}`,
    ...[...shown, ...(more > 0 ? [`and ${more} more; --output json has all`] : [])].map((line) => indented('', line)),
    indented('so', consequence),
    indented('mend', mend),
  ]
}

const indented = (what: string, line: string): string => `${' '.repeat(WIDTH)}  ${what.padEnd(4)}  ${line}`

export function countsText(diagnoses: readonly Diagnosis[]): string {
  if (diagnoses.length === 0) return 'Nothing was found.'
  const of = (severity: Severity) => diagnoses.filter((one) => one.severity === severity).length
  return `${diagnoses.length} found: ${of('critical')} critical, ${of('major')} major, ${of('minor')} minor.`
}

export function doctorData({ fleet, survey, diagnoses, untold, silent, links }: Examination, seconds: number) {
  return {
    fleet: fleet.settings.name,
    seconds: Number(seconds.toFixed(3)),
    blades: [...survey.blades.keys()],
    findings: diagnoses,
    notTold: untold,
    silent,
    topology: links.map(({ fabric, ports, ...link }) => ({
      ...link,
      fabric: fabric ?? null,
      ports: ports.map(({ port, ...count }) => ({ port: port ?? null, ...count })),
    })),
  }
}
