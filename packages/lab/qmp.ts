/**
 * QEMU's own control socket (QMP): one command, one answer.
 * May come in: a socket's path and a command. May not: an answer that is waited for without an end.
 */
import { connect } from 'node:net'
import { LabError, reasonOf } from './errors.ts'
import { type Fields, fields, parsed } from './json.ts'

export type QmpCommand = { readonly execute: string; readonly arguments?: Fields }

const answerMs = 15_000

/** What `command` returns. @throws LabError `machine-failed` */
export async function qmp(path: string, command: QmpCommand): Promise<Fields> {
  try {
    return await inTurn(path, command)
  } catch (cause) {
    throw new LabError(
      'machine-failed',
      {
        attempted: `ask QEMU to ${command.execute} at ${path}`,
        found: reasonOf(cause),
        hint: 'lab status tells which nodes run',
      },
      { cause },
    )
  }
}

const turnMs = 50

/** QEMU speaks with one at a time and keeps a queue of one; who finds it full (EAGAIN) tries again. */
async function inTurn(path: string, command: QmpCommand): Promise<Fields> {
  const until = performance.now() + answerMs
  for (;;) {
    try {
      return await converse(path, command)
    } catch (error) {
      const full = error instanceof Error && 'code' in error && error.code === 'EAGAIN'
      if (!full || performance.now() > until) throw error
      await new Promise((resolve) => setTimeout(resolve, turnMs))
    }
  }
}

/** Greeting, capabilities, command: three lines in turn; events come in between. Source: docs/interop/qmp-spec.rst */
function converse(path: string, command: QmpCommand): Promise<Fields> {
  return new Promise((resolve, reject) => {
    const socket = connect(path)
    const send = (message: QmpCommand) => socket.write(`${JSON.stringify(message)}\n`)
    const toSend = [{ execute: 'qmp_capabilities' }, command]
    let waiting = ''
    socket.setTimeout(answerMs, () => socket.destroy(new Error(`no answer within ${answerMs / 1000} s`)))
    socket.setEncoding('utf8')
    socket.on('error', reject)
    socket.on('close', () => {
      if (command.execute === 'quit') resolve({})
      else reject(new Error('closed without an answer'))
    })
    const take = (line: string) => {
      const message = fields(parsed(line, 'QMP'), 'QMP')
      if (message.event !== undefined) return
      if (message.error !== undefined) socket.destroy(new Error(String(fields(message.error, 'error').desc)))
      const next = toSend.shift()
      if (next !== undefined) send(next)
      else {
        resolve(fields(message.return, 'return'))
        socket.destroy()
      }
    }
    socket.on('data', (portion: string) => {
      const lines = (waiting + portion).split('\n')
      waiting = lines.pop() ?? ''
      try {
        for (const line of lines) if (line.trim() !== '') take(line)
      } catch (error) {
        reject(error)
        socket.destroy()
      }
    })
  })
}
