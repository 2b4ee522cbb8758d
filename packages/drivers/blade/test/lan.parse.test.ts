/** Frames between blades, asked for and heard. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseReport } from '../probe.parse.ts'
import { surveyCall } from '../question.ts'
import { answer, QUESTION, value } from './an-answer.ts'

const MACHINE = 'a'.repeat(32)
const LAN = [
  { device: 'br0', vlan: 0, machines: [MACHINE] },
  { device: 'ovs0', vlan: 42, machines: [MACHINE] },
]

test('frames: asked with the mark of all who are asked together, answered place by place', () => {
  const { args } = surveyCall({ ...QUESTION, lan: LAN }, 20, 'a1b2')
  assert.deepEqual(args.slice(-3), ['lan-mark=a1b2', `lan=br0:0:${MACHINE}`, `lan=ovs0:42:${MACHINE}`])
  const lines = ['sent', 'refused\t1\tNetwork is down', 'sent', `met\t0\t${MACHINE}`]
  const report = value(parseReport(answer({ lan: lines }), { ...QUESTION, lan: LAN }))
  assert.deepEqual(report.lan, {
    state: 'read',
    value: [
      { device: 'ovs0', vlan: 42, heard: { state: 'refused', because: 'Network is down' } },
      { device: 'br0', vlan: 0, heard: { state: 'read', value: [MACHINE] } },
    ],
  })
  for (const line of ['met\t2', 'met\t0\tsomebody'])
    assert.equal(parseReport(answer({ lan: [line] }), { ...QUESTION, lan: LAN }).state, 'garbled')
})
