import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Alias, byUse, type LunNumber } from '#documents'
import { proveAll } from '#findings'
import { claimsOf, type Intent, leaseWords, parsePlan, planOf } from '#plans'
import { type Entry, next } from '#run'
import { type BladeReport, read, type ScsiDevice } from '#survey'
import { recovered } from '../../run/join.ts'
import { b, device, domain, fleetOf, LDAP, OTHER, report, surveyOf, WWID } from '../../test/lab-fleet.ts'

const plain: Intent = { kind: 'rescan-volumes', volumes: [], purge: false }
const purge: Intent = { kind: 'rescan-volumes', volumes: [], purge: true }
const fleet = fleetOf()
const known = (of: ScsiDevice, id: typeof WWID): ScsiDevice => ({ ...of, known: id })
const A = known(device('A', 'sdb'), WWID)
/** The volume has the number of a LUN that the blade still knows. */
const STALE = known(device('B', 'sdc'), OTHER)
/** The array shows another LUN at the volume's number. */
const REUSED = known(device('B', 'sdc', OTHER), WWID)
const [map] = report('blade1').maps
assert.ok(map)
const onA = { ...map, slaves: map.slaves.slice(0, 1) }

const seen = (change: Partial<BladeReport>, of = fleet) =>
  surveyOf(of, { blade1: report('blade1'), blade2: report('blade2', change) })
const open = (intent: Intent, change: Partial<BladeReport>, of = fleet) =>
  proveAll(claimsOf(of, intent), of, seen(change, of)).filter(({ verdict }) => verdict !== 'proved')
const acts = (intent: Intent, change: Partial<BladeReport>, of = fleet) =>
  planOf(of, seen(change, of), intent).steps.map(({ action }) => action)

describe('a rescan', () => {
  test('nothing is missing: nothing is done', () => {
    assert.deepEqual(open(plain, {}), [])
    assert.deepEqual(acts(plain, {}), [])
  })

  test('what is not seen through one port is scanned for on that blade alone, and never flushed again', () => {
    const change = { devices: [A], maps: [onA] }
    assert.deepEqual(open(plain, change), [])
    const [scan, ...more] = acts(plain, change)
    assert.deepEqual(more, [])
    assert.ok(scan?.kind === 'rescan-lun')
    assert.deepEqual([scan.blade, scan.luns], ['blade2', [{ volume: LDAP, lun: 1, wwid: WWID }]])
    const plan = planOf(fleet, seen(change), plain)
    assert.deepEqual(parsePlan(JSON.stringify(plan)), plan)
    const failed: Entry[] = (['proved', 'started', 'failed'] as const).map((event) => entry(1, event))
    assert.deepEqual(next(plan, failed), { kind: 'stop', outcome: 'undone' })
  })

  test('a port that is not online is not waited for', () => {
    const remotePorts = report('blade2').remotePorts.map((port) =>
      port.host === 7 ? { ...port, state: 'Blocked' } : port,
    )
    assert.deepEqual(acts(plain, { devices: [A], maps: [onA], remotePorts }), [])
  })

  test('while a device is another LUN than it is known for nothing is scanned, and the purge is named', () => {
    const [finding, ...more] = open(plain, { devices: [A, STALE], maps: [onA] })
    assert.deepEqual(more, [])
    assert.equal(finding?.verdict, 'refuted')
    assert.match(finding?.evidence[0] ?? '', /7:0:0:1 {2}sdc .* known as .*no volume of this fleet.* is .*\(ldap\)/)
    assert.equal(finding?.next, 'anyblade volume rescan --purge --plan')
  })

  test('only the volumes that are named count, and foreign LUNs never do', () => {
    const volume = fleet.volumes.get(LDAP)
    assert.ok(volume)
    const mail = {
      ...volume,
      alias: 'mail' as Alias,
      wwid: `${WWID.slice(0, -1)}3` as typeof WWID,
      lun: 2 as LunNumber,
    }
    const two = { ...fleet, ...byUse([volume, mail]) }
    const at2 = { ...STALE, hctl: '7:0:0:2', lun: 2, sd: 'sde' }
    const ofMail = { ...at2, inquiry: device('B', 'sde', mail.wwid).inquiry }
    const foreign = {
      ...at2,
      known: `${OTHER.slice(0, -1)}4` as typeof WWID,
      inquiry: device('B', 'sde', OTHER).inquiry,
    }
    const devices = (more: ScsiDevice) => ({ devices: [A, known(device('B', 'sdc'), WWID), more] })
    const named: Intent = { kind: 'rescan-volumes', volumes: [LDAP], purge: false }
    assert.deepEqual(open(named, devices(ofMail), two), [])
    assert.equal(open(plain, devices(ofMail), two).length, 1)
    assert.deepEqual(open(plain, devices(foreign), two), [])
    const both = planOf(two, seen(devices(foreign), two), purge)
    assert.ok(both.steps.every(({ action }) => action.kind !== 'remove-stale'))
    assert.match(
      both.remarks?.join() ?? '',
      new RegExp(`blade2: at LUN 2 san1 shows ${OTHER}: mail is not scanned for`),
    )
  })
})

describe('a rescan that purges', () => {
  test('the device goes by its place, with both ids, then the LUN is scanned for; nothing else is touched', () => {
    const change = { devices: [A, STALE], maps: [onA] }
    assert.deepEqual(open(purge, change), [])
    const [gone, scan, ...more] = acts(purge, change)
    assert.deepEqual(more, [])
    assert.deepEqual(gone, {
      kind: 'remove-stale',
      blade: 'blade2',
      devices: [{ hctl: '7:0:0:1', was: OTHER, is: WWID }],
      volumes: [LDAP],
    })
    assert.ok(scan?.kind === 'rescan-lun' && scan.blade === 'blade2')
    const plan = planOf(fleet, seen(change), purge)
    assert.deepEqual(parsePlan(JSON.stringify(plan)), plan)
    assert.deepEqual(
      leaseWords(fleet, plan, b('blade2')).map(({ name }) => name),
      ['luns', `volume/${LDAP}`],
    )
  })

  test('where the array shows another LUN at the number, that device goes and the number is not scanned', () => {
    const change = { devices: [A, REUSED] }
    assert.deepEqual(
      acts(purge, change).map(({ kind }) => kind),
      ['remove-stale'],
    )
    assert.match(planOf(fleet, seen(change), purge).remarks?.join() ?? '', /ldap is not scanned for there/)
  })

  test('while anybody has the map over it open it is refused, with who that is', () => {
    const change = {
      devices: [A, REUSED],
      maps: [{ ...map, openCount: 1 }],
      domains: read([domain('running')]),
    }
    const [finding] = open(purge, change)
    assert.equal(finding?.verdict, 'refuted')
    assert.match(
      finding?.evidence.join('\n') ?? '',
      /the VM ldap has ldap as its disk and is running\nldap is open 1 times/,
    )
    const held = open(purge, { devices: [A, REUSED], maps: [{ ...map, holders: ['ldap-part1'] }] })
    assert.match(held[0]?.evidence.join() ?? '', /ldap-part1 lies on ldap/)
  })

  test('a device that the host itself stands on is not deleted, be it in a map or not; nor where that is not told', () => {
    const stands = (device: string) => ({
      hostDisks: read({ uses: [{ use: 'mounted at /', devices: [`${device}1`, device] }], untold: [] }),
    })
    for (const maps of [[map], []]) {
      const [finding] = open(purge, { devices: [A, REUSED], maps, ...stands('sdc') })
      assert.equal(finding?.verdict, 'refuted')
      assert.match(finding?.evidence.join() ?? '', /the host stands on it, mounted at \/: sdc1 on sdc/)
    }
    assert.deepEqual(open(purge, { devices: [A, REUSED], ...stands('vda') }), [])
    const untold: Partial<BladeReport> = { hostDisks: { state: 'timed out', because: 'x' } }
    assert.equal(open(purge, { devices: [A, REUSED], ...untold })[0]?.verdict, 'unknown')
    assert.deepEqual(open(purge, { devices: [A, known(device('B', 'sdc'), WWID)], ...untold }), [])
  })

  test('a device that the kernel knows rightly is not deleted, though its map is another’s: the way out is told', () => {
    const right = known(device('B', 'sdc', OTHER), OTHER)
    const [finding] = open(purge, { devices: [A, right] })
    assert.equal(finding?.verdict, 'refuted')
    assert.match(finding?.next ?? '', /multipathd del path sdc/)
  })

  test('one blade fails after another was purged: it stays open, and who resumes does the rest', () => {
    const plan = planOf(fleet, seen({ devices: [A, STALE], maps: [onA] }), purge)
    const done = (['proved', 'started', 'done'] as const).map((event) => entry(1, event))
    const failed = (['proved', 'started', 'failed'] as const).map((event) => entry(2, event))
    assert.deepEqual(next(plan, [...done, ...failed]), { kind: 'stop', outcome: 'stuck' })
    assert.deepEqual(next(plan, [...done, ...failed], 'back'), { kind: 'stop', outcome: 'undone' })
    const again = next(plan, recovered(plan, [...done, ...failed]))
    assert.deepEqual([again.kind, again.kind === 'look' && again.step.number], ['look', 2])
  })
})

function entry(step: number, event: Entry['event']): Entry {
  return { step, event, evidence: { lines: [] } }
}
