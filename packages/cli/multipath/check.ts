/**
 * `anyblade multipath check`: what is wrong with files, and with --fix their cure.
 * May come in: names of files, a release. May not: rules; those are in the room multipath.
 */
import {
  type Ending,
  fixAll,
  type HostKnowledge,
  type LintFile,
  type LintFinding,
  lint,
  type Release,
  worstOf,
} from '@anyblade/multipath'
import type { Context } from '../context.ts'
import { ExitCode } from '../exit-code.ts'
import { type Difference, differenceLines, differences } from './across.ts'
import { CommandRefusal, ending } from './ending.ts'
import { standardInput, writeWhole } from './file.ts'
import { type Output, printDocument } from './print.ts'
import { explainSource, hostKnowledge, readSource, releaseFor, type Source, sourceName } from './source.ts'

export type CheckFlags = {
  readonly as?: string
  readonly confd?: string
  /** Each file is that of one blade; they are compared. */
  readonly across: boolean
  readonly fix: boolean
  readonly vmHost: boolean
  readonly output: Output
}

type Checked = {
  readonly source: Source
  readonly ending: Ending
  readonly findings: readonly LintFinding[]
  readonly fixed: readonly LintFinding[]
}

/**
 * Each file is judged by itself, and with --across beside the others; without a file it is this host's with its drop-ins.
 * Exit 2 when an error is left.
 */
export async function check(this: Context, flags: CheckFlags, ...files: readonly string[]): Promise<void> {
  await ending(this, async () => {
    if (flags.across && new Set(files).size < 2)
      throw new CommandRefusal('--across compares blades: give it the multipath.conf of two or more')
    const release = releaseFor(this, flags.as)
    const host = files.length === 0 ? await hostKnowledge(this, flags.vmHost) : { vmHost: flags.vmHost }
    const names = files.length === 0 ? [undefined] : files
    const checked: Checked[] = []
    for (const name of names) {
      const source = await readSource(this, name, flags.confd)
      checked.push(flags.fix ? await fixSource(this, source, release, host) : checkSource(source, release, host))
    }
    const apart = flags.across ? differences(sourcesOf(checked), release) : []
    print(this, flags, release, checked, apart)
    const isSound = checked.every(isSoundFile) && apart.every(({ severity }) => severity !== 'error')
    return isSound ? ExitCode.done : ExitCode.usage
  })
}

function isSoundFile({ ending, findings }: Checked): boolean {
  return ending === 'loaded' && worstOf(findings) !== 'error'
}

const sourcesOf = (checked: readonly Checked[]): readonly Source[] => checked.map(({ source }) => source)

function lintFiles({ main, directory, dropIns }: Source): readonly LintFile[] {
  const mains = main === undefined ? [] : [{ path: main.name, bytes: main.bytes }]
  return [...mains, ...dropIns.map(({ name, bytes }) => ({ path: `${directory}/${name}`, bytes, dropIn: name }))]
}

function checkSource(source: Source, release: Release, host: HostKnowledge): Checked {
  const findings = lint(lintFiles(source), release, host)
  return { source, ending: explainSource(source, release).ending, findings, fixed: [] }
}

/** Each changed file is written whole; with `-` the cured text is what comes out. */
async function fixSource(context: Context, source: Source, release: Release, host: HostKnowledge): Promise<Checked> {
  const before = lintFiles(source)
  const { files, fixed } = fixAll(before, release, host)
  const bytesNow = new Map(files.map(({ path, bytes }) => [path, bytes]))
  for (const [at, file] of files.entries())
    if (file.path !== standardInput && file.bytes !== before[at]?.bytes)
      await writeWhole(context, file.path, file.bytes)
  const cured = (name: string, bytes: Uint8Array) => bytesNow.get(name) ?? bytes
  const now: Source = {
    ...source,
    main: source.main && { ...source.main, bytes: cured(source.main.name, source.main.bytes) },
    dropIns: source.dropIns.map(({ name, bytes }) => ({ name, bytes: cured(`${source.directory}/${name}`, bytes) })),
  }
  return { ...checkSource(now, release, host), fixed }
}

function print(
  context: Context,
  flags: CheckFlags,
  release: Release,
  checked: readonly Checked[],
  apart: readonly Difference[],
): void {
  const findings = checked.flatMap((each) => each.findings)
  const fixed = checked.flatMap((each) => each.fixed)
  const lines = [
    ...fixed.map((finding) => `${placed(finding)}: fixed ${finding.rule} ${finding.title}`),
    ...findings.flatMap(told),
    ...apart.flatMap(differenceLines),
  ]
  const typed = checked.find(({ source }) => flags.fix && source.main?.name === standardInput)
  const text = typed?.source.main?.bytes
  if (text !== undefined && flags.output === 'text') {
    context.process.stdout.write(text)
    context.process.stderr.write(lines.map((line) => `${line}\n`).join(''))
  } else
    printDocument(
      context,
      flags.output,
      () => ({ ...jsonOf(release, checked, text), ...(flags.across && { across: apart }) }),
      () => [...lines, ...checked.map(verdict), ...(flags.across ? [acrossVerdict(apart)] : [])],
    )
}

function jsonOf(release: Release, checked: readonly Checked[], text: Uint8Array | undefined): object {
  return {
    release,
    files: checked.map(({ source, ending, findings }) => ({
      file: sourceName(source),
      loads: ending === 'loaded',
      ending,
      worst: worstOf(findings),
    })),
    findings: checked.flatMap(({ findings }) => findings.map(findingJson)),
    fixed: checked.flatMap(({ fixed }) => fixed.map(findingJson)),
    ...(text !== undefined && { text: new TextDecoder().decode(text) }),
  }
}

function findingJson({ rule, severity, file, line, column, title, consequence, rationale, fix, edits }: LintFinding) {
  return { rule, severity, file, line, column, title, consequence, rationale, fix, fixable: edits.length > 0 }
}

const placed = ({ file, line, column }: LintFinding): string => `${file}:${line}:${column}`

function told(finding: LintFinding): readonly string[] {
  const { severity, rule, title, consequence, fix, edits } = finding
  const cure = edits.length > 0 && severity !== 'info' ? '   (--fix does it)' : ''
  return [`${placed(finding)}: ${severity} ${rule} ${title}`, `    ${consequence}`, `    fix: ${fix}${cure}`]
}

const endings: Readonly<Record<Ending, string>> = {
  loaded: 'loads',
  refused: 'is refused as a whole',
  died: 'kills multipath and multipathd',
  hangs: 'is never read to its end',
}

function verdict({ source, ending, findings }: Checked): string {
  return `${sourceName(source)} ${endings[ending]}: ${counted(findings)}`
}

function acrossVerdict(apart: readonly Difference[]): string {
  return apart.length === 0 ? 'across the blades: no difference' : `across the blades: ${counted(apart)}`
}

function counted(found: readonly { readonly severity: string }[]): string {
  const count = (weight: string) => found.filter(({ severity }) => severity === weight).length
  return `${count('error')} errors, ${count('warning')} warnings, ${count('info')} to know`
}
