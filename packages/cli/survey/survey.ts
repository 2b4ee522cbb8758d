/** Asks, joins, prints. */
import { everythingOn, look } from '@anyblade/engine'
import type { Context } from '../context.ts'
import { ExitCode } from '../exit-code.ts'
import type { CommonFlags } from '../flags.ts'
import { guarded } from '../guarded.ts'
import { parseBlade } from '../names.ts'
import { print } from '../render/answer.ts'
import { surveyData, surveyText } from '../render/survey.ts'
import { readFleet, withHands } from '../session.ts'
import { cancellable } from '../signals.ts'

export type SurveyFlags = CommonFlags & { readonly on?: readonly string[] }

export function survey(this: Context, flags: SurveyFlags): Promise<void> {
  return guarded(this, flags, async () => {
    const session = await readFleet(this, flags)
    const names = flags.on?.map((name) => parseBlade(session.fleet, name)) ?? [...session.fleet.blades.keys()]
    const signal = cancellable(this, 'Nothing was changed.')
    const began = performance.now()
    const seen = await withHands(session, ({ fleet, hands }) => look(fleet, everythingOn(names), hands, signal))
    const seconds = (performance.now() - began) / 1000
    print(this, flags, {
      text: surveyText(session.fleet, seen, seconds),
      data: surveyData(session.fleet, seen, seconds),
    })
    const silent = [...seen.blades.values()].filter((reading) => reading.state !== 'read').length
    return silent === 0 ? ExitCode.done : ExitCode.unreachable
  })
}
