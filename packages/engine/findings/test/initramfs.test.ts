import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type BladeReport, type Initramfs, type MultipathFiles, read } from '#survey'
import { b, fleetOf, OTHER, report, surveyOf, WWID } from '../../test/lab-fleet.ts'
import { prove } from '../prove.ts'

const fleet = fleetOf()
const bytes = (text: string) => new TextEncoder().encode(text)
const main = (alias: string, wwid: string): MultipathFiles => ({
  main: bytes(`multipaths {\n\tmultipath {\n\t\twwid ${wwid}\n\t\talias ${alias}\n\t}\n}\n`),
  dropIns: [],
})
const NOW = main('ldap', WWID)
const image = (contents: Initramfs['contents'], built = 100, configured: number | undefined = 200): Initramfs => ({
  ...{ image: '/boot/initrd.img-6.1.0', built, configured },
  contents,
})
const holding = (files: MultipathFiles, built = 100) => image({ state: 'read', holdsMultipath: true, files }, built)

const judged = (found: Initramfs | undefined, change: Partial<BladeReport> = {}) =>
  prove(
    { kind: 'initramfs', blade: b('blade1') },
    fleet,
    surveyOf(fleet, { blade1: report('blade1', { initramfs: read(found), config: read(NOW), ...change }) }),
  )

test('the configuration that is there now, or no multipath at all', () => {
  assert.equal(judged(holding(NOW)).verdict, 'proved')
  const none = { state: 'read', holdsMultipath: false, files: { main: undefined, dropIns: [] } } as const
  assert.equal(judged(image(none)).verdict, 'proved')
})

const old = [
  ['an alias of another LUN', main('ldap', OTHER), `ldap was ${OTHER}, and is ${WWID} now`],
  ['another name of a LUN', main('dap', WWID), `${WWID} was dap, and is ldap now`],
  ['a binding of another LUN', { ...NOW, bindings: bytes(`ldap ${OTHER}\n`) }, `ldap was ${OTHER}, and is ${WWID} now`],
] as const
for (const [what, files, line] of old)
  test(`an older one brings back ${what}`, () => {
    const { verdict, evidence, next } = judged(holding(files, 300))
    assert.deepEqual([verdict, evidence[0]], ['refuted', line])
    assert.match(next ?? '', /update-initramfs/)
  })

test('files that differ and change no alias: older by date, or one that its builder wrote', () => {
  const other = { ...NOW, dropIns: [{ name: 'a.conf', bytes: bytes('defaults {\n}\n') }] }
  const { verdict, evidence } = judged(holding(other))
  assert.deepEqual([verdict, evidence.at(-1)], ['refuted', 'not as in it: conf.d/a.conf'])
  assert.equal(judged(holding(other, 300)).verdict, 'proved')
})

test('a binding that the host keeps beside an alias is no other name', () =>
  assert.equal(judged(holding({ ...NOW, bindings: bytes(`mpatha ${WWID}\n`) })).verdict, 'proved'))

test('one that is cut off is unreadable, whatever its date', () => {
  const { verdict, because } = judged(image({ state: 'damaged', because: 'it is cut off' }, 300))
  assert.equal(verdict, 'unknown')
  assert.match(because, /unreadable: it is cut off/)
})

test('one that nothing there can unpack is judged by its date, and says so', () => {
  const packed = { state: 'packed', because: 'no zstd there' } as const
  const [older, younger] = [judged(image(packed)), judged(image(packed, 300))]
  assert.deepEqual([older.verdict, younger.verdict], ['refuted', 'proved'])
  for (const { because } of [older, younger]) assert.match(because, /only dates are compared/)
})

test('none is found, or nobody says', () => {
  assert.equal(judged(undefined).verdict, 'unknown')
  assert.equal(judged(undefined, { initramfs: { state: 'timed out', because: 'x' } }).verdict, 'unknown')
  const unread = { config: { state: 'timed out', because: 'x' } } as const
  assert.equal(judged(holding(NOW), unread).verdict, 'unknown')
})
