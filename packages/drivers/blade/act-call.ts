/** An act as what the wrapper is told: which program, with which arguments, with what on its standard input. Pure. */
import { createHash } from 'node:crypto'
import type {
  At,
  BladeAct,
  GuestLun,
  HandOverKey,
  Hold,
  InstallConfig,
  LeaseAsk,
  RunEnd,
  RunId,
  ShownLun,
  TrustChange,
  TrustLine,
} from '@anyblade/engine'
import { acts, inquirer, wrapper } from '@anyblade/on-blade'
import type { Question } from './connections.ts'

/** The wrapper gets its own text, for the part that goes on alone; both texts are too long to stand in a command line. */
const PRELUDE = [
  'ANYBLADE_WRAPPER=$1 ANYBLADE_READER=$2 ANYBLADE_VERSION=$3',
  'export ANYBLADE_WRAPPER ANYBLADE_READER ANYBLADE_VERSION',
  'shift 3',
  'eval "$ANYBLADE_WRAPPER"',
].join('\n')
/** Twenty runs with all their evidence. */
const MAX_BYTES = 64 * 1024 * 1024
/** Of an act's deadline, so much is left for the lock, for ending what hangs and for the journal. */
const RESERVE_SECONDS = 25
/** And of that again, for an act that waits itself and must still say how it stands. */
const LAST_WORD_SECONDS = 20
/** An argument may be twice as long, and this is encoded. */
const EVIDENCE_LENGTH = 16 * 1024
const SHORTEST_SECONDS = 10
/** In which the run still writes its end. */
const REBOOT_SECONDS = 10
/** The unit waits as long as the longest migration may take. */
const LANDING_SECONDS = 6 * 3600

const toWrapper = (args: readonly string[], stdin?: Uint8Array): Question => ({
  script: PRELUDE,
  args: [wrapper.text, inquirer, wrapper.version, ...args],
  maxBytes: MAX_BYTES,
  ...(stdin && { stdin }),
})

export function leaseCall({ run, seconds, operator, words, plan }: LeaseAsk): Question {
  const limited = words.map(({ name, limit }) => `${name}=${limit}`)
  return toWrapper(['lease', run, String(seconds), operator, ...limited], Buffer.from(plan))
}

export const renewCall = ({ run, epoch }: Hold): Question => toWrapper(['renew', run, String(epoch)])

export const noteCall = (at: At, event: string, text: string): Question =>
  toWrapper(['note', at.run, String(at.epoch), String(at.step), event, evidence(text)])

export function releaseCall({ run, epoch }: Hold, end: RunEnd | undefined): Question {
  return toWrapper(['release', run, String(epoch), ...(end === undefined ? [] : [end.event, evidence(end.text)])])
}

export const abortCall = (run: RunId, operator: string): Question => toWrapper(['abort', run, operator])

export const runsCall = (count: number): Question => toWrapper(['list', String(count)])
export const journalCall = (run: RunId): Question => toWrapper(['show', run])

/** As the wrapper journals it: what was printed, and errors, of which a note has none. */
const evidence = (text: string): string => `${Buffer.from(text.slice(0, EVIDENCE_LENGTH)).toString('base64')},`

/** `act` for step `at`, to end on the blade well before `deadlineMs`. */
export function actCall(at: At, act: BladeAct, deadlineMs: number): Question {
  const seconds = Math.max(SHORTEST_SECONDS, Math.floor(deadlineMs / 1000) - RESERVE_SECONDS)
  const { args, stdin } = told(act, at.run, Math.max(SHORTEST_SECONDS, seconds - LAST_WORD_SECONDS))
  const where = [at.run, String(at.epoch), String(at.step), at.way, String(seconds)]
  return toWrapper(['act', ...where, stdin ? 'stdin' : 'none', act.kind, acts[act.kind], ...args], stdin)
}

type Told = { readonly args: readonly string[]; readonly stdin?: Uint8Array }

function told(act: BladeAct, run: RunId, seconds: number): Told {
  const folder = `/run/anyblade/hand-over-${run}`
  switch (act.kind) {
    case 'check-lun-free':
    case 'remove-paths':
    case 'scan-lun':
    case 'rescan-lun':
    case 'flush-map':
    case 'forget-lun':
    case 'certify-gone':
      return { args: lunsWords(act) }
    case 'rescan-paths':
    case 'resize-map':
      return { args: [String(act.size), ...lunsWords(act)] }
    case 'remove-stale':
      return { args: act.devices.flatMap(({ hctl, was, is }) => [hctl, was, is]) }
    case 'check-unused':
      return { args: [act.volume, String(act.lun), known(act.wwid), ...act.targetPorts] }
    case 'resize-disk':
      return { args: [act.uuid, act.vm, act.alias, String(act.size)] }
    case 'install-config':
      return configTold(act)
    case 'try-config':
    case 'run-agent': {
      const { certname, command, seconds: runs } = act.agent
      const { args, ...rest } = configTold(act)
      return { args: [certname, String(runs), String(command.length), ...command, ...args], ...rest }
    }
    case 'install-host-file': {
      const before = act.before === undefined ? 'absent' : sha256(Buffer.from(act.before))
      if (act.after === undefined) return { args: [act.path, before, 'remove'] }
      return { args: [act.path, before, 'write'], stdin: Buffer.from(act.after) }
    }
    case 'check-command':
    case 'run-command':
      return { args: [act.command] }
    case 'reboot-host':
      return { args: [act.bootId, String(REBOOT_SECONDS)] }
    case 'make-key':
    case 'drop-key':
      return { args: [act.fleet] }
    case 'set-trust':
      return { args: [act.fleet, ...act.changes.flatMap(trustWords)] }
    case 'leave-fleet':
      return { args: [run] }
    case 'define-domain':
      return { args: [act.uuid, act.vm], stdin: Buffer.from(act.xml) }
    case 'undefine-domain':
    case 'disable-autostart':
    case 'enable-autostart':
      return { args: [act.uuid, act.vm] }
    case 'start-domain':
      return { args: [act.uuid, act.vm, ...act.disks.map(lunWord)] }
    case 'resume-domain':
      return { args: [act.uuid, act.vm, act.by, ...act.disks.map(lunWord)] }
    case 'register-key':
    case 'drop-keys':
    case 'reserve-volume':
    case 'reassert-volume':
    case 'unregister-key':
      return { args: [act.alias, known(act.wwid), act.key] }
    case 'preempt-key':
    case 'fence-volume':
      return { args: [act.alias, known(act.wwid), act.key, act.theirs] }
    case 'hold-fence':
      return { args: act.volumes.flatMap(({ alias, wwid, key, theirs }) => [alias, wwid, key, theirs]) }
    case 'restore-state':
      return { args: [act.uuid, act.vm, JSON.stringify(act.files)], stdin: act.content }
    case 'remove-state':
      return { args: [act.uuid, act.vm] }
    case 'eject-medium':
    case 'insert-medium':
      return { args: [act.uuid, act.vm, act.drive, act.path] }
    case 'stop-domain':
      return { args: [act.uuid, act.vm, act.how, String(seconds)] }
    case 'migrate-domain':
      return {
        args: [
          act.uuid,
          act.vm,
          act.uri,
          act.migrateUri ?? '-',
          peerIn(act.uri),
          folder,
          String(seconds),
          JSON.stringify(act.transfer),
          ...act.keys.map(keyWord),
          ...(act.emulator === undefined ? [] : [`emulator=${act.emulator}`]),
        ],
      }
    case 'await-landing':
      return { args: [act.uuid, act.vm, folder, String(LANDING_SECONDS), act.pace, ...lastWords(act)] }
    case 'dismiss-unit':
    case 'drop-landing':
      return { args: [act.uuid, act.vm, folder] }
    case 'hold-landing':
    case 'clear-source':
      return { args: [act.uuid, act.vm, folder, ...act.keys.map(keyWord)] }
    case 'ask-source':
      return { args: [act.uuid, act.vm, act.pace, known(act.landing), ...wayWords(act)] }
    case 'give-back':
      return { args: [act.uuid, act.vm, folder, act.pace, ...act.keys.map(keyWord)] }
    case 'take-landing':
      return { args: [act.uuid, act.vm, folder, act.pace, known(act.source), ...lastWords(act)] }
  }
}

function configTold({ files, expect, mayGo }: Omit<InstallConfig, 'kind'>): Told {
  const expected = [...expect.flatMap(({ alias, wwid }) => [alias, wwid]), ...mayGo.flatMap((wwid) => ['-', wwid])]
  // A file may have changed since it was read; the act compares its hash before it touches anything.
  const changes = files.flatMap(({ path, before, after }) => [
    ...[path, before === undefined ? 'absent' : sha256(before)],
    after === undefined ? 'remove' : String(after.length),
  ])
  const candidates = files.flatMap(({ after }) => (after === undefined ? [] : [after]))
  return { args: [...changes, ...expected], ...(candidates.length > 0 && { stdin: Buffer.concat(candidates) }) }
}

const lunWord = ({ alias, wwid }: GuestLun): string => `${alias}=${wwid}`
const lastWords = ({ keys, disks }: { readonly keys: readonly HandOverKey[]; readonly disks: readonly GuestLun[] }) => [
  ...keys.map(keyWord),
  ...disks.map(lunWord),
]
type OnLuns = { readonly targetPorts: readonly string[]; readonly luns: readonly ShownLun[] }
const lunsWords = ({ targetPorts, luns }: OnLuns): string[] => [...targetPorts, '-', ...luns.flatMap(lunWords)]
const lunWords = ({ volume, lun, wwid }: ShownLun): string[] => [volume, String(lun), known(wwid)]

const keyWord = ({ alias, ours, theirs }: HandOverKey): string => `${alias}:${ours}:${theirs}`

const wayWords = ({ uri, migrateUri = '-', transfer }: Extract<BladeAct, { kind: 'ask-source' }>): string[] => [
  uri,
  migrateUri,
  JSON.stringify(transfer),
]

/** The destination as the source's ssh names it: the host of qemu+ssh://HOST/system, with its user and without brackets. */
const peerIn = (uri: string): string =>
  uri
    .replace(/^[^/]*\/\//, '')
    .replace(/\/.*$/, '')
    .replace(/\[(.*)\]$/, '$1')

const trustWords = ({ file, peer, before, after }: TrustChange): string[] => [
  ...[file, peer],
  ...[before, after].map((lines) => lines.map(whole).join('\n')),
]

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** What an earlier step found or answered must have been filled in by now. */
function known(value: string | { readonly ofStep: number } | { readonly answerOf: number }): string {
  if (typeof value === 'string') return value
  throw new RangeError(`what step ${'ofStep' in value ? value.ofStep : value.answerOf} finds was not filled in`)
}

function whole(line: TrustLine): string {
  if (typeof line === 'string') return line
  throw new RangeError(`the key that step ${line.keyOf} makes was not filled in`)
}
