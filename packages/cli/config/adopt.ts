/** The multipath configuration of blades, as it is, becomes what the fleet has recorded of them. Nothing on a blade changes. */
import {
  type Adoption,
  adoptionOf,
  type BladeAdoption,
  type BladeName,
  configOn,
  excuse,
  look,
  renderedOf,
  reportOf,
  type Survey,
} from '@anyblade/engine'
import type { Context } from '../context.ts'
import { ExitCode } from '../exit-code.ts'
import type { CommonFlags } from '../flags.ts'
import { guarded } from '../guarded.ts'
import { recorded } from '../record.ts'
import { print } from '../render/answer.ts'
import { readFleet, withHands } from '../session.ts'
import { cancellable } from '../signals.ts'
import { chosen } from './diff.ts'

const RECORD_MS = 60_000

export function adopt(this: Context, flags: CommonFlags, ...names: readonly string[]): Promise<void> {
  return guarded(this, flags, async () => {
    const session = await readFleet(this, flags)
    const blades = chosen(session.fleet, names)
    const signal = cancellable(this, 'Nothing was changed.')
    return withHands(session, async ({ fleet, hands }) => {
      const survey = await look(fleet, configOn(blades), hands, signal)
      const silent = blades.flatMap((blade) => whyUnread(survey, blade))
      if (silent.length > 0) {
        const text = [
          ...silent.map(({ blade, because }) => `${blade} gave no answer (${because})`),
          'nothing was recorded',
        ]
        print(this, flags, { text: text.join('\n'), data: { unread: silent } })
        return ExitCode.unreachable
      }
      const action = {
        kind: 'record-documents' as const,
        changes: [],
        rendered: blades,
        message: `config: adopted as it is on ${blades.join(', ')}`,
      }
      const limits = { deadlineMs: RECORD_MS, signal }
      const lines = await recorded(hands.recorder, fleet, action, renderedOf(fleet, survey, blades), limits)
      const adoption = adoptionOf(fleet, survey, blades)
      print(this, flags, {
        text: [action.message, ...lines, '', ...linesOf(adoption)].join('\n'),
        data: { message: action.message, evidence: lines, ...adoption },
      })
      return adoption.apart.length > 0 ? ExitCode.differs : ExitCode.done
    })
  })
}

function whyUnread(survey: Survey, blade: BladeName) {
  const report = reportOf(survey, blade)
  if (report === undefined) return [{ blade, because: excuse(survey.blades.get(blade)) }]
  return report.config.state === 'read' ? [] : [{ blade, because: excuse(report.config) }]
}

function linesOf({ blades, apart }: Adoption): string[] {
  const foreign = new Set(
    blades.flatMap(({ aliases }) => aliases.filter(({ volume }) => volume === undefined)).map((a) => a.alias),
  )
  return [
    ...blades.flatMap(bladeLines),
    ...apart.map((line) => `differs   ${line}`),
    ...(foreign.size === 0
      ? []
      : [
          `${foreign.size} aliases are no volume of the fleet yet: ${[...foreign].join(', ')}`,
          'next      anyblade volume adopt --help',
        ]),
  ]
}

const bladeLines = ({ blade, release, aliases, messages }: BladeAdoption): string[] => [
  `${blade}  multipath-tools ${release ?? 'not installed'}, ${aliases.length} aliases, ${aliases.filter(({ volume }) => volume !== undefined).length} of them volumes`,
  ...messages.map((message) => `${blade}  it says: ${message}`),
]
