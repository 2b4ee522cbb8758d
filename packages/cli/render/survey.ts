/** The survey as a matrix: a row a LUN, a column a blade, and what is wrong at the end of the row. */
import {
  type BladeName,
  type Domain,
  domainsOf,
  excuse,
  type Fleet,
  formatSize,
  type LunRow,
  matrix,
  type Path,
  type Survey,
} from '@anyblade/engine'
import { columns } from './columns.ts'

export function surveyText(fleet: Fleet, survey: Survey, seconds: number): string {
  const blades = [...survey.blades.keys()]
  const silent = [...survey.blades].flatMap(([blade, reading]) =>
    reading.state === 'read' ? [] : [`${blade} gave no answer, ${excuse(reading)}`],
  )
  return [
    heading(fleet, seconds),
    ...silent.map((line) => `  ${line}`),
    '',
    ...luns(matrix(fleet, survey), blades),
    '',
    ...vms(fleet, survey),
  ].join('\n')
}

function heading(fleet: Fleet, seconds: number): string {
  const count = (n: number, word: string) => `${n} ${word}${n === 1 ? '' : 's'}`
  const parts = [
    count(fleet.blades.size, 'blade'),
    count(fleet.arrays.size, 'array'),
    `fabrics ${fleet.settings.fabrics.join(', ')}`,
  ]
  return `${`fleet ${fleet.settings.name}   ${parts.join(' · ')}`.padEnd(80)}read in ${seconds.toFixed(1)} s`
}

function luns(rows: readonly LunRow[], blades: readonly BladeName[]): string[] {
  if (rows.length === 0) return ['no LUN is seen on any blade']
  const head = ['VOLUME', 'SIZE', ...blades, '']
  return columns([head, ...rows.flatMap((row) => lunLines(row, blades))])
}

/** A LUN's row; further remarks stand on lines of their own beneath. */
function lunLines(row: LunRow, blades: readonly BladeName[]): string[][] {
  const [first = sameEverywhere(row), ...others] = row.remarks
  const cells = blades.map((blade) => cell(row.paths.get(blade) ?? []))
  const indent = ['', '', ...blades.map(() => '')]
  return [
    [row.volume?.alias ?? '–', row.size === undefined ? '?' : formatSize(row.size), ...cells, first],
    ...others.map((remark) => [...indent, remark]),
  ]
}

function sameEverywhere({ paths }: LunRow): string {
  const count = [...paths.values()].reduce((sum, of) => sum + of.length, 0)
  return `same LUN on ${count} of ${count} paths`
}

/** `A sdb  B sdd`; a path that the kernel has failed is marked. */
const cell = (paths: readonly Path[]): string =>
  paths
    .toSorted((a, b) => ((a.fabric ?? '~') < (b.fabric ?? '~') ? -1 : 1))
    .map((path) => `${path.fabric ?? '?'} ${path.sd}${path.inMap === 'failed' ? ' failed' : ''}`)
    .join('  ') || '–'

function vms(fleet: Fleet, survey: Survey): string[] {
  const rows = [...survey.blades.keys()].flatMap((blade) =>
    (domainsOf(survey, blade) ?? []).map((domain) => vmRow(fleet, blade, domain)),
  )
  if (rows.length === 0) return ['no VM is defined on any blade']
  return columns([['VM', 'STATE', 'ON', 'VOLUMES', ''], ...rows])
}

function vmRow(fleet: Fleet, blade: BladeName, domain: Domain): string[] {
  const vm = [...fleet.vms.values()].find((candidate) => candidate.uuid === domain.uuid)
  return [domain.name, domain.state, blade, vm?.volumes.join(', ') ?? '–', vm === undefined ? 'no document' : '']
}

export function surveyData(fleet: Fleet, survey: Survey, seconds: number) {
  return {
    fleet: fleet.settings.name,
    seconds: Number(seconds.toFixed(3)),
    blades: [...survey.blades].map(([name, reading]) =>
      reading.state === 'read'
        ? { name, state: 'read', host: reading.value.host, tools: reading.value.tools, fcHosts: reading.value.fcHosts }
        : { name, state: reading.state, because: reading.because },
    ),
    luns: matrix(fleet, survey).map((row) => ({
      wwid: row.wwid ?? null,
      volume: row.volume?.alias ?? null,
      size: row.size ?? null,
      remarks: row.remarks,
      paths: [...row.paths.values()].flat(),
    })),
    vms: [...survey.blades.keys()].flatMap((blade) =>
      (domainsOf(survey, blade) ?? []).map(({ name, uuid, state }) => ({ name, uuid, state, on: blade })),
    ),
  }
}
