import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { byUse, type Fleet, type Vm, type Volume } from '#documents'
import { EngineError } from '#errors'
import { claimsOf, leaseWords, parsePlan, planOf } from '#plans'
import { next, resumed } from '#run'
import { type BladeReport, type RunReport, read, type Survey } from '#survey'
import { journaled } from '../../run/history.ts'
import { b, domain, type Node, OTHER, report, UUID, VM, wwpnOf } from '../../test/lab-fleet.ts'
import { arraySays, knowing, look, silent } from '../../test/reserved-lun.ts'
import { AT_ONE, AT_TWO, fleetWith, intent, MDADM, OTHERS, OURS, open, seen, setup, steps } from './leaving-blade.ts'

describe('a blade leaves the fleet', () => {
  const of = fleetWith()
  const plan = planOf(of, seen(of), intent)

  test('nothing is in the way, and the order is the one that leaves nothing behind', () => {
    assert.deepEqual(open(of, seen(of)), [])
    assert.deepEqual(steps(of, seen(of)), [
      'drop-keys blade2 undoable',
      'hold-out blade2 undoable',
      'flush-map blade2 undoable',
      'hide-volume pivot',
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
    assert.deepEqual(parsePlan(JSON.stringify(plan)), plan)
  })

  test('of many volumes each act is one, and each is hidden by the array', () => {
    const [first] = of.volumes.values()
    const beside = ['www', 'mail'].map((alias, i) => ({ ...first, alias, wwid: `${OTHER}${i}`, lun: i + 2 }) as Volume)
    const many = {
      ...of,
      ...byUse([...of.volumes.values(), ...beside].map((one) => ({ ...one, writer: 'none' as const }))),
    }
    const told = planOf(many, seen(many), intent).steps
    for (const kind of ['remove-paths', 'forget-lun', 'certify-gone'] as const) {
      const found = told.flatMap(({ action }) => (action.kind === kind ? [action.luns.map(({ lun }) => lun)] : []))
      assert.deepEqual(found, [[1, 2, 3]], kind)
    }
    assert.equal(told.filter(({ action }) => action.kind === 'hide-volume').length, 3)
  })

  test('only its own ports are hidden from, once the volume’s holder was read back; the other blades are in no step', () => {
    const hide = plan.steps.find(({ action }) => action.kind === 'hide-volume')
    assert.ok(hide?.action.kind === 'hide-volume')
    assert.deepEqual(hide.action.initiators, [wwpnOf('A', '0c'), wwpnOf('B', '0c')])
    assert.ok(hide.requires.some((claim) => claim.kind === 'reservation' && claim.blade === 'blade1'))
    assert.ok(plan.steps.every(({ action }) => !('blade' in action) || action.blade === 'blade2'))
  })

  test('another blade keeps the journal, and no LUN comes or goes meanwhile', () => {
    assert.deepEqual([plan.blades, plan.keeper], [['blade1', 'blade2'], 'blade1'])
    assert.ok(leaseWords(of, plan, b('blade1')).some(({ name }) => name === 'luns'))
  })

  test('it is recorded as gone once the array says that it sees nothing', () => {
    const record = plan.steps.at(-1)
    assert.ok(record?.action.kind === 'record-documents')
    assert.deepEqual(record.action.changes, [{ document: 'blades/blade2.yaml', gone: true }])
    assert.deepEqual(
      record.requires.map(({ kind }) => kind),
      ['hidden'],
    )
  })

  test('of the baseline goes what is marked as ours, and an operator’s lines stay; kept, none of it goes', () => {
    const files = plan.steps.flatMap(({ action }) =>
      action.kind === 'install-host-file' ? [[action.path, action.after]] : [],
    )
    assert.deepEqual(files, [
      ['/etc/lvm/lvmlocal.conf', OTHERS],
      [MDADM, undefined],
    ])
    const theirs = {
      baseline: read(setup({ '/etc/lvm/lvmlocal.conf': OTHERS, [MDADM]: 'AUTO -all\n' })),
      config: report('blade2').config,
    }
    assert.ok(!steps(of, seen(of, theirs)).some((step) => /overrides|host-file/.test(step)))
    const keeping = { ...intent, keepBaseline: true }
    assert.ok(!steps(of, seen(of), keeping).some((step) => /overrides|host-file/.test(step)))
    assert.ok(!claimsOf(of, keeping, seen(of)).some(({ kind }) => kind === 'baseline-known'))
  })

  test('a volume that no VM has and that is kept under its key is taken by the keeper first', () => {
    const parked = fleetWith({ home: 'blade2' })
    const survey = seen(parked, {}, [AT_TWO])
    assert.deepEqual(open(parked, survey), [])
    assert.deepEqual(steps(parked, survey).slice(0, 3), [
      'register-key blade1 undoable',
      'preempt-key blade1 undoable',
      'drop-keys blade2 undoable',
    ])
    const record = planOf(parked, survey, intent).steps.at(-1)?.action
    assert.ok(record?.kind === 'record-documents')
    assert.deepEqual(record.changes[0], {
      document: 'volumes/ldap.yaml',
      set: [
        { path: ['home'], value: 'blade1' },
        { path: ['generation'], value: '4' },
      ],
    })
  })

  test('its record is made, and who made it is gone: the blade can’t be asked, and the run is brought to its end', () => {
    const blades = new Map([...of.blades].filter(([name]) => name !== b('blade2')))
    const [hide, last] = ['hide-volume', 'record-documents'].map(
      (kind) => plan.steps.find(({ action }) => action.kind === kind)?.number ?? assert.fail(),
    )
    assert.ok(hide !== undefined && last !== undefined)
    const line = (step: number, event: string) => ({ step, event, evidence: '' })
    const kept: RunReport = {
      ...{ run: 'r-abcdef', plan: journaled(plan), holder: undefined, asked: false, ageSeconds: 1 },
      entries: [line(hide, 'started'), line(hide, 'done'), line(last, 'started')],
    }
    const journals = new Map([[b('blade1'), read(kept)]])
    const { past } = resumed({ ...of, blades }, 'r-abcdef', journals, 'on')
    const what = next(plan, past.journal)
    assert.deepEqual([what.kind, what.kind === 'look' && what.step.number], ['look', last])
    assert.throws(
      () => resumed(of, 'r-abcdef', journals, 'on'),
      { code: 'blade-unreachable' },
      'it is still documented',
    )
  })

  const [map] = report('blade2').maps
  assert.ok(map)
  const held: readonly (readonly [string, Partial<BladeReport>, RegExp])[] = [
    ['a domain of ours is defined there', { domains: read([domain('shut off')]) }, /ldap/],
    [
      'somebody else’s domain has a volume',
      { domains: read([domain('shut off', { name: 'copy', uuid: UUID.replace('1', '9') })]) },
      /copy on blade2 has ldap/,
    ],
    ['a map is open', { maps: [{ ...map, openCount: 1 }] }, /blade2 uses ldap/],
    ['LVM lies on one', { maps: [{ ...map, holders: ['vg-lv'] }] }, /blade2 uses ldap/],
    ['its baseline can’t be read', { baseline: { state: 'timed out', because: 'no answer' } }, /blade2/],
  ]
  for (const [what, change, said] of held)
    test(`refused where ${what}`, () => {
      const withVm = { ...of, vms: fleetWith({ withVm: true }).vms }
      const because = open(withVm, seen(withVm, change)).map((finding) => finding.because)
      assert.match(because.join('\n'), said)
    })

  const refusedAt = (fleet: Fleet, survey?: Survey) => {
    try {
      claimsOf(fleet, intent, survey)
    } catch (error) {
      if (error instanceof EngineError) return error
    }
    return assert.fail('it was not refused')
  }

  test('a VM that is at home there is moved first, and the command is told', () => {
    const vm = fleetWith({ withVm: true }).vms.get(VM) ?? assert.fail()
    const there = { ...of, vms: new Map([[VM, { ...vm, home: b('blade2') } satisfies Vm]]) }
    const { explanation } = refusedAt(there)
    assert.match(explanation.found, /ldap is at home there/)
    assert.match(explanation.hint, /anyblade vm migrate ldap --to blade1/)
    const fenced = { ...fleetWith({ fenced: true }), vms: there.vms }
    assert.match(refusedAt(fenced).explanation.hint, /anyblade vm start ldap --on blade1 --cold/)
  })

  test('the last blade in service can’t go', () =>
    assert.match(
      refusedAt({ ...of, blades: new Map([...of.blades].slice(1, 2)) }).explanation.found,
      /no other blade in service/,
    ))

  test('one that gives no answer may go on writing: it is to be fenced first', () => {
    const survey = look(of, { blade1: knowing('blade1', [AT_ONE]), blade2: silent })
    const { code, explanation } = refusedAt(of, survey)
    assert.equal(code, 'blade-unreachable')
    assert.match(explanation.hint, /anyblade blade fence blade2/)
  })
})

describe('a fenced blade that does not come back', () => {
  const of = fleetWith({ fenced: true })
  const survey = (shownTo: readonly Node[], keys = [AT_ONE]) =>
    look(of, { blade1: knowing('blade1', keys), blade2: silent, blade3: report('blade3') }, arraySays(shownTo))

  test('it is hidden from what the array still shows it, and forgotten, without being asked', () => {
    const shown = survey(['blade1', 'blade2', 'blade3'])
    assert.deepEqual(open(of, shown), [])
    assert.deepEqual(steps(of, shown), ['hide-volume pivot', 'record-documents forward'])
    const plan = planOf(of, shown, intent)
    assert.deepEqual(plan.blades, ['blade1'])
    assert.match(plan.remarks?.join() ?? '', /wipe it before it is connected again/)
    assert.deepEqual(steps(of, survey(['blade1', 'blade3'])), ['record-documents undoable'])
  })

  test('not while its key is still registered, or a volume is kept under it', () => {
    const [finding] = open(of, survey(['blade1'], [AT_ONE, AT_TWO]))
    assert.match(finding?.because ?? '', /blade2 is registered at ldap and can write it/)
    const held = fleetWith({ fenced: true, home: 'blade2' })
    assert.throws(() => claimsOf(held, intent), /ldap is kept under its key/)
  })
})

test('a blade that leaves is let in nowhere any more, and its key and what it has for others go before the journal does', () => {
  const line = (file: 'authorized_keys' | 'known_hosts', peer: string) => ({ file, text: `x anyblade:a1b2:${peer}` })
  const credentials = (key: string | undefined, ...lines: ReturnType<typeof line>[]) =>
    read({ key, hostKeys: [], addresses: [], lines })
  const of = fleetWith()
  const survey = look(
    of,
    {
      blade1: knowing('blade1', [AT_ONE], {
        credentials: credentials('ssh-ed25519 A', line('authorized_keys', 'blade2'), line('known_hosts', 'blade3')),
      }),
      blade2: knowing('blade2', [AT_ONE], {
        ...OURS,
        credentials: credentials('ssh-ed25519 B', line('known_hosts', 'blade1')),
      }),
      blade3: report('blade3'),
    },
    arraySays(['blade1', 'blade2', 'blade3']),
  )
  const trust = planOf(of, survey, intent).steps.filter(({ action }) =>
    ['set-trust', 'drop-key', 'leave-fleet'].includes(action.kind),
  )
  assert.deepEqual(
    trust.map(({ action, mayFail }) => [action.kind, 'blade' in action && action.blade, mayFail]),
    [
      ['set-trust', 'blade1', true],
      ['set-trust', 'blade2', undefined],
      ['drop-key', 'blade2', undefined],
      ['leave-fleet', 'blade2', undefined],
    ],
  )
  const [first] = trust
  assert.deepEqual(first?.action.kind === 'set-trust' && first.action.changes, [
    { file: 'authorized_keys', peer: 'blade2', before: ['x anyblade:a1b2:blade2'], after: [] },
  ])
})
