/**
 * How the system's OpenSSH is called, so that the operator's ssh_config, agent, certificates, jump hosts and known_hosts
 * count as they are. May not: an option that weakens what the operator has set, such as the check of host keys.
 */
import { createHash } from 'node:crypto'
import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type SshSettings = {
  /** An OpenSSH client configuration instead of the user's and the system's. */
  readonly sshConfig?: string
  /** Where the control sockets live; short, for a socket's path ends at 108 bytes. */
  readonly controlDirectory: string
}

/** `shared`: through a control master, which stays for a minute so that the next command logs in at no cost. */
export type SshRoute = 'shared' | 'direct'

const PERSIST_SECONDS = 60
const KEEPALIVE = { seconds: 5, count: 3 }
/** ssh binds `<6 hex digits>-<40 hex digits>.<16 letters>` in there. */
const LONGEST_DIRECTORY = 40

/** The arguments of ssh for a shell on `destination`. Source: ssh_config(5) */
export function sshArguments(settings: SshSettings, destination: string, route: SshRoute, seconds: number): string[] {
  if (destination.startsWith('-')) throw new RangeError(`${destination} would be an option of ssh`)
  const options = {
    BatchMode: 'yes',
    ConnectTimeout: String(Math.max(1, seconds)),
    ServerAliveInterval: String(KEEPALIVE.seconds),
    ServerAliveCountMax: String(KEEPALIVE.count),
    ClearAllForwardings: 'yes',
    PermitLocalCommand: 'no',
    ControlMaster: route === 'shared' ? 'auto' : 'no',
    ControlPath: route === 'shared' ? join(settings.controlDirectory, `${sign(settings, destination)}-%C`) : 'none',
    ControlPersist: route === 'shared' ? String(PERSIST_SECONDS) : 'no',
  }
  return [
    ...(settings.sshConfig === undefined ? [] : ['-F', settings.sshConfig]),
    '-T',
    '-x',
    ...Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]),
    '--',
    destination,
    'exec sh',
  ]
}

/** What the name of a destination's control socket begins with. ssh alone knows the rest, which tells where it leads to. */
const sign = ({ sshConfig = '' }: SshSettings, destination: string): string =>
  createHash('sha256').update(`${sshConfig}\0${destination}`).digest('hex').slice(0, 6)

/** Whether a control master for the destination was left there, be it one that answers no more. */
export function hasMaster(settings: SshSettings, destination: string): boolean {
  const start = `${sign(settings, destination)}-`
  try {
    return readdirSync(settings.controlDirectory).some((name) => name.startsWith(start))
  } catch {
    return false // somebody has cleared it away
  }
}

/** A directory for control sockets that nobody else can enter; the same for all processes of one user. */
export function controlDirectory(): string {
  const base = process.env.XDG_RUNTIME_DIR || tmpdir()
  const shared = join(base, `anyblade-${process.getuid?.() ?? 0}`)
  return shared.length <= LONGEST_DIRECTORY && isOurs(shared) ? shared : mkdtempSync('/tmp/anyblade-')
}

function isOurs(directory: string): boolean {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    const found = lstatSync(directory)
    if (!found.isDirectory() || found.uid !== process.getuid?.()) return false
    chmodSync(directory, 0o700)
    return true
  } catch {
    return false // then a directory of this process's own is made
  }
}

const PLAIN = /^[!-~]*$/

/** Control characters out, white space folded, cut to length: what another machine said, for one line of ours. */
export const cleaned = (text: string, length = 300): string =>
  PLAIN.test(text)
    ? text.slice(0, length)
    : text
        .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\ufffd\s]+/gu, ' ')
        .trim()
        .slice(0, length)

/** The last line that says anything: ssh puts its own reason there. */
export const lastLine = (text: string): string =>
  cleaned(text.split(/[\r\n]+/).findLast((l) => cleaned(l) !== '') ?? '')

const HINTS: readonly (readonly [RegExp, string])[] = [
  [/host key|REMOTE HOST IDENT/i, 'check its key by hand once: ssh'],
  [/permission denied|too many authentication failures/i, 'it takes none of your keys, try: ssh'],
  [/could not resolve|name or service/i, 'is the destination right? try: ssh'],
]

/** What ssh said at its end, with what to do next where that is known. */
export function refusal(destination: string, said: string): string {
  const reason = lastLine(said) || 'ssh ended without a word'
  const hint = HINTS.find(([pattern]) => pattern.test(said))?.[1]
  return hint === undefined ? reason : `${reason} (${hint} ${destination})`
}

/** ssh's words for a machine that gives no answer, as against one that says no. */
export const isSilence = (said: string): boolean =>
  /timed out|no route to host|host is down|network is unreachable|timeout, server/i.test(lastLine(said))

/** ssh's words for a control master that is there and no good any more. */
export const isStaleMaster = (said: string): boolean => /mux_|control socket|controlpath|unix_listener/i.test(said)
