/** What must hold on a blade before its key is registered: the key file in effect, and no use of its own. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseKey } from '@anyblade/scsi'
import { prove, questionOf } from '#findings'
import { type BladeReport, type RegisteringDaemon, read } from '#survey'
import { b, fleetOf, LDAP, report, SIZE, surveyOf, WWID } from '../../test/lab-fleet.ts'

const fleet = fleetOf()
const about = { blade: b('blade1'), volume: { alias: LDAP, wwid: WWID, size: SIZE } } as const
const OTHERS = parseKey('0xb1')?.key ?? assert.fail()
const judged = (kind: 'key-file' | 'unheld', change: Partial<BladeReport>) =>
  prove({ kind, ...about }, fleet, surveyOf(fleet, { blade1: report('blade1', change) }))

const daemon = (...configured: [string, 'file' | typeof OTHERS][]): Partial<BladeReport> => ({
  registering: read<RegisteringDaemon>({ configured: new Map(configured), maps: new Map(), prkeys: [] }),
})
const keyFiles = [
  ['in the defaults', daemon(['', 'file']), 'proved'],
  ['in the defaults, another volume with a key of its own', daemon(['', 'file'], ['other', OTHERS]), 'proved'],
  ['nowhere', daemon(), 'refuted'],
  ['only in the multipath section, where mpathpersist does not see it', daemon([WWID, 'file']), 'refuted'],
  ['a key of the operator’s own in the defaults', daemon(['', OTHERS]), 'refuted'],
  ['another key for this volume', daemon(['', 'file'], [WWID, OTHERS]), 'refuted'],
  [
    'multipathd does not answer',
    { registering: { state: 'refused', because: 'multipathd does not answer' } },
    'unknown',
  ],
] as const
for (const [rule, change, verdict] of keyFiles)
  test(`key file ${verdict}: ${rule}`, () => assert.equal(judged('key-file', change).verdict, verdict))

test('multipathd is asked with the volume’s reservation', () => {
  assert.deepEqual(questionOf([{ kind: 'key-file', ...about }], fleet).blades.get(b('blade1'))?.reservations, [LDAP])
})

const [map] = report('blade1').maps
assert.ok(map)
const uses = [
  ['nothing', {}, 'proved', []],
  [
    'a partition or LVM',
    { holders: ['ldap-part1', 'vg-root'] },
    'refuted',
    ['/dev/mapper/ldap-part1 lies on it', '/dev/mapper/vg-root lies on it'],
  ],
  ['a file system that is mounted', { uses: ['mounted at /srv'] }, 'refuted', ['mounted at /srv']],
  ['open, by a guest or by udev for a moment', { openCount: 2 }, 'proved', []],
] as const
for (const [rule, change, verdict, evidence] of uses)
  test(`own use ${verdict}: ${rule}`, () => {
    const finding = judged('unheld', { maps: [{ ...map, ...change }] })
    assert.deepEqual([finding.verdict, finding.evidence], [verdict, evidence])
  })
test('own use unknown: there is no map', () => assert.equal(judged('unheld', { maps: [] }).verdict, 'unknown'))
