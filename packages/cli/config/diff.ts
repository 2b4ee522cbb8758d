/** What the documents ask, what git has, what is deployed and what is in effect: the same, or the difference. */
import { publishedConfig, recordedConfig } from '@anyblade/drivers'
import {
  type BladeDrift,
  type BladeName,
  bladesInService,
  configOn,
  driftOf,
  type FileDrift,
  type Fleet,
  look,
  textOf,
} from '@anyblade/engine'
import type { Context } from '../context.ts'
import { ExitCode } from '../exit-code.ts'
import type { CommonFlags } from '../flags.ts'
import { guarded } from '../guarded.ts'
import { diffLines, lineDiff } from '../multipath/line-diff.ts'
import { parseBlade } from '../names.ts'
import { print } from '../render/answer.ts'
import { readFleet, type Session, withHands } from '../session.ts'
import { cancellable } from '../signals.ts'

export function diff(this: Context, flags: CommonFlags, ...names: readonly string[]): Promise<void> {
  return guarded(this, flags, async () => {
    const session = await readFleet(this, flags)
    const drifts = await driftsOf(this, session, chosen(session.fleet, names))
    const { delivery = 'push' } = session.fleet.settings
    const text = [...drifts.flatMap(linesOf), ...deliveryLines(session.fleet)].join('\n')
    print(this, flags, { text, data: { delivery, blades: drifts } })
    if (drifts.some(({ unread }) => unread !== undefined)) return ExitCode.unreachable
    return drifts.some(({ differences }) => differences.length > 0) ? ExitCode.differs : ExitCode.done
  })
}

/** The blades that were named, or all in service. @throws EngineError */
export const chosen = (fleet: Fleet, names: readonly string[]): BladeName[] =>
  names.length === 0 ? bladesInService(fleet) : names.map((name) => parseBlade(fleet, name))

async function driftsOf(context: Context, session: Session, blades: readonly BladeName[]): Promise<BladeDrift[]> {
  const signal = cancellable(context, 'Nothing was changed.')
  const survey = await withHands(session, ({ fleet, hands }) => look(fleet, configOn(blades), hands, signal))
  const recorded = new Map(
    blades.flatMap((blade) => {
      const files = recordedConfig(session.dir, blade)
      return files === undefined ? [] : [[blade, files] as const]
    }),
  )
  const published = new Map(
    blades.flatMap((blade) => {
      const text = publishedConfig(session.dir, session.fleet, blade)
      return text === undefined ? [] : [[blade, text] as const]
    }),
  )
  return driftOf(session.fleet, survey, blades, recorded, published)
}

function linesOf({ blade, unread, differences, files }: BladeDrift): readonly string[] {
  if (unread !== undefined) return [`${blade}  no answer: ${unread}`]
  if (differences.length === 0) return [`${blade}  as the documents, as recorded, in effect`]
  return [...differences.map((line) => `${blade}  ${line}`), ...files.flatMap(changesIn)]
}

/** Who writes our file on blades, where it is not us. */
export const deliveryLines = ({ settings: { delivery, puppet } }: Fleet): string[] =>
  delivery === 'puppet' ? [`puppet delivers, by the module in ${puppet?.module}`] : []

const textOrNone = (bytes: Uint8Array | undefined): string => (bytes === undefined ? '' : textOf(bytes))
const changesIn = ({ path, before, after }: FileDrift): readonly string[] =>
  diffLines(path, lineDiff(textOrNone(before), textOrNone(after)))
