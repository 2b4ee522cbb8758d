import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { test } from 'node:test'
import type { Context } from '../context.ts'
import { cancellable } from '../signals.ts'

test('the first Ctrl-C asks for an orderly end, the second leaves with exit 4 and says what to type', () => {
  const signals = new EventEmitter()
  const ends: unknown[] = []
  const said: string[] = []
  const stderr = Object.assign(Object.create(process.stderr), { write: (text: string) => said.push(text) })
  const context: Context = {
    process: {
      stdin: process.stdin,
      stdout: process.stdout,
      stderr,
      exitCode: null,
      on: (name: string | symbol, listener: Parameters<typeof signals.on>[1]) => {
        signals.on(name, listener)
        return process
      },
      exit: (code) => {
        ends.push(code)
        throw new Error('ended')
      },
    },
    env: {},
    cwd: '/',
    program: [],
  }
  const signal = cancellable(context, 'Next: anyblade run show r-12345')
  assert.equal(signal.aborted, false)
  signals.emit('SIGINT')
  assert.equal(signal.aborted, true)
  assert.deepEqual(ends, [])
  assert.match(said.join(''), /once more leaves at once/)
  assert.throws(() => signals.emit('SIGINT'), /ended/)
  assert.deepEqual(ends, [4])
  assert.match(said.join(''), /Next: anyblade run show r-12345\n$/)
})
