import assert from 'node:assert/strict'
import { test } from 'node:test'
import { prove, questionOf } from '#findings'
import { claimsOf, planOf } from '#plans'
import { type LanSeen, type Reading, read } from '#survey'
import { b, domain, fleetOf, report, surveyOf, VM, XML } from '../../test/lab-fleet.ts'

const fleet = fleetOf()
const [HOME, AWAY] = ['blade1', 'blade2'].map((name) => fleet.blades.get(b(name as 'blade1'))?.machine_id ?? '')
const BR0 = { device: 'br0', vlan: 0 }
const claim = { kind: 'segment', blade: b('blade2'), vm: VM, from: b('blade1'), places: [BR0] } as const
const at = (heard: LanSeen['heard']): Reading<readonly LanSeen[]> => read([{ ...BR0, heard }])
const hears = (...machines: (string | undefined)[]) => at(read(machines.flatMap((one) => one ?? [])))
const judge = (home: Reading<readonly LanSeen[]>, away: Reading<readonly LanSeen[]>) =>
  prove(
    claim,
    fleet,
    surveyOf(fleet, { blade1: report('blade1', { lan: home }), blade2: report('blade2', { lan: away }) }),
  )
const no = (because: string) => ({ state: 'refused', because }) as const

for (const [what, finding, verdict, shown] of [
  ['each hears the other', judge(hears(AWAY), hears(HOME)), 'proved', /br0: a frame of blade1 arrives on blade2/],
  [
    'neither does',
    judge(hears(), hears()),
    'refuted',
    /br0 on blade1 and on blade2 are not one network\n.*blade1 → blade2.*none arrived\n.*blade2 → blade1.*none/,
  ],
  [
    'one way only',
    judge(hears(), hears(HOME)),
    'refuted',
    /blade1 → blade2: arrived\n.*blade2 → blade1: .*none arrived/,
  ],
  [
    'there is no right to send',
    judge(hears(), at(no('Operation not permitted'))),
    'unknown',
    /blade2: refused: Operation not permitted/,
  ],
  ['no python3', judge(no('without python3'), hears()), 'unknown', /blade1: refused: without python3/],
  ['the place was not asked about', judge(read([]), hears(HOME)), 'unknown', /blade1: refused: not asked/],
] as const)
  test(`one network, by frames: ${what}`, () => {
    assert.equal(finding.verdict, verdict, finding.because)
    assert.match([finding.because, ...finding.evidence].join('\n'), shown)
    if (verdict !== 'proved') assert.match(finding.next ?? '', /--trust-network/)
  })

const intent = { kind: 'migrate-vm', vm: VM, to: b('blade2'), degraded: false } as const
const placesOf = (xml: string) => {
  const survey = surveyOf(fleet, { blade1: report('blade1', { domains: read([domain('running', { xml })]) }) })
  return claimsOf(fleet, intent, survey).flatMap((one) => (one.kind === 'segment' ? one.places : []))
}
const withNic = (nic: string): string => XML.replace(/<interface[\s\S]*<\/interface>/, nic)

for (const [what, xml, places] of [
  ['a bridge', XML, [BR0]],
  ['two interfaces at one', withNic('<interface type="bridge"><source bridge="br0"/></interface>'.repeat(2)), [BR0]],
  [
    'a trunk of Open vSwitch: each VLAN',
    withNic(
      '<interface type="bridge"><source bridge="ovs0"/><virtualport type="openvswitch"/><vlan trunk="yes"><tag id="4"/><tag id="7"/></vlan></interface>',
    ),
    [
      { device: 'ovs0', vlan: 4 },
      { device: 'ovs0', vlan: 7 },
    ],
  ],
  [
    'macvtap',
    withNic('<interface type="direct"><source dev="eth1" mode="bridge"/></interface>'),
    [{ device: 'eth1', vlan: 0 }],
  ],
  ['no network', withNic(''), []],
  ['what is no interface’s name', withNic('<interface type="bridge"><source bridge="a:b c"/></interface>'), []],
] as const)
  test(`where the running guest meets its network: ${what}`, () => assert.deepEqual(placesOf(xml), places))

test('both blades are asked at once, each for the other; a move by the operator’s word sends nothing', () => {
  const asked = (trusting: object) => {
    const { blades } = questionOf(claimsOf(fleet, { ...intent, ...trusting }), fleet)
    return [...blades].map(([name, { lan }]) => [name, lan])
  }
  assert.deepEqual(asked({}), [
    ['blade1', [{ ...BR0, machines: [AWAY] }]],
    ['blade2', [{ ...BR0, machines: [HOME] }]],
  ])
  assert.deepEqual(
    asked({ trustNetwork: true }).map(([, lan]) => lan),
    [[], []],
  )
})

test('the plan says what was sent, or that nothing was; no step sends anything again', () => {
  const survey = surveyOf(fleet, {
    blade1: report('blade1', { domains: read([domain('running')]) }),
    blade2: report('blade2'),
  })
  const plan = planOf(fleet, survey, intent)
  assert.match(plan.remarks?.join() ?? '', /broadcasts .*0x88b5.* were sent on br0 of blade1 and blade2/)
  assert.match(planOf(fleet, survey, { ...intent, trustNetwork: true }).remarks?.join() ?? '', /no frame was sent/)
  assert.ok(!plan.steps.some(({ requires }) => requires.some(({ kind }) => kind === 'segment')))
})

test('a bridge of Open vSwitch is no bridge of the kernel’s, and there all the same', () => {
  const nic = '<interface type="bridge"><source bridge="ovs0"/><virtualport type="openvswitch"/></interface>'
  const judged = (links: string[]) => {
    const survey = surveyOf(fleet, {
      blade1: report('blade1', { domains: read([domain('running', { xml: withNic(nic) })]) }),
      blade2: report('blade2', { links }),
    })
    return prove({ kind: 'network', blade: b('blade2'), vm: VM, from: b('blade1') }, fleet, survey).verdict
  }
  assert.deepEqual([judged(['ovs0']), judged(['br0'])], ['proved', 'refuted'])
})
