import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renderAliases } from '@anyblade/multipath'
import { inverse } from '#actions'
import type { Fleet } from '#documents'
import { proveAll } from '#findings'
import { claimsOf, type Intent, parsePlan, planOf } from '#plans'
import { type BladeReport, type MultipathFiles, read } from '#survey'
import { DROP_IN } from '../../config/candidate.ts'
import { textsOf } from '../../config/texts.ts'
import { journaled } from '../../run/history.ts'
import { ready } from '../../run/prepare.ts'
import { b, fleetOf, LDAP, type Node, OTHER, report, surveyOf, WWID } from '../../test/lab-fleet.ts'

const fleet = fleetOf({ blades: 3, withVm: false })
const NODES = ['blade1', 'blade2', 'blade3'] as const
const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'))
const conf = (...aliases: (readonly [string, string])[]) =>
  renderAliases({
    release: '0.9.4',
    aliases: aliases.map(([alias, wwid]) => ({ alias, wwid })),
    defaults: {},
    overrides: {},
  })
const filesWith = (main: string, dropIn: string): MultipathFiles => ({
  main: bytes(main),
  dropIns: [{ name: DROP_IN, bytes: bytes(dropIn) }],
})
const MAIN = 'defaults {\n\tuser_friendly_names no\n}\n'
/** What an operator wrote in 2011, with a letter that is no UTF-8. */
const THEN = filesWith(`# f\u00fcr immer\r\n${MAIN}`, conf(['ldap', WWID]))
const NOW = filesWith(MAIN, conf(['ldap', WWID]))

const on = (name: Node, files: MultipathFiles, change: Partial<BladeReport> = {}) =>
  report(name, { config: read(files), ...change })

function planned(deployed: readonly MultipathFiles[], recorded: MultipathFiles, over: Fleet = fleet) {
  const reports = NODES.map((name, i): [Node, BladeReport] => [name, on(name, deployed[i] ?? NOW)])
  const survey = surveyOf(over, Object.fromEntries(reports))
  const files = textsOf(recorded)
  const blades = NODES.map((name) => ({ blade: b(name), files }))
  const intent: Intent = { kind: 'roll-back', to: 'c0ffee0', blades, degraded: false }
  const findings = proveAll(claimsOf(over, intent, survey), over, survey)
  return { plan: planOf(over, survey, intent), open: findings.filter(({ verdict }) => verdict !== 'proved') }
}

test('every file that differs comes back, byte for byte, one blade first; the way back is what stood there', () => {
  const { plan, open } = planned([NOW, THEN, NOW], THEN)
  assert.deepEqual(open, [])
  assert.deepEqual(
    plan.steps.map(({ action }) => ['blade' in action ? action.blade : '', action.kind]),
    [
      ['blade1', 'set-config'],
      ['blade3', 'set-config'],
      ['', 'record-documents'],
    ],
  )
  const [first] = plan.steps
  assert.ok(first?.action.kind === 'set-config')
  const act = ready(first.action, undefined)
  assert.ok(act.kind === 'install-config')
  assert.deepEqual(act.files, [{ path: '/etc/multipath.conf', before: NOW.main, after: THEN.main }])
  const back = inverse(first.action)
  assert.ok(back?.kind === 'set-config')
  const undone = ready(back, undefined)
  assert.ok(undone.kind === 'install-config')
  assert.deepEqual(undone.files, [{ path: '/etc/multipath.conf', before: THEN.main, after: NOW.main }])
  assert.deepEqual(parsePlan(journaled(plan)), plan)
})

test('what is so already needs no step', () => {
  assert.deepEqual(planned([THEN, THEN, THEN], THEN).plan.steps, [])
})

const told = ({ open }: ReturnType<typeof planned>) => open.map(({ claim, evidence }) => [claim.kind, evidence])
const each = (line: string) => NODES.map(() => ['names-kept', [line]])

test('a volume that has come since keeps its alias: refused', () => {
  const without = filesWith(MAIN, conf(['old', OTHER]))
  const { open, plan } = planned([], without)
  assert.deepEqual(told({ open, plan }), each(`ldap of ${WWID} would be called by no alias`))
  // and of an operator's own map too, which no document knows
  const bare = fleetOf({ blades: 3, withVolume: false, withVm: false })
  assert.deepEqual(told(planned([], without, bare)), each(`ldap of ${WWID} would be called by no alias`))
})

test('a configuration that gives a volume another name is refused, and one that does not load', () => {
  const renamed = filesWith(MAIN, conf(['mail', WWID]))
  assert.deepEqual(told(planned([], renamed)), each(`ldap of ${WWID} would be called mail`))
  const broken = filesWith('blacklist {\n\twwid "*"\n}\n', conf(['ldap', WWID]))
  assert.ok(planned([], broken).open.every(({ because }) => /can't load it/.test(because)))
})

test('what was put aside since does not get its name again', () => {
  const { volumes, ...rest } = fleet
  const recorded = volumes.get(LDAP)
  assert.ok(recorded)
  const aside = new Map([[LDAP, { ...recorded, state: 'aside' as const }]])
  const now = filesWith(MAIN, conf())
  const over = { ...rest, volumes: new Map(), aside }
  const { open } = planned([now, now, now], THEN, over)
  assert.match(open[0]?.evidence.join() ?? '', /ldap of .* is aside, and would have its name again/)
})
