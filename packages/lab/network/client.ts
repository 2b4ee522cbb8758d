/**
 * The lab's side of the switch process: starting it, and asking it.
 * May come in: the folder of its sockets. May not: a request without a deadline.
 */
import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { LabError, reasonOf } from '../errors.ts'
import { fields, parsed } from '../json.ts'
import { raise } from '../priority.ts'
import { waitFor } from '../wait.ts'

export const cableSocket = (folder: string, network: string, port: string): string => join(folder, `${network}.${port}`)
export const controlSocket = (folder: string): string => join(folder, 'switch')

export type Request =
  | { readonly do: 'lan' | 'reset-lan' | 'counts' | 'quit' }
  | { readonly do: 'mute' | 'unmute'; readonly network: string; readonly port?: string }

const answerMs = 5000

/** Starts the switches; they run until `quit`, whatever becomes of this process. @throws LabError `switch-failed` */
export async function startSwitch(
  folder: string,
  cables: Readonly<Record<string, readonly string[]>>,
  log: string,
): Promise<void> {
  const out = openSync(log, 'w', 0o600)
  const args = [join(import.meta.dirname, 'process.ts'), JSON.stringify({ folder, cables })]
  const child = spawn(process.execPath, args, { detached: true, stdio: ['ignore', out, out] })
  closeSync(out)
  if (child.pid !== undefined) raise(child.pid)
  child.unref()
  const waiting = { until: 'the switch answers', deadlineMs: 20_000, everyMs: 50, hint: `what it said is in ${log}` }
  await waitFor(waiting, () => askSwitch(folder, { do: 'counts' }).catch(() => undefined))
}

/** The switch's answer. @throws LabError `switch-failed` */
export async function askSwitch(folder: string, request: Request): Promise<unknown> {
  const line = await exchange(controlSocket(folder), `${JSON.stringify(request)}\n`).catch((cause: unknown) => {
    throw failure(request, reasonOf(cause), cause)
  })
  const answer = fields(parsed(line, 'the switch’s answer'), 'the switch’s answer')
  if (answer.failed !== undefined) throw failure(request, String(answer.failed))
  return answer.ok
}

function failure(request: Request, found: string, cause?: unknown): LabError {
  const explanation = { attempted: `ask the switch to ${request.do}`, found, hint: 'lab status; lab down and up again' }
  return new LabError('switch-failed', explanation, { cause })
}

function exchange(path: string, line: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(path)
    let said = ''
    socket.setTimeout(answerMs, () => socket.destroy(new Error(`no answer within ${answerMs / 1000} s`)))
    socket.setEncoding('utf8')
    socket.on('error', reject)
    socket.on('connect', () => socket.write(line))
    socket.on('close', () => reject(new Error('closed without an answer')))
    socket.on('data', (portion: string) => {
      said += portion
      const end = said.indexOf('\n')
      if (end < 0) return
      resolve(said.slice(0, end))
      socket.destroy()
    })
  })
}
