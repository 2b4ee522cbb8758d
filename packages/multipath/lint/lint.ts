/**
 * Every rule asked about the files of one host, and its cures applied round by round.
 * May come in: bytes, a release, what is known of the host. May not: I/O.
 */
import { spliced } from '../edit/splice.ts'
import { explain } from '../explain/explain.ts'
import { latin1 } from '../syntax/document.ts'
import { Claims, withoutRepeats } from './claims.ts'
import { offsetBefore, offsetOf, placeIn, type Spot } from './place.ts'
import { applies, type LintFinding, type Rule, type Severity } from './rule.ts'
import { braceRules } from './rules/braces.ts'
import { hostRules } from './rules/host.ts'
import { keywordRules } from './rules/keywords.ts'
import { lineRules } from './rules/lines.ts'
import { nameRules } from './rules/names.ts'
import { pathRules } from './rules/paths.ts'
import { patternRules } from './rules/patterns.ts'
import { timingRules } from './rules/timing.ts'
import { valueRules } from './rules/values.ts'
import { type HostKnowledge, type LintFile, subjectOf } from './subject.ts'

/** All rules, in the order of their numbers. */
export const lintRules: readonly Rule[] = [
  ...patternRules,
  ...valueRules,
  ...braceRules,
  ...lineRules,
  ...keywordRules,
  ...nameRules,
  ...timingRules,
  ...pathRules,
  ...hostRules,
].sort((a, b) => (a.id < b.id ? -1 : 1))

/**
 * What is wrong with these files for this release, by file and line. Braces are set right in memory first, one fault
 * after the other, so that what lies behind the first one is judged as it was meant; places are those of the files given.
 * @throws MultipathError `release-unknown`
 */
export function lint(files: readonly LintFile[], release: string, host: HostKnowledge = {}): readonly LintFinding[] {
  const found: LintFinding[] = []
  const rounds = reportRounds(files)
  let layers = files.map((file) => ({ file, back: identity }))
  for (let round = 0; ; round++) {
    const current = layers.map(({ file }) => file)
    const first = round < rounds ? firstOfStructure(current, release, host, hasCure) : undefined
    const kept = first === undefined ? lintOnce(current, release, host, lintRules) : [first]
    for (const finding of kept) found.push(broughtBack(finding, layers, files, release))
    if (first === undefined) return sorted(found, files)
    layers = layers.map((layer) => (layer.file.path === first.file ? under(layer, first) : layer))
  }
}

/** A file after some cures, and the way from its offsets to those of the file as it was given. */
type Layer = { readonly file: LintFile; readonly back: (offset: number) => number }

const identity = (offset: number): number => offset
/** After so many faults of braces the rest is told as it is read; each costs a reading of all files. */
function reportRounds(files: readonly LintFile[]): number {
  return Math.min(20, Math.ceil(2_000_000 / (sizeOf(files) + 1)))
}

function sizeOf(files: readonly LintFile[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes.length, 0)
}

const structureRules = lintRules.filter(({ structure }) => structure)

/** The first fault of braces and lines that can be cured; the other rules need not be asked before. */
function firstOfStructure(
  files: readonly LintFile[],
  release: string,
  host: HostKnowledge,
  isChosen: (finding: LintFinding) => boolean,
): LintFinding | undefined {
  return lintOnce(files, release, host, structureRules).find((finding) => !finding.local && isChosen(finding))
}

function hasCure({ edits }: LintFinding): boolean {
  return edits.length > 0
}

function under({ file, back }: Layer, finding: LintFinding): Layer {
  return { file: withEdits(file, [finding]), back: (offset) => back(offsetBefore(offset, finding.edits)) }
}

function broughtBack(
  finding: LintFinding,
  layers: readonly Layer[],
  files: readonly LintFile[],
  release: string,
): LintFinding {
  const at = layers.findIndex(({ file }) => file.path === finding.file)
  const [layer, given] = [layers[at], files[at]]
  if (layer === undefined || given === undefined || layer.back === identity) return finding
  const place = (spot: Spot) => placeIn(given, layer.back(offsetOf(layer.file, spot, release)), release)
  const retold = (text: string) =>
    text.replaceAll(/\bline (\d+)/g, (_, line: string) => `line ${place({ line: Number(line), column: 1 }).line}`)
  return { ...finding, ...place(finding), consequence: retold(finding.consequence), fix: retold(finding.fix) }
}

/** One pass of these rules; places and edits are those of exactly these files. */
function lintOnce(
  files: readonly LintFile[],
  release: string,
  host: HostKnowledge,
  rules: readonly Rule[],
): readonly LintFinding[] {
  const subject = subjectOf(files, release, host)
  const findings = rules
    .filter((rule) => applies(rule, subject.number))
    .flatMap((rule) => rule.find(subject).map((hit) => findingOf(rule, hit)))
  return sorted(findings, files)
}

function sorted(findings: readonly LintFinding[], files: readonly LintFile[]): readonly LintFinding[] {
  const order = new Map(files.map(({ path }, at) => [path, at]))
  const place = (finding: LintFinding) => order.get(finding.file) ?? 0
  return [...findings].sort((a, b) => place(a) - place(b) || a.line - b.line || a.column - b.column)
}

function findingOf(rule: Rule, hit: ReturnType<Rule['find']>[number]): LintFinding {
  const { id, severity, title, rationale, fix } = rule
  return { rule: id, title, rationale, fix, edits: [], ...hit, severity: hit.severity ?? severity }
}

/** The heaviest weight among findings. */
export function worstOf(findings: readonly LintFinding[]): Severity | 'none' {
  const weights = ['error', 'warning', 'info'] as const
  return weights.find((weight) => findings.some(({ severity }) => severity === weight)) ?? 'none'
}

/** `fixed` are the findings whose cure was applied, `left` those that remain and need a person. */
export type FixResult = {
  readonly files: readonly LintFile[]
  readonly fixed: readonly LintFinding[]
  readonly left: readonly LintFinding[]
}

/** Enough for any file that gets better with each round; a cure that does not cure ends the rounds too. */
function fixRounds(files: readonly LintFile[]): number {
  return Math.min(200, Math.ceil(20_000_000 / (sizeOf(files) + 1)))
}

/**
 * Applies the cures that can be no other ones, for this release. Braces come first and one at a time, since each changes
 * what the lines behind it mean. Advice that is a matter of taste (`info`) is not applied.
 */
export function fixAll(files: readonly LintFile[], release: string, host: HostKnowledge = {}): FixResult {
  const states = [files]
  for (let round = fixRounds(files); round > 0; round--) {
    const before = states.at(-1) ?? files
    const chosen = choose(before, release, host)
    const next = before.map((file) => withEdits(file, chosen))
    if (chosen.length === 0 || next.every((file, at) => same(file, before[at]))) break
    states.push(next)
  }
  const current = lastThatLoads(states, release)
  const left = lint(current, release, host)
  return { files: current, fixed: current === files ? [] : gone(lint(files, release, host), left), left }
}

/** The curable findings that are no longer there, at their places in the files given. */
function gone(before: readonly LintFinding[], left: readonly LintFinding[]): readonly LintFinding[] {
  const key = ({ rule, file, consequence }: LintFinding) => `${rule} ${file} ${consequence}`
  const there = new Set(left.map(key))
  return before.filter((finding) => isCurable(finding) && !there.has(key(finding)))
}

function isCurable({ edits, severity }: LintFinding): boolean {
  return edits.length > 0 && severity !== 'info'
}

function choose(files: readonly LintFile[], release: string, host: HostKnowledge): readonly LintFinding[] {
  const first = firstOfStructure(files, release, host, isCurable)
  return first === undefined
    ? withoutOverlap(lintOnce(files, release, host, lintRules).filter(isCurable), files)
    : [first]
}

/** Of two cures that reach into each other the second waits for the next round. */
function withoutOverlap(findings: readonly LintFinding[], files: readonly LintFile[]): readonly LintFinding[] {
  const claims = new Map(files.map(({ path, bytes }) => [path, new Claims(bytes.length)]))
  return findings.filter(({ file, edits }) => claims.get(file)?.take(edits) === true)
}

/** Files that loaded load after their cures: a section that is brought to light can kill a release beside a nameless one. */
function lastThatLoads(states: readonly (readonly LintFile[])[], release: string): readonly LintFile[] {
  const [files = []] = states
  const found = loads(files, release) ? states.findLast((state) => loads(state, release)) : states.at(-1)
  return found ?? files
}

function loads(files: readonly LintFile[], release: string): boolean {
  const main = files.find(({ dropIn }) => dropIn === undefined)
  const confd = files.flatMap(({ dropIn, bytes }) => (dropIn === undefined ? [] : [{ name: dropIn, bytes }]))
  return explain({ release, main, confd }).loads
}

function withEdits(file: LintFile, findings: readonly LintFinding[]): LintFile {
  const edits = findings.filter((finding) => finding.file === file.path).flatMap((finding) => finding.edits)
  return edits.length === 0 ? file : { ...file, bytes: spliced(file.bytes, withoutRepeats(edits)) }
}

function same(a: LintFile, b: LintFile | undefined): boolean {
  return b !== undefined && latin1(a.bytes) === latin1(b.bytes)
}
