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
import { aliasOf, fleetOf, hex, initiator, letters, machineId, naa, nameOf, SECTORS, target } from './documents.ts'
import { median, type Row } from './row.ts'

const BLADES = 64
const VOLUMES = 1000
const PART = 4
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
      detail: `${of(seconds).toFixed(2)} s (${of((one) => one.parsed).toFixed(2)} s of it parsing), ${of((one) => one.peakMiB).toFixed(0)} MiB at most`,
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
  ]
}

function inProcess(volumes: number): Took {
  const { stdout, stderr } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), String(volumes)], {
    encoding: 'utf8',
  })
  if (stdout === '') throw new Error(stderr)
  return JSON.parse(stdout)
}

// -- what its blades say

const STANDARD = `0000060200000000${Buffer.from('LIO-ORG IBLOCK          4.0 ').toString('hex')}`
const CAPACITY = `${hex(SECTORS - 1, 16)}00000200`.padEnd(64, '0')

/** As the probe prints it. */
function answerOf(blade: number, volumes: number): string {
  const san = [0, 1].flatMap((port) => [
    `fc-host\t${port}\t0x${initiator(blade, port)}\tOnline\t0x0`,
    ...[port, port + 2].map((at, number) => `rport\t${port}\t0\t${number}\t0x${target(at)}\tOnline`),
  ])
  const status: string[] = []
  const open: string[] = []
  for (let volume = 0; volume < volumes; volume += 1) {
    const disks = [0, 1, 2, 3].map((path) => volume * 4 + path)
    const numbers = disks.map((disk) => `${8 + (disk >> 8)}:${disk & 255}`)
    for (const [path, disk] of disks.entries()) {
      const place = `${path % 2}:0:${path >> 1}:${volume + 1}`
      san.push(`device\t${place}\tsd${letters(disk)}\tsg${disk}\trunning\t0`)
      san.push(`inquiry\t${place}\tok\t${STANDARD}\t00000003008083\t\t0083001401030010${naa(volume)}\t${CAPACITY}\t`)
    }
    const slaves = disks.map((disk, path) => `sd${letters(disk)}=${numbers[path]}`).join(',')
    san.push(`map\tdm-${volume}\t${aliasOf(volume)}\tmpath-3${naa(volume)}\t${SECTORS}\t253:${volume}\t${slaves}\t\t`)
    open.push(`253\t${volume}\t0`)
    status.push(
      `${aliasOf(volume)}: 0 ${SECTORS} multipath 2 0 0 0 1 1 A 0 4 2 ${numbers.map((one) => `${one} A 0 0 1`).join(' ')} `,
    )
  }
  const sections = {
    host: [`hostname\t${nameOf(blade)}`, `machine-id\t${machineId(blade)}`, `boot-id\t${hex(blade + 1, 36)}`, 'uid\t0'],
    tools: ['multipath\tmultipath-tools v0.9.4 (12/19, 2022)', 'python3\t/usr/bin/python3'],
    ...{ impostors: [], bridges: ['br0'], links: ['br0'], files: [], domains: guestsOf(blade, volumes), libvirt: [] },
    'dm-open': open,
    'dm-status': status,
    san: [...san, 'sysfs\tread'],
  }
  const body = Object.entries(sections).map(
    ([name, lines]) => `[${name}\n${lines.map((line) => `|${line}\n`).join('')}]${name} ok\n`,
  )
  return `anyblade-probe 1 bench\n${body.join('')}anyblade-end\n`
}

/** Each volume is a guest's disk; they are spread over the blades. */
function guestsOf(blade: number, volumes: number): string[] {
  const own = Array.from({ length: volumes }, (_, at) => at).filter((at) => at % BLADES === blade)
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  return own.map((at) => {
    const [name, uuid] = [aliasOf(at), `${'0'.repeat(8)}-0000-4000-8000-${hex(at + 1, 12)}`]
    const xml = `<domain type='kvm'><name>${name}</name><uuid>${uuid}</uuid><memory unit='MiB'>1024</memory><vcpu>1</vcpu>
<os><type arch='x86_64' machine='pc'>hvm</type></os><devices><emulator>/usr/bin/qemu-system-x86_64</emulator>
<disk type='block' device='disk'><driver name='qemu' type='raw' cache='none' error_policy='stop' rerror_policy='stop'/>
<source dev='/dev/mapper/${name}'/><target dev='vda' bus='virtio'/></disk>
<interface type='bridge'><mac address='52:54:00:00:00:01'/><source bridge='br0'/></interface></devices></domain>`
    return ['domain', uuid, base64(name), '1', '1', '0', base64(xml)].join('\t')
  })
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
  const answers = Array.from({ length: BLADES }, (_, blade) => answerOf(blade, volumes))
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
