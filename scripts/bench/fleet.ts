/**
 * A whole fleet judged: the blades' answers as text, parsed, joined, and each volume on each blade proved to be its LUN,
 * on two fabrics, of one size everywhere; and the doctor over the same with a guest a volume. In a process of its own for each size, so that its memory is its own.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import {
  type BladeName,
  type BladeReport,
  type Claim,
  EVERYTHING,
  examine,
  type Fleet,
  join,
  matrix,
  proveAll,
  type Reading,
} from '@anyblade/engine'
import { parseReport } from '../../packages/drivers/blade/probe.parse.ts'
import { answerOf } from './answers.ts'
import { fleetOf, naa, nameOf } from './documents.ts'
import { evacuationRows } from './evacuation.ts'
import { median, type Row } from './row.ts'

const BLADES = 64
const VOLUMES = 1000
const PART = 4
const PATHS = BLADES * VOLUMES * 4
/** Guests of the blade that is emptied. */
const EVACUATED = 200
const ROUNDS = 3

type Took = { readonly seconds: number; readonly parsed: number; readonly peakMiB: number; readonly doctor: number }

export async function benchFleet(): Promise<readonly Row[]> {
  const whole: Took[] = []
  const part: Took[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    part.push(inProcess(VOLUMES / PART))
    whole.push(inProcess(VOLUMES))
  }
  const of = (what: (took: Took) => number, from = whole): number => median(from.map(what))
  const seconds = (took: Took): number => took.seconds
  const doctor = (took: Took): number => took.doctor
  return [
    {
      name: `${BLADES} blades × ${VOLUMES} volumes × 4 paths: answers parsed, joined, each volume proved on each blade`,
      detail: `${of(seconds).toFixed(2)} s (${of((one) => one.parsed).toFixed(2)} s of it parsing, ${((1e6 * of((one) => one.parsed)) / PATHS).toFixed(1)} µs a path), ${of((one) => one.peakMiB).toFixed(0)} MiB at most`,
      ratio: undefined,
    },
    {
      name: `its growth from ${VOLUMES / PART} to ${VOLUMES} volumes, against ${PART} times as many`,
      detail: `${of(seconds, part).toFixed(2)} s to ${of(seconds).toFixed(2)} s`,
      ratio: of(seconds) / of(seconds, part) / PART,
    },
    {
      name: `the doctor over it, with ${VOLUMES} guests`,
      detail: `${of(doctor).toFixed(2)} s, and ${of(doctor, part).toFixed(2)} s over ${VOLUMES / PART}`,
      ratio: of(doctor) / of(doctor, part) / PART,
    },
    ...evacuationRows(BLADES, VOLUMES, EVACUATED),
  ]
}

function inProcess(volumes: number): Took {
  const { stdout, stderr } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), String(volumes)], {
    encoding: 'utf8',
  })
  if (stdout === '') throw new Error(stderr)
  return JSON.parse(stdout)
}

// -- judged

export function claimsOf(fleet: Fleet): Claim[] {
  const blades = [...fleet.blades.keys()]
  return [...fleet.volumes.values()].flatMap((volume): Claim[] => [
    { kind: 'alike', volume, blades },
    ...blades.flatMap((blade): Claim[] => [
      { kind: 'identity', blade, volume },
      { kind: 'redundancy', blade, volume, fabrics: 2 },
    ]),
  ])
}

/** @throws Error where anything that is well is not found to be so, or a stale path is not found */
function judged(volumes: number): Took {
  const fleet = fleetOf(volumes, BLADES)
  const guests = Map.groupBy(
    Array.from({ length: volumes }, (_, at) => at),
    (at) => at % BLADES,
  )
  const answers = Array.from({ length: BLADES }, (_, blade) =>
    answerOf(blade, volumes, guests.get(blade) ?? [], EVERYTHING),
  )
  // One path of one blade leads to another LUN than its map says.
  answers[7] = answers[7]?.replace(`0083001401030010${naa(5)}`, `0083001401030010${naa(6)}`) ?? ''
  const began = performance.now()
  const reports = answers.map((text, blade): [BladeName, Reading<BladeReport>] => [
    nameOf(blade),
    parseReport(text, EVERYTHING),
  ])
  const parsed = performance.now()
  const survey = join(fleet, new Map(reports), new Map())
  const findings = proveAll(claimsOf(fleet), fleet, survey)
  const rows = matrix(fleet, survey)
  const ended = performance.now()
  const { diagnoses } = examine(fleet, survey, survey)
  const examined = performance.now()
  if (diagnoses[0]?.check !== 'fresh') throw new Error(`the doctor found ${diagnoses.map(({ check }) => check)}`)
  const refuted = findings.filter(({ verdict }) => verdict !== 'proved')
  if (refuted.length !== 1 || rows.length !== volumes || survey.paths.length !== BLADES * volumes * 4)
    throw new Error(`${refuted.length} findings not proved, ${rows.length} rows, ${survey.paths.length} paths`)
  return {
    seconds: (ended - began) / 1000,
    parsed: (parsed - began) / 1000,
    peakMiB: process.resourceUsage().maxRSS / 1024,
    doctor: (examined - ended) / 1000,
  }
}

if (import.meta.main) console.log(JSON.stringify(judged(Number(process.argv[2]))))
