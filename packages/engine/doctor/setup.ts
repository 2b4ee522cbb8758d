/** How hosts are set up: what the baseline asks for, and multipath.conf line by line. */
import { type LintFile, type LintFinding, lint, MultipathError } from '@anyblade/multipath'
import type { BladeName, Fleet } from '#documents'
import type { BaselinePart } from '#findings'
import { type BladeReport, excuse, type Reading, reportOf, type Survey } from '#survey'
import { DROP_INS, MAIN_FILE, releaseIn } from '../config/aliases.ts'
import { lacksOf } from '../config/baseline/baseline.ts'
import type { Diagnosis, Severity, Untold } from './diagnosis.ts'

type Told = { readonly diagnoses: readonly Diagnosis[]; readonly untold: readonly Untold[] }

const PARTS: Readonly<Record<BaselinePart, { readonly severity: Severity; readonly consequence: string }>> = {
  lvm: {
    severity: 'major',
    consequence:
      'a guest’s volume group is taken for the host’s own: it is scanned, activated and written past the guest',
  },
  mdadm: {
    severity: 'major',
    consequence: 'a guest’s array is assembled by the host, and written past the guest',
  },
  autostart: {
    severity: 'major',
    consequence: 'it comes up with the host beside the copy that was started elsewhere meanwhile, and both write',
  },
  multipath: {
    severity: 'minor',
    consequence:
      'partitions of guests are mapped, a path that comes back is not asked who it is, or I/O waits unbounded',
  },
  libvirt: { severity: 'minor', consequence: 'guests that start with the host find no disk yet' },
}

export function wrongSetup(fleet: Fleet, survey: Survey): Told {
  const told = [...survey.blades.keys()].flatMap((blade): Told[] => {
    const report = reportOf(survey, blade)
    return report === undefined ? [] : [ofBaseline(fleet, blade, report)]
  })
  const linted = ofFiles(survey)
  return {
    diagnoses: [...told.flatMap(({ diagnoses }) => diagnoses), ...linted.diagnoses],
    untold: [...told.flatMap(({ untold }) => untold), ...linted.untold],
  }
}

function ofBaseline(fleet: Fleet, blade: BladeName, report: BladeReport): Told {
  const { baseline, config, domains } = report
  if (baseline.state !== 'read' || config.state !== 'read' || domains.state !== 'read') {
    const readings: readonly Reading<unknown>[] = [baseline, config, domains]
    const silent = readings.find(({ state }) => state !== 'read')
    return {
      diagnoses: [],
      untold: [{ check: 'baseline', because: `${blade}: how its host is set up, ${excuse(silent)}` }],
    }
  }
  const lacks = lacksOf(fleet, blade, { report, setup: baseline.value, config: config.value, domains: domains.value })
  return {
    diagnoses: lacks.map(({ part, because, mend }) => ({
      ...PARTS[part],
      ...{ check: part === 'autostart' ? part : `baseline-${part}`, blades: [blade] },
      because: `${blade}, ${part}: ${because}`,
      evidence: [],
      mend: mend === undefined ? `by hand on ${blade}` : `anyblade blade baseline ${blade} --plan`,
    })),
    untold: [],
  }
}

const SEVERITIES: Readonly<Record<LintFinding['severity'], Severity | undefined>> = {
  error: 'major',
  warning: 'minor',
  info: undefined,
}

/** The same line of the same file on many blades is told once. */
function ofFiles(survey: Survey): Told {
  const untold: Untold[] = []
  const linted = new Map<string, readonly LintFinding[] | string>() // blades mostly have the same files
  const hits = [...survey.blades.keys()].flatMap((blade) => {
    const report = reportOf(survey, blade)
    if (report === undefined) return []
    const key = lintedBy(report)
    const found = linted.get(key) ?? lintOf(report)
    linted.set(key, found)
    if (typeof found !== 'string') return found.map((hit) => ({ blade, hit }))
    untold.push({ check: 'multipath.conf', because: `${blade}: ${found}` })
    return []
  })
  const by = Map.groupBy(hits, ({ hit }) => [hit.rule, hit.file, hit.line, hit.consequence].join(' '))
  const diagnoses = [...by.values()].flatMap((of): Diagnosis[] => {
    const hit = of[0]?.hit
    const severity = hit && SEVERITIES[hit.severity]
    if (hit === undefined || severity === undefined) return []
    return [
      {
        ...{ severity, check: hit.rule, blades: of.map(({ blade }) => blade) },
        because: `${hit.file}:${hit.line}: ${hit.title}`,
        evidence: [],
        ...{ consequence: hit.consequence, mend: hit.fix },
      },
    ]
  })
  return { diagnoses, untold }
}

/** What decides the answer. */
function lintedBy({ config, tools, host }: BladeReport): string {
  if (config.state !== 'read') return excuse(config)
  const { main, dropIns } = config.value
  const text = (bytes: Uint8Array | undefined) => new TextDecoder('latin1').decode(bytes)
  return [tools.multipath, host.kernel, text(main), ...dropIns.flatMap(({ name, bytes }) => [name, text(bytes)])].join(
    '\0',
  )
}

/** What is wrong with the files, or why nobody can tell. */
function lintOf({ config, tools, host }: BladeReport): readonly LintFinding[] | string {
  const release = releaseIn(tools.multipath)
  if (config.state !== 'read') return `its configuration, ${excuse(config)}`
  if (release === undefined) return 'it has no multipath-tools'
  const { main, dropIns } = config.value
  const files: LintFile[] = [
    ...(main === undefined ? [] : [{ path: MAIN_FILE, bytes: main }]),
    ...dropIns.map(({ name, bytes }) => ({ path: `${DROP_INS}/${name}`, bytes, dropIn: name })),
  ]
  try {
    return files.length === 0 ? [] : lint(files, release, { vmHost: true, kernel: host.kernel })
  } catch (error) {
    if (error instanceof MultipathError) return error.message
    throw error
  }
}
