import assert from 'node:assert/strict'
import { test } from 'node:test'
import { kernelReport, whyUnsound } from '../kernel-log.ts'

const bootId = '0b5a9f5e-6f9c-4f0e-9f44-0a4d8f9d0c11'
const printed = (...lines: string[]) => [bootId, ...lines, ''].join('\n')
const baseline = { bootId, logSequence: 900 }

test('a quiet node is sound', () => {
  assert.equal(whyUnsound(kernelReport(printed('MESSAGES 0 950')), baseline), undefined)
})

test('an oops, another boot and a lost log make it unsound, and the oops is quoted', () => {
  const oops = printed('TROUBLE 1,931,99,-;BUG: kernel NULL pointer dereference', 'MESSAGES 0 950')
  assert.match(whyUnsound(kernelReport(oops), baseline) ?? '', /stumbled: BUG: kernel NULL/)
  assert.match(whyUnsound(kernelReport(printed('MESSAGES 0 9')), { ...baseline, bootId: 'other' }) ?? '', /rebooted/)
  assert.match(whyUnsound(kernelReport(printed('MESSAGES 950 990')), baseline) ?? '', /lost messages/)
})

test('an answer that is not the script’s is an error and not a sound node', () => {
  assert.throws(() => kernelReport('Connection closed'), /kernel log/)
})
