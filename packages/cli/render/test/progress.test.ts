import assert from 'node:assert/strict'
import { test } from 'node:test'
import { progressText } from '../progress.ts'
import { StatusLine } from '../status-line.ts'

const MIB = 1024 * 1024
const half = { elapsedMs: 5000, totalBytes: 1000 * MIB, remainingBytes: 500 * MIB, bytesPerSecond: 100 * MIB }

test('a first pass: what is left, the rate, and how long that takes', () => {
  assert.equal(progressText(3, half), 'step 3  █████████░░░░░░░░░  50 %  500 MiB left  100 MiB/s  5.0 s to go')
})

test('a later pass: what gets dirty meanwhile has to travel as well', () => {
  const ladder = { dirtyBytesPerSecond: 50 * MIB, passes: 2, slowedPercent: 20 }
  assert.match(
    progressText(3, { ...half, ladder }),
    /100 MiB\/s {2}pass 2 {2}50 MiB\/s dirtied {2}slowed by 20 % {2}10 s to go$/,
  )
  const faster = { ...ladder, dirtyBytesPerSecond: 120 * MIB }
  assert.match(progressText(3, { ...half, ladder: faster }), /gets no less$/)
})

test('where no terminal is, progress is a line now and then, and none for who wants quiet', () => {
  const written = (loudness: 'usual' | 'quiet', isTTY: boolean) => {
    let text = ''
    const write = (piece: string) => {
      text += piece
      return true
    }
    const stream = { isTTY, write }
    const line = new StatusLine(stream, loudness)
    for (let i = 0; i < 3; i += 1) line.tick(`at ${i}`)
    return text
  }
  assert.equal(written('usual', false), 'at 0\n')
  assert.equal(written('quiet', false), '')
  assert.match(written('usual', true), /at 0.*at 1.*at 2/s)
})
