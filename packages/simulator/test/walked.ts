/** One intent of one operator, walked to its end. */
import type { Finding, Intent } from '@anyblade/engine'
import type { Crew } from '../histories/crew.ts'

/** @returns how it ended, and what was not proved */
export async function walked(crew: Crew, intent: Intent) {
  let open: readonly Finding[] = []
  const walking = crew.begin('operator', intent, {
    heard: (event) => {
      if (event.kind === 'judged') open = event.findings.filter(({ verdict }) => verdict !== 'proved')
    },
  })
  await crew.atEnd()
  return { end: walking.end, open: open.map(({ claim }) => claim.kind), because: open.map(({ because }) => because) }
}
