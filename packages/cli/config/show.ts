/** The multipath configuration of a blade as it is deployed now: its files, and what is in effect of them. */
import { configOn, excuse, look, reportOf, textsOf, valueRead } from '@anyblade/engine'
import type { Context } from '../context.ts'
import { ExitCode } from '../exit-code.ts'
import type { CommonFlags } from '../flags.ts'
import { guarded } from '../guarded.ts'
import { parseBlade } from '../names.ts'
import { print } from '../render/answer.ts'
import { readFleet, withHands } from '../session.ts'
import { cancellable } from '../signals.ts'
import { deliveryLines } from './diff.ts'

export function show(this: Context, flags: CommonFlags, name: string): Promise<void> {
  return guarded(this, flags, async () => {
    const session = await readFleet(this, flags)
    const blade = parseBlade(session.fleet, name)
    const signal = cancellable(this, 'Nothing was changed.')
    const survey = await withHands(session, ({ fleet, hands }) => look(fleet, configOn([blade]), hands, signal))
    const report = reportOf(survey, blade)
    const files = valueRead(report?.config)
    if (report === undefined || files === undefined) {
      const because = report === undefined ? excuse(survey.blades.get(blade)) : excuse(report.config)
      print(this, flags, { text: `${blade} gave no answer (${because})`, data: { blade, because } })
      return ExitCode.unreachable
    }
    const all = textsOf(files)
    const said = deliveryLines(session.fleet).map((line) => `# ${line}`)
    const text = all.flatMap(({ path, text }) => [`# ${blade}:${path}`, text.trimEnd(), '']).join('\n')
    print(this, flags, {
      text: [...said, text.trimEnd() || `${blade} has no configuration of multipath`].join('\n'),
      data: {
        blade,
        delivery: session.fleet.settings.delivery ?? 'push',
        multipath: report.tools.multipath ?? null,
        files: all,
      },
    })
    return ExitCode.done
  })
}
