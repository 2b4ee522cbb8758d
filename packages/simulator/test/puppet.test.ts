/** Where puppet delivers: each intent comes to its end by it alone, and what an agent does not do is told and taken back. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Strike } from '#operators'
import type { World } from '#world'
import { Crew } from '../histories/crew.ts'
import { judging, passed } from '../histories/history.ts'
import { ARRAY, AWAY, HOME, OTHER, SIZE, site, withVolume } from '../histories/site.ts'
import { ACTS, type IntentKind, tell } from '../index.ts'

const intents = Object.keys(ACTS).filter((name): name is IntentKind => name in ACTS)
const changing = intents.filter((intent) => ACTS[intent].includes('install-config'))

for (const intent of changing)
  test(`${intent} comes to its end by puppet's agents, and nobody else writes`, async () => {
    const told = await tell({ seed: 1, intent, blows: [], bugs: new Set(), puppet: true })
    assert.equal(told.end, 'done')
    assert.deepEqual(told.violations, [])
    assert.ok(told.acts.includes('publish-config') && !told.acts.includes('install-config'))
    const ran = told.acts.filter((act) => act === 'run-agent').length
    assert.equal(ran, told.acts.filter((act) => act === 'try-config').length)
  })

test('a blade that has left has no data any more, and its agent nothing to write', async () => {
  const world = site(2, new Set(), true)
  withVolume(world)
  const crew = new Crew(world)
  const walking = crew.begin('first', { kind: 'remove-blade', blade: AWAY, keepBaseline: false }, {})
  await crew.atEnd()
  assert.equal(walking.end, 'done', world.trace.join('\n'))
  assert.deepEqual([...world.published.keys()], [HOME])
  assert.equal(world.machine(AWAY).multipathd.dropIn('anyblade.conf'), undefined)
})

describe('an agent that does not do it', () => {
  /** Two blades with a volume, and another one that is to come; how the second blade hinders it. */
  async function created(hinder: (world: World) => void) {
    const world = site(3, new Set(), true)
    withVolume(world)
    const judged = judging(world)
    hinder(world)
    const before = [HOME, AWAY].map((name) => world.machine(name).multipathd.dropIn('anyblade.conf'))
    const acts: string[] = []
    const strike: Strike = ({ kind }, undo) => {
      acts.push(`${undo ? 'undo ' : ''}${kind}`)
      return () => {}
    }
    const crew = new Crew(world)
    const walking = crew.begin(
      'first',
      {
        kind: 'create-volume',
        volumes: [{ volume: OTHER, size: SIZE }],
        array: ARRAY,
        writer: undefined,
        home: undefined,
      },
      { strike },
    )
    await crew.atEnd()
    await passed(world, 200_000)
    const after = [HOME, AWAY].map((name) => world.machine(name).multipathd.dropIn('anyblade.conf'))
    return { end: walking.end, acts, before, after, trace: world.trace.join('\n'), violations: judged.violations }
  }

  test('is disabled: refused before anything is changed', async () => {
    const told = await created((world) => {
      world.machine(AWAY).agentDisabled = 'Ann replaces its HBA'
    })
    assert.deepEqual([told.end, told.acts], ['refused', []])
    assert.match(told.trace, /agent refuted: puppet's agent on blade2 is disabled: Ann replaces its HBA/)
  })

  test('has an older environment: told once, the data goes back, and both blades are as before', async () => {
    const told = await created((world) => {
      world.machine(AWAY).pinned = { data: world.machine(AWAY).multipathd.dropIn('anyblade.conf') }
    })
    assert.equal(told.end, 'undone', told.trace)
    assert.equal(told.acts.filter((act) => act === 'run-agent').length, 2, told.acts.join(', '))
    assert.ok(told.acts.includes('undo publish-config'))
    assert.deepEqual(told.after, told.before)
    assert.deepEqual(told.violations, [])
  })
})
