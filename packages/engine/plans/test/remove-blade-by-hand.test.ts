/** A blade leaves a fleet with volumes of an array that nobody can tell anything: its operator hides them by hand. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Alias, byUse, type Fleet, type LunNumber, type Volume } from '#documents'
import { proveAll } from '#findings'
import { claimsOf, parsePlan, planOf } from '#plans'
import { next, resumed, type Wish } from '#run'
import { type BladeReport, type Reading, type RunReport, read, type Survey } from '#survey'
import { journaled } from '../../run/history.ts'
import { b, device, LDAP, MANUAL, OTHER, report, SAN } from '../../test/lab-fleet.ts'
import { key, knowing, look, silent } from '../../test/reserved-lun.ts'
import { AT_ONE, fleetWith, intent, open, seen, steps, type World } from './leaving-blade.ts'

describe('where nobody can tell the array', () => {
  const byHand = (world: World = {}): Fleet => ({ ...fleetWith(world), arrays: new Map([[SAN, MANUAL]]) })
  const GONE: Reading<never> = { state: 'refused', because: 'no LUN answers there any more' }
  const hiddenByNow: Partial<BladeReport> = {
    devices: (['A', 'B'] as const).map((fabric) => ({
      ...device(fabric, fabric === 'A' ? 'sdb' : 'sdc'),
      inquiry: GONE,
    })),
    reservations: [],
  }
  const nobodyAsked = (survey: Survey): Survey => ({
    ...survey,
    arrays: new Map([[SAN, { state: 'not asked', because: 'its driver is manual' }]]),
  })
  const of = byHand()
  const shown = nobodyAsked(seen(of))
  const plan = planOf(of, shown, intent)
  const wait = plan.steps.find(({ awaits }) => awaits)

  test('no claim and no step is on it; the blade does its part, and waits where else the array would hide', () => {
    assert.deepEqual(open(of, shown), [])
    assert.deepEqual(steps(of, shown), [
      'drop-keys blade2 undoable',
      'hold-out blade2 undoable',
      'flush-map blade2 undoable',
      'check-unused blade2 pivot',
      'flush-map blade2 forward',
      'remove-paths blade2 forward',
      'remove-aliases blade2 forward',
      'forget-lun blade2 forward',
      'certify-gone blade2 forward',
      'set-overrides blade2 forward',
      'install-host-file blade2 forward',
      'install-host-file blade2 forward',
      'leave-fleet blade2 forward',
      'record-documents forward',
    ])
    const asked = [...claimsOf(of, intent, shown), ...plan.steps.flatMap(({ requires }) => requires)]
    assert.ok(!asked.some(({ kind }) => ['on-array', 'hidden'].includes(kind)))
    assert.deepEqual(parsePlan(JSON.stringify(plan)), plan)
  })

  test('the operator is told which initiators and which LUNs, and the commands after it', () => {
    const said = plan.remarks?.join('\n') ?? ''
    assert.match(
      said,
      /hide by hand on san1 from blade2 \(20:00:52:54:00:0a:00:0c, 20:00:52:54:00:0b:00:0c\): LUN 1 \(ldap\)/,
    )
    assert.match(said, /anyblade run resume goes on after it, anyblade run abort takes all of it back/)
  })

  test('what it waits for is the blade’s own word, by a fresh INQUIRY, that nothing answers any more', () => {
    const open = (survey: Survey, fleet = of) =>
      proveAll(wait?.requires ?? [], fleet, survey).filter(({ verdict }) => verdict !== 'proved')
    assert.match(open(shown).join() && (open(shown)[0]?.because ?? ''), /san1 still shows ldap to blade2/)
    assert.deepEqual(open(nobodyAsked(seen(of, hiddenByNow))), [])
    const silent = {
      ...hiddenByNow,
      devices: [{ ...device('A', 'sdb'), inquiry: { state: 'timed out', because: '5 s' } }],
    }
    assert.equal(open(nobodyAsked(seen(of, silent as Partial<BladeReport>)))[0]?.verdict, 'unknown')
  })

  test('a volume that came while it waited stops it: its plan knows nothing of that one', () => {
    const ldap = of.volumes.get(LDAP) ?? assert.fail()
    const mail: Volume = { ...ldap, alias: 'mail' as Alias, lun: 2 as LunNumber, wwid: OTHER }
    const later = { ...of, ...byUse([ldap, mail]) }
    const because = proveAll(wait?.requires ?? [], later, nobodyAsked(seen(of, hiddenByNow)))
      .filter(({ verdict }) => verdict !== 'proved')
      .map((finding) => finding.because)
    assert.deepEqual(because, ['blade2 was given since: mail'])
  })

  test('not hidden yet, the run is open: resumed it looks again, aborted it gives the map back', () => {
    const at = wait?.number ?? assert.fail()
    const done = plan.steps
      .filter(({ number }) => number < at)
      .flatMap(({ number }) => ['proved', 'started', 'done'].map((event) => ({ step: number, event, evidence: '' })))
    const blade2: RunReport = {
      ...{ run: 'r-abcdef', plan: journaled(plan), holder: undefined, asked: false, ageSeconds: 1 },
      entries: [...done, { step: at, event: 'refused', evidence: 'san1 still shows ldap to blade2' }],
    }
    const journals = new Map([
      [b('blade1'), read({ ...blade2, entries: [] })],
      [b('blade2'), read(blade2)],
    ])
    const after = (wish: Wish) => {
      const { past } = resumed(of, 'r-abcdef', journals, wish)
      return next(plan, [...past.journal, { step: at, event: 'open', evidence: { lines: [] } }], wish)
    }
    const [on, back] = [after('on'), after('back')]
    assert.deepEqual([on.kind, on.kind === 'observe' && on.steps.map(({ number }) => number)], ['observe', [at]])
    assert.deepEqual(
      [back.kind, back.kind === 'undo' && back.steps.map(({ action }) => action.kind)],
      ['undo', ['flush-map']],
    )
  })

  test('hidden before: nothing is flushed that could not come back, and nobody is waited for in vain', () => {
    const survey = nobodyAsked(seen(of, hiddenByNow))
    assert.deepEqual(open(of, survey), [])
    assert.deepEqual(steps(of, survey).slice(0, 4), [
      'check-unused blade2 pivot',
      'flush-map blade2 forward',
      'remove-paths blade2 forward',
      'remove-aliases blade2 forward',
    ])
    assert.doesNotMatch(planOf(of, survey, intent).remarks?.join() ?? '', /by hand/)
  })

  test('hidden before it gave its key up: refused, for nobody but a fence takes that from it', () => {
    const both = [AT_ONE, key(2, 1)]
    const survey = nobodyAsked(seen(of, hiddenByNow, both))
    assert.deepEqual(
      open(of, survey).map(({ because }) => because),
      ['blade2 is registered at ldap and can write it'],
    )
  })

  test('with an array beside it that can be told: that one hides only once nobody is waited for', () => {
    const san2 = { ...(fleetWith().arrays.get(SAN) ?? assert.fail()), name: 'san2' as typeof SAN }
    const ldap = of.volumes.get(LDAP) ?? assert.fail()
    const { home: _, generation: __, ...plain } = ldap
    const mail: Volume = { ...plain, writer: 'none', alias: 'mail' as Alias, wwid: OTHER, array: san2.name }
    const two: Fleet = { ...of, arrays: new Map([...of.arrays, [san2.name, san2]]), ...byUse([ldap, mail]) }
    const kinds = steps(two, shown).map((step) => step.split(' ')[0])
    assert.ok(kinds.indexOf('check-unused') < kinds.indexOf('hide-volume'))
    assert.equal(kinds.filter((kind) => kind === 'hide-volume').length, 1)
  })

  test('a fenced blade is forgotten, with what is to be hidden from it by hand', () => {
    const fenced = byHand({ fenced: true })
    const survey = nobodyAsked(
      look(fenced, { blade1: knowing('blade1', [AT_ONE]), blade2: silent, blade3: report('blade3') }),
    )
    assert.deepEqual(open(fenced, survey), [])
    assert.deepEqual(steps(fenced, survey), ['record-documents undoable'])
    assert.match(planOf(fenced, survey, intent).remarks?.join('\n') ?? '', /hide by hand on san1 from blade2/)
  })
})
