import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keyOf } from '@anyblade/scsi'
import { NO_EVIDENCE } from '#actions'
import type { Fleet, Volume } from '#documents'
import { proveAll } from '#findings'
import { claimsOf, fenceReport, leaseWords, planOf } from '#plans'
import { type BladeReport, read, type Survey } from '#survey'
import { recovered } from '../../run/join.ts'
import { lastOf } from '../../run/journal.ts'
import { b, device, domain, fleetOf, LDAP, type Node, OTHER, report, VM, wwpnOf } from '../../test/lab-fleet.ts'
import { arraySays, key, knowing, look, reservedAs, silent } from '../../test/reserved-lun.ts'

const [OLD, NEW] = [key(1, 3), key(2, 4)]
const FOREIGN = keyOf({ fleet: 0xbeef, blade: 1, generation: 1 }) ?? assert.fail()

type World = {
  readonly fenced?: boolean
  readonly writer?: 'array' | 'none'
  readonly home?: Node
  readonly blades?: number
}

/** The volume is kept to blade1 under its key of the third generation; where that is fenced, blade2 holds the fourth. */
function fleet({
  fenced = false,
  writer = 'array',
  home = fenced ? 'blade2' : 'blade1',
  blades = 2,
}: World = {}): Fleet {
  const plain = fleetOf({ blades })
  const one = plain.blades.get(b('blade1')) ?? assert.fail()
  const volume = {
    ...plain.volumes.get(LDAP),
    writer,
    ...(writer === 'array' ? { home: b(home), generation: home === 'blade1' ? 3 : 4 } : {}),
  } as Volume
  return {
    ...plain,
    blades: new Map(plain.blades).set(b('blade1'), { ...one, fenced }),
    volumes: new Map([[LDAP, volume]]),
  }
}

const FENCE = { kind: 'fence-blade', blade: b('blade1') } as const
/** What is not proved of an intent, judged as the road does: by the claims that the first look leaves. */
const open = (of: Fleet, survey: Survey, intent: Parameters<typeof claimsOf>[1]) =>
  proveAll(claimsOf(of, intent, survey), of, survey).filter(({ verdict }) => verdict !== 'proved')
const steps = (of: Fleet, survey: Survey, intent: Parameters<typeof claimsOf>[1]) =>
  planOf(of, survey, intent).steps.map(({ action, phase, mayFail }) =>
    [action.kind, 'blade' in action ? action.blade : '', phase, mayFail ? 'may fail' : ''].filter(Boolean).join(' '),
  )

test('a blade that gives no answer: held, preempted, watched, hidden, recorded; it is asked for nothing', () => {
  const of = fleet()
  const dead = look(of, { blade1: silent, blade2: knowing('blade2', [OLD]) })
  assert.deepEqual(open(of, dead, FENCE), [])
  assert.deepEqual(steps(of, dead, FENCE), [
    'reserve-volume blade2 undoable',
    'fence-volume blade2 pivot',
    'hold-fence blade2 pivot',
    'hide-volume forward may fail',
    'record-documents forward',
  ])
  const plan = planOf(of, dead, FENCE)
  assert.deepEqual([plan.blades, plan.keeper, plan.doubtful], [['blade2'], 'blade2', []])
  assert.match(plan.remarks?.join('\n') ?? '', /blade1 gives no answer.*\n.*names nobody who cuts its power/)
})

test('a blade that answers: its guests are cut off first, and no failure of it holds the fence up', () => {
  const of = fleet()
  const alive = look(of, {
    blade1: report('blade1', { domains: read([domain('running')]) }),
    blade2: knowing('blade2', [OLD]),
  })
  assert.deepEqual(steps(of, alive, FENCE).slice(0, 3), [
    'reserve-volume blade2 undoable',
    'stop-domain blade1 pivot may fail',
    'fence-volume blade2 pivot',
  ])
  const { keeper, doubtful } = planOf(of, alive, FENCE)
  assert.deepEqual([keeper, doubtful], ['blade2', ['blade1']], 'it keeps no journal but of what happens on it')
})

test('the holder’s key is of the next generation; the volume is recorded as its, and the blade as fenced', () => {
  const of = fleet()
  const { steps: planned } = planOf(of, look(of, { blade1: silent, blade2: knowing('blade2', [OLD]) }), FENCE)
  const fence = planned.find(({ action }) => action.kind === 'fence-volume')?.action
  assert.deepEqual(fence?.kind === 'fence-volume' && [fence.key, fence.theirs, fence.other], [NEW, OLD, 'blade1'])
  const record = planned.at(-1)
  assert.deepEqual(record?.action.kind === 'record-documents' && record.action.changes, [
    { document: 'blades/blade1.yaml', set: [{ path: ['fenced'], value: 'true' }] },
    {
      document: 'volumes/ldap.yaml',
      set: [
        { path: ['home'], value: 'blade2' },
        { path: ['generation'], value: '4' },
      ],
    },
  ])
  const hide = planned.find(({ action }) => action.kind === 'hide-volume')
  assert.ok(
    hide?.requires.some((claim) => claim.kind === 'reservation' && claim.key === NEW && claim.besides.length === 0),
    'nothing is hidden before the holder was read back as the only registrant',
  )
  assert.deepEqual(hide?.action.kind === 'hide-volume' && hide.action.initiators, [
    wwpnOf('A', '0b'),
    wwpnOf('B', '0b'),
  ])
})

test('power is the last rung, where somebody can cut it and the blade gives no answer', () => {
  const plain = fleet()
  const one = plain.blades.get(b('blade1')) ?? assert.fail()
  const power = { driver: 'ipmitool', host: 'mgmt', bmc: 'bmc1', user: 'fence', password_file: '/etc/bmc1' } as const
  const of = { ...plain, blades: new Map(plain.blades).set(b('blade1'), { ...one, power }) }
  const dead = look(of, { blade1: silent, blade2: knowing('blade2', [OLD]) })
  assert.deepEqual(steps(of, dead, FENCE).slice(-2), ['power-off forward may fail', 'record-documents forward'])
  const alive = look(of, { blade1: report('blade1'), blade2: knowing('blade2', [OLD]) })
  assert.ok(!steps(of, alive, FENCE).join().includes('power-off'))
})

const refusals: readonly (readonly [string, Survey, RegExp])[] = [
  [
    'the other blade has the alias as another LUN',
    other({ devices: [device('A', 'sdb', OTHER), device('B', 'sdc', OTHER)] }),
    /is another LUN/,
  ],
  [
    'a foreign key is registered',
    other({ reservations: reservedAs([OLD, FOREIGN]) }),
    /somebody else is registered.*foreign/,
  ],
  ['a third blade of the fleet is registered', other({ reservations: reservedAs([OLD, key(3, 4)]) }), /blade number 3/],
  ['nobody says who is registered', other({ reservations: [] }), /no path of it says who is registered/],
  [
    'its multipath-tools holds nothing',
    other({ tools: { ...report('blade2').tools, multipath: 'multipath-tools v0.7.4' } }),
    /older than 0.8.4/,
  ],
]
function other(change: Partial<BladeReport>): Survey {
  return look(fleet(), { blade1: silent, blade2: knowing('blade2', [OLD], change) })
}
for (const [name, survey, why] of refusals)
  test(`no holder, refused with the reason: ${name}`, () => {
    const [finding, ...others] = open(fleet(), survey, FENCE)
    assert.deepEqual([finding?.claim.kind, finding?.verdict, others], ['holder', 'refuted', []])
    assert.match(finding?.evidence.join('\n') ?? '', why)
  })

test('no holder, refused with the reason: there is no other blade', () => {
  const of = fleet({ blades: 1 })
  const found = open(of, look(of, { blade1: silent }), FENCE)
  assert.deepEqual(
    found.map(({ claim, verdict, evidence }) => [claim.kind, verdict, ...evidence]),
    [['holder', 'refuted', 'the fleet has no other blade in service']],
  )
})

test('a silent array costs a reserved volume its second rung, and an unreserved one the fence', () => {
  const reserved = look(fleet(), { blade1: silent, blade2: knowing('blade2', [OLD]) }, silent)
  assert.deepEqual(open(fleet(), reserved, FENCE), [])
  assert.ok(!steps(fleet(), reserved, FENCE).join().includes('hide-volume'))
  assert.match(planOf(fleet(), reserved, FENCE).remarks?.join('\n') ?? '', /san1 gives no answer/)
  const of = fleet({ writer: 'none' })
  const unreserved = look(of, { blade1: silent, blade2: report('blade2') }, silent)
  assert.deepEqual(
    open(of, unreserved, FENCE).map(({ claim, verdict }) => [claim.kind, verdict]),
    [['on-array', 'unknown']],
  )
})

test('a volume that nobody reserves is hidden: from there on there is no way back', () => {
  const of = fleet({ writer: 'none' })
  const survey = look(of, { blade1: silent, blade2: report('blade2') })
  assert.deepEqual(steps(of, survey, FENCE), ['hide-volume pivot', 'record-documents forward'])
  assert.deepEqual(planOf(of, survey, FENCE).blades, ['blade2'])
})

test('of two holders the one that is registered already goes on', () => {
  const of = fleet({ blades: 3 })
  const survey = look(of, {
    blade1: silent,
    blade2: knowing('blade2', [OLD]),
    blade3: knowing('blade3', [OLD, key(3, 4)]),
  })
  assert.equal(steps(of, survey, FENCE)[0], 'reserve-volume blade3 undoable')
})

test('the report names the rungs that were reached, and what none of them covers', () => {
  const of = fleet()
  const plan = planOf(of, look(of, { blade1: silent, blade2: knowing('blade2', [OLD]) }), FENCE)
  const all = fenceReport(plan, new Set(plan.steps.map(({ number }) => number)))
  assert.deepEqual(all?.volumes, [{ volume: 'ldap', rungs: ['preempted', 'steady', 'hidden by the array'] }])
  assert.match(all?.notCovered.join() ?? '', /processor and network/)
  assert.match(fenceReport(plan, new Set([1]))?.notCovered.join('\n') ?? '', /ldap: blade1 may write it/)
})

test('nothing is planned for a fenced blade, and others do not wait for it: the array’s word stands in for it', () => {
  const of = fleet({ fenced: true })
  const survey = look(of, { blade1: report('blade1'), blade2: knowing('blade2', [NEW]) })
  const start = { kind: 'start-vm', vm: VM, degraded: false } as const
  const [first] = open(of, survey, start)
  assert.deepEqual([first?.claim.kind, first?.next], ['answers', 'anyblade blade return blade1'])
  const moved = { ...of, vms: new Map([...of.vms].map(([name, vm]) => [name, { ...vm, home: b('blade2') }])) }
  const claims = claimsOf(moved, start)
  assert.deepEqual(
    claims.flatMap((claim) => ('blade' in claim && claim.blade === 'blade1' ? [claim.kind] : [])),
    [],
  )
  assert.ok(claims.some((claim) => claim.kind === 'barred' && claim.other === 'blade1'))
})

test('fenced again: what came back is preempted by who holds the volume now, and all of it is hidden', () => {
  const of = fleet({ fenced: true })
  const survey = look(of, { blade1: silent, blade2: knowing('blade2', [NEW, OLD]) })
  assert.deepEqual(open(of, survey, FENCE), [])
  assert.deepEqual(steps(of, survey, FENCE), ['hold-fence blade2 pivot', 'hide-volume forward may fail'])
  const [hold] = planOf(of, survey, FENCE).steps
  assert.deepEqual(hold?.action.kind === 'hold-fence' && hold.action.volumes.map(({ key: by }) => by), [NEW])
})

const COLD = { kind: 'start-vm-cold', vm: VM, on: b('blade2'), degraded: false } as const

test('cold start: refused while the home is not fenced, and while a key of it is there', () => {
  assert.throws(() => claimsOf(fleet(), COLD), /blade1, its home, is not fenced/)
  const of = fleet({ fenced: true })
  const back = look(of, { blade2: knowing('blade2', [NEW, OLD]) })
  assert.ok(open(of, back, COLD).some(({ claim, verdict }) => claim.kind === 'barred' && verdict === 'refuted'))
  const gone = look(of, { blade2: knowing('blade2', [NEW]) })
  assert.ok(!open(of, gone, COLD).some(({ claim }) => ['barred', 'reservation', 'domain'].includes(claim.kind)))
})

test('cold start: the fence is read until steady, then defined and started under the key that holds the volume', () => {
  const of = fleet({ fenced: true })
  const survey = look(of, { blade2: knowing('blade2', [NEW]) })
  assert.deepEqual(steps(of, survey, COLD), [
    'hold-fence blade2 undoable',
    'define-domain blade2 undoable',
    'start-domain blade2 pivot',
    'record-documents forward',
  ])
  const plan = planOf(of, survey, COLD)
  assert.ok(plan.steps[2]?.requires.some((claim) => claim.kind === 'barred' && claim.other === 'blade1'))
  assert.match(plan.remarks?.[0] ?? '', /in memory on blade1 is lost/)
})

test('cold start on a third blade: the volume passes from its holder under a new generation', () => {
  const of = fleet({ fenced: true, blades: 3 })
  const survey = look(of, { blade2: knowing('blade2', [NEW]), blade3: report('blade3') })
  const { steps: planned } = planOf(of, survey, { ...COLD, on: b('blade3') })
  const preempt = planned.find(({ action }) => action.kind === 'preempt-key')?.action
  assert.deepEqual(preempt?.kind === 'preempt-key' && [preempt.blade, preempt.key, preempt.theirs], [
    'blade3',
    key(3, 5),
    NEW,
  ])
})

test('cold start says first what stays behind: firmware variables and TPM', () => {
  const plain = fleet({ fenced: true })
  const vm = plain.vms.get(VM) ?? assert.fail()
  const xml = vm.xml
    .replace('</os>', '<nvram>/var/lib/libvirt/qemu/nvram/ldap.fd</nvram></os>')
    .replace('</devices>', "<tpm model='tpm-crb'><backend type='emulator' version='2.0'/></tpm></devices>")
  const of = { ...plain, vms: new Map([[VM, { ...vm, xml }]]) }
  const { remarks } = planOf(of, look(of, { blade2: knowing('blade2', [NEW]) }), COLD)
  assert.match(remarks?.join('\n') ?? '', /NVRAM[\s\S]*TPM/)
})

const RETURN = { kind: 'return-blade', blade: b('blade1') } as const
const movedAway = (of: Fleet): Fleet => ({
  ...of,
  vms: new Map([...of.vms].map(([name, vm]) => [name, { ...vm, home: b('blade2') }])),
})

test('return: a copy from before the fence goes before the array shows a volume again', () => {
  const of = movedAway(fleet({ fenced: true }))
  const survey = look(
    of,
    { blade1: report('blade1', { domains: read([domain('paused')]) }), blade2: knowing('blade2', [NEW]) },
    arraySays(['blade2']),
  )
  assert.deepEqual(open(of, survey, RETURN), [])
  assert.deepEqual(steps(of, survey, RETURN), [
    'stop-domain blade1 pivot',
    'undefine-domain blade1 pivot',
    'show-volume pivot',
    'scan-lun blade1 pivot',
    'add-aliases blade1 forward',
    'drop-keys blade1 forward',
    'record-documents forward',
  ])
  const record = planOf(of, survey, RETURN).steps.at(-1)
  assert.deepEqual(record?.action.kind === 'record-documents' && record.action.changes, [
    { document: 'blades/blade1.yaml', set: [{ path: ['fenced'], gone: true }] },
  ])
  assert.ok(record?.requires.some((claim) => claim.kind === 'barred' && claim.other === 'blade1'))
})

test('return: what was not started elsewhere is given back under a new generation, once it runs nowhere', () => {
  const of = fleet({ fenced: true })
  const survey = look(of, { blade1: report('blade1'), blade2: knowing('blade2', [NEW]) })
  const planned = planOf(of, survey, RETURN)
  const preempt = planned.steps.find(({ action }) => action.kind === 'preempt-key')?.action
  assert.deepEqual(preempt?.kind === 'preempt-key' && [preempt.blade, preempt.key, preempt.theirs], [
    'blade1',
    key(1, 5),
    NEW,
  ])
  const running = look(of, {
    blade1: report('blade1'),
    blade2: knowing('blade2', [NEW], { domains: read([domain('running')]) }),
  })
  assert.ok(open(of, running, RETURN).some(({ claim }) => claim.kind === 'domain' && claim.blade === 'blade2'))
})

test('return: only of a fenced blade; one that starts a VM by itself is refused, with the command that mends it', () => {
  assert.throws(() => claimsOf(fleet(), RETURN), /it is not fenced/)
  const of = movedAway(fleet({ fenced: true }))
  const survey = look(of, {
    blade1: report('blade1', { domains: read([domain('shut off', { autostart: true })]) }),
    blade2: knowing('blade2', [NEW]),
  })
  const [finding] = open(of, survey, RETURN)
  assert.deepEqual([finding?.claim.kind, finding?.next], ['autostart', 'ssh blade1 virsh autostart --disable ldap'])
})

test('return: no LUN comes or goes on any blade in service until it is recorded', () => {
  const of = movedAway(fleet({ fenced: true }))
  const survey = look(of, { blade1: report('blade1'), blade2: knowing('blade2', [NEW]) })
  const planned = planOf(of, survey, RETURN)
  assert.ok(leaseWords(of, planned, b('blade2')).some(({ name, limit }) => name === 'luns' && limit === 1))
  const bare = { ...of, volumes: new Map(), vms: new Map() }
  assert.deepEqual(planOf(bare, look(bare, {}), RETURN).blades, ['blade1', 'blade2'], 'though it holds nothing')
  assert.equal(planOf(bare, look(bare, {}), RETURN).keeper, 'blade2', 'its lease is asked before the record')
})

test('a fence whose record is refused: who goes on holds, preempts and watches again, for the array may have forgotten', () => {
  const of = fleet()
  const planned = planOf(of, look(of, { blade1: silent, blade2: knowing('blade2', [OLD]) }), FENCE)
  const events = ['done', 'done', 'done', 'refused', 'refused'] as const
  const journal = events.map((event, at) => ({ step: at + 1, event, evidence: NO_EVIDENCE }))
  const again = recovered(planned, journal)
  assert.deepEqual(
    planned.steps.map(({ number }) => lastOf(again, number)?.event),
    ['lost', 'lost', 'lost', 'lost', 'lost'],
  )
  const whole = recovered(planned, journal.slice(0, 3))
  assert.deepEqual([lastOf(whole, 2)?.event, lastOf(whole, 3)?.event], ['done', 'done'])
})

test('return: a map that is another LUN, or a key that stays, keeps the record from being written', () => {
  const of = movedAway(fleet({ fenced: true }))
  const survey = look(of, { blade1: report('blade1'), blade2: knowing('blade2', [NEW]) })
  const { requires } = planOf(of, survey, RETURN).steps.at(-1) ?? assert.fail()
  const refutedBy = (later: Survey) =>
    proveAll(requires, of, later).flatMap(({ claim, verdict }) => (verdict === 'proved' ? [] : [claim.kind]))
  assert.deepEqual(refutedBy(survey), [])
  const wrong = report('blade1', { devices: [device('A', 'sdb', OTHER), device('B', 'sdc', OTHER)] })
  assert.ok(refutedBy(look(of, { blade1: wrong, blade2: knowing('blade2', [NEW]) })).includes('identity'))
  const stays = look(of, { blade1: report('blade1'), blade2: knowing('blade2', [NEW, OLD]) })
  assert.deepEqual(refutedBy(stays), ['barred'])
})
