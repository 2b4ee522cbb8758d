/** What a file costs to write, and to read back, grows as what stands in it does. Work is counted, not timed (test/work.ts). */
import { test } from 'node:test'
import { growsAsItsInput } from '../../test/work.ts'
import { renderAliases } from '../aliases.ts'

test('twice the aliases are twice the work', () => {
  growsAsItsInput((count) => {
    const aliases = Array.from({ length: count }, (_, at) => ({ wwid: `3${at}`, alias: `vm${at}` }))
    return () => renderAliases({ release: '0.9.4', aliases })
  })
})
