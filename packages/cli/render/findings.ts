/** Findings as an operator reads them: the verdict, what it is about, why; the evidence beneath what is not proved. */
import type { Claim, Finding, RoadEnd } from '@anyblade/engine'
import { columns } from './columns.ts'
import { adviceLines, nextCommand } from './next.ts'

const INDENT = 4

/** As many that say the same of a blade or volume each are read one by one; of more, the first stands for all. */
const READ_EACH = 8

/** The proof before a plan: one line a finding, and one for many that differ by names alone. */
export function proofLines(findings: readonly Finding[]): string[] {
  const many = [...Map.groupBy(findings, likeness).values()].filter((alike) => alike.length > READ_EACH)
  const unread = new Set(many.flatMap(([, ...others]) => others))
  const more = new Map(many.map((alike) => [alike[0], ` (and ${alike.length - 1} more like it)`]))
  return columns(
    findings
      .filter((finding) => !unread.has(finding))
      .map((finding) => [finding.verdict, subject(finding.claim), `${finding.because}${more.get(finding) ?? ''}`]),
  )
}

/** What is left of a proved one without the names that its claim is about; any other is like none. */
function likeness(finding: Finding): unknown {
  if (finding.verdict !== 'proved') return finding
  const names = namesIn(finding.claim)
  const text = finding.because.replace(/[\w.-]+/g, (word) => (names.has(word) ? '\0' : word))
  return `${finding.claim.kind} ${text}`
}

function namesIn(claim: Claim): ReadonlySet<string> {
  const names = new Set<string>()
  if ('blade' in claim) names.add(claim.blade)
  if ('vm' in claim) names.add(claim.vm)
  if ('alias' in claim) names.add(claim.alias)
  if ('volume' in claim) names.add(typeof claim.volume === 'object' ? claim.volume.alias : claim.volume)
  return names
}

/** What kept a plan from being carried out. */
export function refusal(title: string, findings: readonly Finding[], end: RoadEnd): string {
  const open = findings.filter((finding) => finding.verdict !== 'proved')
  const [exit, word] = end === 'unreachable' ? [5, 'unreachable'] : [3, 'refused']
  const next = nextCommand(open)
  return [
    `${`${word}: ${title}`.padEnd(88)}exit ${exit}`,
    '',
    ...open.flatMap(findingLines),
    '',
    'Nothing was changed.',
    ...(next === undefined ? [] : [`Next: ${next}`]),
  ].join('\n')
}

/** A finding with its evidence beneath. */
export function findingLines(finding: Finding): string[] {
  const head = `${finding.verdict.padEnd(9)} ${subject(finding.claim).padEnd(11)} ${finding.because}`
  return [head, ...[...finding.evidence, ...adviceLines(finding)].map((line) => `${' '.repeat(INDENT)}${line}`)]
}

const SUBJECTS: Readonly<Record<Claim['kind'], string>> = {
  answers: 'reach',
  'logs-in': 'log-in',
  'login-known': 'log-in',
  'credentials-known': 'keys',
  agent: 'puppet',
  room: 'room',
  adoptable: 'array',
  undisturbed: 'in use',
  unreserved: 'reservation',
  'lun-free': 'LUN number',
  visible: 'LUN',
  withdrawn: 'LUN',
  'none-came': 'volumes',
  'alias-free': 'alias',
  'alias-held': 'alias',
  fresh: 'fresh ids',
  purgeable: 'stale ids',
  alike: 'one size',
  aliases: 'aliases',
  identity: 'identity',
  redundancy: 'redundancy',
  reservation: 'reservation',
  reassertable: 'reservation',
  'key-file': 'key file',
  unheld: 'own use',
  'no-host-disk': 'host disk',
  timers: 'timers',
  initramfs: 'initramfs',
  deletable: 'documents',
  idle: 'in use',
  whole: 'all paths',
  'paths-up': 'paths up',
  'names-kept': 'names',
  'name-free': 'name',
  renameable: 'domains',
  'alias-ours': 'whose alias',
  writer: 'one writer',
  baseline: 'baseline',
  'baseline-known': 'baseline',
  'error-policy': 'disk errors',
  barred: 'shut out',
  holder: 'holder',
  'on-array': 'array',
  hidden: 'hidden',
  autostart: 'autostart',
  domain: 'domain',
  converges: 'converges',
  'post-copy': 'post-copy',
  paused: 'domain',
  kept: 'one writer',
  'disk-unused': 'disk',
  segment: 'same network',
  network: 'network',
  emulator: 'emulator',
  processor: 'processor',
  'machine-type': 'machine type',
  memory: 'memory',
  'local-devices': 'devices',
  'left-behind': 'left behind',
  'boot-files': 'boot files',
}

const subject = (claim: Claim): string => SUBJECTS[claim.kind]
