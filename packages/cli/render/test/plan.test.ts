/** A plan as it is printed before anything is done: what a step makes of a text stands beneath the steps. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Action, bladeName, type Plan } from '@anyblade/engine'
import { planText } from '../plan.ts'

const blade = bladeName('blade1') ?? assert.fail()
const planOf = (...actions: Action[]): Plan => ({
  version: 1,
  title: 'baseline of blade1',
  intent: { kind: 'baseline-blade', blade },
  basis: 'c0ffee0123',
  steps: actions.map((action, i) => ({ number: i + 1, action, requires: [], phase: 'undoable' })),
  blades: [blade],
})

test('each change of a text is printed as its difference, with the step that it belongs to', () => {
  const path = '/etc/lvm/lvmlocal.conf'
  const text = planText(
    planOf(
      {
        kind: 'set-overrides',
        blade,
        before: { no_path_retry: '12' },
        after: { skip_kpartx: 'yes', no_path_retry: '75' },
      },
      { kind: 'install-host-file', blade, path, before: 'local {\n}\n', after: 'local {\n}\ndevices {\n}\n' },
    ),
    [],
  )
  const [, below] = text.split(/(?=step 1: )/)
  assert.equal(
    below,
    [
      'step 1: multipath overrides:1',
      '  - no_path_retry 12',
      '  + skip_kpartx yes',
      '  + no_path_retry 75',
      '',
      'step 2: /etc/lvm/lvmlocal.conf:3',
      '  + devices {',
      '  + }',
    ].join('\n'),
  )
})

test('a new file is all of it new; a plan without a step says so', () => {
  const path = '/etc/mdadm/mdadm.conf.d/anyblade.conf'
  const text = planText(planOf({ kind: 'install-host-file', blade, path, before: undefined, after: 'AUTO -all\n' }), [])
  assert.match(text, /\n {2}\+ AUTO -all$/)
  assert.match(planText(planOf(), []), /Nothing is to be done\.$/)
})
