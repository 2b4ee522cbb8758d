/**
 * A node's serial console on this terminal; without a terminal, what the console said so far.
 * May come in: a console's socket and log. May not: a way to leave that nobody is told.
 */
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'

const leaveKey = 0x1d // Ctrl-]

/** Gives the exit code. */
export function attachConsole(socketPath: string, log: string): Promise<number> {
  if (!process.stdin.isTTY) {
    process.stdout.write(readFileSync(log))
    return Promise.resolve(0)
  }
  return new Promise((resolve, reject) => {
    const socket = connect(socketPath)
    const leave = () => {
      process.stdin.setRawMode(false)
      process.stdin.pause()
      socket.destroy()
      resolve(0)
    }
    socket.on('error', reject)
    socket.on('close', leave)
    socket.on('connect', () => {
      process.stderr.write('Ctrl-] leaves; root needs no password. Press Enter.\n')
      process.stdin.setRawMode(true)
      socket.pipe(process.stdout)
      process.stdin.on('data', (keys: Buffer) => (keys.includes(leaveKey) ? leave() : socket.write(keys)))
    })
  })
}
