/** The journals of a blade, read. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseRuns } from '../runs.parse.ts'
import { b64, value } from './an-answer.ts'

test('runs: in order, with what each step left; a line that was cut off says nothing', () => {
  const text = [
    'anyblade-runs 1 v',
    '[r-abcd',
    '|age\t12',
    '|holder\tann@north\t7\t40\t80',
    '|asked',
    '|plan\t{"a":1}',
    `|entry\t1\t1000\tundo failed\t${b64('so\n')},${b64('why\n')}\t.`,
    `|entry\t2\t1000\tdone\t${b64('cut')}`,
    '\0\0|entry\t2\t1000\tstarted\t\t.',
    ']r-abcd ok',
    '[r-efgh',
    '|age\t99',
    '|plan\t',
    ']r-efgh ok',
    'anyblade-end\n',
  ].join('\n')
  assert.deepEqual(value(parseRuns(text)), [
    {
      run: 'r-abcd',
      plan: '{"a":1}',
      entries: [
        { step: 1, event: 'undo failed', evidence: 'so\nwhy\n' },
        { step: 2, event: 'started', evidence: '' },
      ],
      holder: { operator: 'ann@north', epoch: 7, sinceSeconds: 40, leftSeconds: 80 },
      asked: true,
      ageSeconds: 12,
    },
    { run: 'r-efgh', plan: '', entries: [], holder: undefined, asked: false, ageSeconds: 99 },
  ])
})
