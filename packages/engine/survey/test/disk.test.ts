import assert from 'node:assert/strict'
import { test } from 'node:test'
import { b, fleetOf, report, surveyOf, WWID } from '../../test/lab-fleet.ts'
import { lunAt } from '../index.ts'

const survey = surveyOf(fleetOf(), { blade1: report('blade1') })

const names = [
  '/dev/mapper/ldap',
  '/dev/dm-0',
  '/dev/sdc',
  '/dev/disk/by-id/dm-name-ldap',
  `/dev/disk/by-id/dm-uuid-mpath-${WWID}`,
  `/dev/disk/by-id/scsi-${WWID}`,
  `/dev/disk/by-id/wwn-0x${WWID.slice(1)}`,
]
for (const name of names)
  test(`one LUN, by whatever name a domain has it: ${name}`, () => assert.equal(lunAt(survey, b('blade1'), name), WWID))

for (const name of ['/dev/mapper/other', '/dev/dm-7', '/dev/vda', '/dev/disk/by-id/ata-x', '/srv/ldap.img', ''])
  test(`what is no LUN, or nobody has, is none: ${name}`, () =>
    assert.equal(lunAt(survey, b('blade1'), name), undefined))

test('on a blade that gave no answer nothing is known', () =>
  assert.equal(lunAt(survey, b('blade2'), '/dev/mapper/ldap'), undefined))
