/** What disks say of themselves, and what the kernel has remembered of them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseReport } from '../probe.parse.ts'
import { answer, CAPACITY, inquiry, PAGE00, PAGE83, QUESTION, STANDARD, value } from './an-answer.ts'

test('the id under which the kernel has a device is told beside what it answers; what can’t be compared is left out', () => {
  const { devices } = value(parseReport(answer(), QUESTION))
  assert.deepEqual(
    devices.map(({ hctl, known }) => [hctl, known]),
    [
      ['2:0:1:5', '3600140500000000000000000000000b7'],
      ['2:0:1:16684', undefined],
      ['2:0:1:7', undefined],
    ],
  )
  const line = (id: string) => [`device\t2:0:1:5\tsda\tsg0\trunning\t0\t${id}`, 'sysfs\tread']
  const knownAs = (id: string) => value(parseReport(answer({ san: line(id) }), QUESTION)).devices[0]?.known
  assert.equal(knownAs('eui.0025385971b0a1f2'), '20025385971b0a1f2')
  for (const id of ['', 't10.ATA     QEMU HARDDISK', 'naa.6001', 'naa.6001405 x'])
    assert.equal(knownAs(id), undefined, id)
})

test('each disk as it answered: its id from its own bytes, a refusal, or silence', () => {
  const [five, flat, silent] = value(parseReport(answer(), QUESTION)).devices
  assert.deepEqual(five && value(five.inquiry), {
    wwid: '3600140500000000000000000000000a1',
    vendor: 'LIO-ORG',
    product: 'IBLOCK',
    revision: '4.0',
    size: 20 * 1024 ** 3,
    blockBytes: 512,
  })
  assert.deepEqual(
    [flat?.lun, flat?.sg, flat?.inquiry],
    [300, undefined, { state: 'refused', because: 'sense 5/25/00' }],
  )
  assert.equal(silent?.inquiry.state, 'timed out')
})

const unusable = [
  [
    'an id of its type’s digit alone',
    inquiry(STANDARD.slice(0, 16).padEnd(72, '0'), '0000000180', '00800000', '', CAPACITY, ''),
  ],
  ['no page with an id', inquiry(STANDARD, PAGE00, '', '', CAPACITY, '')],
  ['a short INQUIRY', inquiry('0000', PAGE00, '', PAGE83, CAPACITY, '')],
  ['no capacity', inquiry(STANDARD, PAGE00, '', PAGE83, '', '')],
  ['a size that would round', inquiry(STANDARD, PAGE00, '', PAGE83, `${'f'.repeat(16)}00000200`, '')],
] as const
for (const [what, change] of unusable)
  test(`a disk whose answer is of no use is never a disk without an id: ${what}`, () => {
    assert.equal(value(parseReport(answer(change), QUESTION)).devices[0]?.inquiry.state, 'garbled')
  })
