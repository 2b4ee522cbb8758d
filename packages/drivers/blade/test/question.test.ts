/** What a question becomes as words of the probe. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lunNumber } from '@anyblade/engine'
import { surveyCall } from '../question.ts'
import { QUESTION, UUID } from './an-answer.ts'

test('maps asked about for their reservations are asked for their identity too', () => {
  const { args } = surveyCall({ ...QUESTION, paths: 'none', files: [] }, 20, 'a1')
  assert.deepEqual(args.slice(4, 7), ['paths=some', 'map=vm1', 'reservation=vm1'])
})

test('a LUN is asked for in each of its codings, words never mix with programs', () => {
  const lun = lunNumber(5)
  assert.ok(lun)
  const { args } = surveyCall({ ...QUESTION, reservations: [], paths: { luns: [lun], maps: ['vm1'] } }, 20, 'a1')
  assert.deepEqual(args.slice(3), [
    '20',
    'paths=some',
    'lun=5',
    'lun=16389',
    'map=vm1',
    'config',
    'baseline',
    'agent',
    'domains',
    'emulators',
    'capabilities',
    'timers',
    'initramfs',
    'host-disks',
    'machine=kvm:x86_64:pc-q35-7.2',
    'machine=kvm:x86_64:pc-q35-9.9',
    `guest=${UUID}`,
    `state=${UUID}`,
    'send=blade1:blade2=tcp://b2',
    'fleet=a1b2',
    'credentials',
    'login=b2',
    'file=/bin/a',
    'file=/bin/b',
  ])
})
