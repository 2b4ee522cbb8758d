/** Looks at everything, reads every journal, judges, prints. */
import {
  type Answered,
  type BladeName,
  type BladeQuestion,
  EVERYTHING,
  type Fleet,
  type Hands,
  type JournalReadings,
  audit as judge,
  type Limits,
  look,
  type Question,
} from '@anyblade/engine'
import type { Context } from '../context.ts'
import { ExitCode } from '../exit-code.ts'
import type { CommonFlags } from '../flags.ts'
import { guarded } from '../guarded.ts'
import { print } from '../render/answer.ts'
import { auditData, auditText } from '../render/audit.ts'
import { readFleet, withHands } from '../session.ts'
import { cancellable } from '../signals.ts'
import { timed } from './timed.ts'

const DEADLINE_MS = 45_000

export function audit(this: Context, flags: CommonFlags): Promise<void> {
  return guarded(this, flags, async () => {
    const session = await readFleet(this, flags)
    const signal = cancellable(this, 'Nothing was changed.')
    const answered: Answered[] = []
    const began = performance.now()
    const [survey, journals] = await withHands(session, ({ fleet, hands }) => {
      const eyes = timed(hands, (answer) => answered.push(answer))
      return Promise.all([look(fleet, everything(fleet), eyes, signal), readAll(fleet, eyes, signal)])
    })
    const seconds = (performance.now() - began) / 1000
    const audited = judge(session.fleet, survey, journals, answered)
    const silent = [...survey.blades, ...survey.arrays, ...journals].flatMap(([name, { state }]) =>
      state === 'read' || state === 'not asked' ? [] : [String(name)],
    )
    print(this, flags, {
      text: auditText(session.fleet, audited, seconds),
      data: auditData(session.fleet, audited, seconds, [...new Set(silent)]),
    })
    if (audited.some(({ verdict }) => verdict === 'broken')) return ExitCode.refused
    return silent.length === 0 ? ExitCode.done : ExitCode.unreachable
  })
}

function everything({ blades, arrays, volumes }: Fleet): Question {
  const asked: BladeQuestion = { ...EVERYTHING, config: true, reservations: [...volumes.keys()] }
  return { blades: new Map([...blades.keys()].map((name) => [name, asked])), arrays: [...arrays.keys()] }
}

async function readAll(
  { blades }: Fleet,
  { bladeReader }: Pick<Hands, 'bladeReader'>,
  signal: AbortSignal,
): Promise<JournalReadings> {
  const limits: Limits = { deadlineMs: DEADLINE_MS, signal }
  const readings = [...blades.values()].map(
    async (blade): Promise<[BladeName, Awaited<ReturnType<typeof bladeReader.runs>>]> => [
      blade.name,
      await bladeReader.runs(blade, 'recent', limits),
    ],
  )
  return new Map(await Promise.all(readings))
}
