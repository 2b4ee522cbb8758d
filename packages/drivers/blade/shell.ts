/**
 * A POSIX sh kept open on a machine, as root: logging in and becoming root are paid once, a command after that costs
 * hardly more than its own processes. What a login shell prints before it hands over is skipped, up to a limit.
 */
import { randomBytes } from 'node:crypto'
import { type Bounds, Channel, type Exchange } from './channel.ts'
import { type Call, framed, said, saidOnBoth } from './frame.ts'
import type { Answer, Failure } from './runner.ts'
import {
  cleaned,
  isSilence,
  isStaleMaster,
  lastLine,
  refusal,
  type SshRoute,
  type SshSettings,
  sshArguments,
} from './ssh-command.ts'

export type Shell = { readonly channel: Channel; readonly destination: string }
/** `stale`: it was the control master that failed; without it the machine may well answer. */
export type NoShell = Failure & { readonly stale: boolean }

/** A login may greet; who greets with more than this is no shell. */
const NOISE_BYTES = 1024 * 1024
const CONNECT_SECONDS = 10

/** What each kept shell starts with. ANYBLADE_SHELL is its own process id, for the wrapper to tell who attends a run. */
const PROLOGUE = [
  'unset ENV BASH_ENV CDPATH',
  'PATH=$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  'LC_ALL=C',
  'ANYBLADE_SHELL=$$',
  'export PATH LC_ALL ANYBLADE_SHELL',
  'umask 022',
  'cd /',
].join('; ')

const newMark = (): string => randomBytes(12).toString('hex')

/** Logs in and becomes root; a value either way. */
export async function openShell(
  settings: SshSettings,
  destination: string,
  route: SshRoute,
  within: Omit<Bounds, 'maxBytes'>,
): Promise<Shell | NoShell> {
  const seconds = Math.min(CONNECT_SECONDS, Math.ceil((within.until - performance.now()) / 1000))
  const channel = new Channel('ssh', sshArguments(settings, destination, route, seconds))
  const failure = await prepare({ channel, destination }, { ...within, maxBytes: NOISE_BYTES })
  if (failure === undefined) return { channel, destination }
  channel.kill()
  return failure
}

export const isShell = (opened: Shell | NoShell): opened is Shell => 'channel' in opened

async function prepare(shell: Shell, bounds: Bounds): Promise<NoShell | undefined> {
  const account = await greet(shell, bounds)
  if (typeof account !== 'string') return account
  if (account.startsWith('0:')) return undefined
  const refused = await becomeRoot(shell, account.slice(account.indexOf(':') + 1), bounds)
  if (refused !== undefined) return refused
  const root = await greet(shell, bounds)
  if (typeof root !== 'string') return root
  return root.startsWith('0:') ? undefined : noShell('refused', `sudo gave a shell, but not root's: ${cleaned(root)}`)
}

/** @returns `uid:name` of the account */
async function greet(shell: Shell, bounds: Bounds): Promise<string | NoShell> {
  const mark = newMark()
  const answer = await shell.channel.exchange(
    `${PROLOGUE}\n${saidOnBoth(mark, '$(id -u):$(id -un)')}\n`,
    mark,
    'both',
    bounds,
  )
  return answer.end === 'found' ? answer.word : whyNot(shell, answer, 'log in')
}

/** sh reads its input in blocks: nothing may be written between `exec` and the first word of what comes after it. */
async function becomeRoot({ channel, destination }: Shell, name: string, bounds: Bounds): Promise<NoShell | undefined> {
  const mark = newMark()
  const root = `exec sudo -n -- sh -c ${quotedOnce(`${said(mark, 'root')}; exec sh`)}\n`
  const answer = await channel.exchange(root, mark, 'stdout', bounds)
  if (answer.end === 'found') return undefined
  if (answer.end !== 'closed') return whyNot({ channel, destination }, answer, 'become root')
  const who = cleaned(name, 40)
  return noShell(
    'refused',
    `${who} can't become root: ${lastLine(channel.lastWords)} (as root on ${destination}: ` +
      `echo '${who} ALL=(root) NOPASSWD: ALL' >/etc/sudoers.d/anyblade)`,
  )
}

const quotedOnce = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

function whyNot({ channel, destination }: Shell, answer: Exchange, what: string): NoShell {
  const words = channel.lastWords
  switch (answer.end) {
    case 'late':
      return noShell('timed out', `no shell in time: could not ${what}${words ? `; ${lastLine(words)}` : ''}`)
    case 'cancelled':
      return noShell('timed out', 'cancelled by the operator')
    case 'too much':
      return noShell('garbled', `printed more than ${NOISE_BYTES / 1024} KiB before any shell answered`)
    case 'closed':
    case 'found': {
      const said = words.trim() === '' ? answer.stdout.subarray(-4096).toString('latin1') : words
      return {
        ...noShell(isSilence(said) ? 'timed out' : 'refused', refusal(destination, said)),
        stale: isStaleMaster(said),
      }
    }
  }
}

const noShell = (state: Failure['state'], because: string): NoShell => ({ state, because, sent: false, stale: false })

/** Runs one command. After any failure the shell is closed: what it would say next belongs to nobody. */
export async function runIn({ channel, destination }: Shell, call: Call, bounds: Bounds): Promise<Answer> {
  const mark = newMark()
  const answer = await channel.exchange(framed(call, mark), mark, 'both', bounds)
  if (answer.end !== 'found' || !/^\d{1,3}$/.test(answer.word)) {
    channel.kill()
    return lost(destination, answer, bounds, channel.lastWords)
  }
  const text = new TextDecoder() // bytes that are no UTF-8 become U+FFFD
  return {
    state: 'read',
    value: { exit: Number(answer.word), stdout: text.decode(answer.stdout), stderr: text.decode(answer.stderr) },
  }
}

function lost(destination: string, answer: Exchange, bounds: Bounds, words: string): Failure {
  switch (answer.end) {
    case 'late':
      return { state: 'timed out', because: 'no answer in time', sent: true }
    case 'cancelled':
      return { state: 'timed out', because: 'cancelled by the operator', sent: true }
    case 'too much':
      return { state: 'garbled', because: `answered with more than ${bounds.maxBytes} bytes`, sent: true }
    case 'closed':
      return { state: 'timed out', because: `the connection broke: ${refusal(destination, words)}`, sent: true }
    case 'found':
      return { state: 'garbled', because: 'the end of the answer names no exit status', sent: true }
  }
}
