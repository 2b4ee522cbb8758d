/** One volume, judged on every blade. */
import {
  type Claim,
  type Fleet,
  fabricsWanted,
  formatSize,
  look,
  proveAll,
  questionOf,
  type Volume,
  volumeIn,
} from '@anyblade/engine'
import type { Context } from '../context.ts'
import { ExitCode } from '../exit-code.ts'
import type { CommonFlags } from '../flags.ts'
import { guarded } from '../guarded.ts'
import { newVolume } from '../names.ts'
import { print } from '../render/answer.ts'
import { columns } from '../render/columns.ts'
import { findingLines } from '../render/findings.ts'
import { readFleet, withHands } from '../session.ts'
import { cancellable } from '../signals.ts'

export function show(this: Context, flags: CommonFlags, text: string): Promise<void> {
  return guarded(this, flags, async () => {
    const session = await readFleet(this, flags)
    const volume = volumeIn(session.fleet, newVolume(text))
    const claims = claimsOf(session.fleet, volume)
    const signal = cancellable(this, 'Nothing was changed.')
    const question = questionOf(claims, session.fleet)
    const survey = await withHands(session, ({ fleet, hands }) => look(fleet, question, hands, signal))
    const findings = proveAll(claims, session.fleet, survey)
    print(this, flags, {
      text: [...columns(documented(volume)), '', ...findings.flatMap(findingLines)].join('\n'),
      data: { ...volume, findings },
    })
    return findings.every((finding) => finding.verdict === 'proved') ? ExitCode.done : ExitCode.refused
  })
}

const claimsOf = (fleet: Fleet, volume: Volume): Claim[] =>
  [...fleet.blades.keys()].flatMap((blade) => [
    { kind: 'identity', blade, volume },
    { kind: 'redundancy', blade, volume, fabrics: fabricsWanted(fleet) },
  ])

const documented = (volume: Volume): string[][] => [
  [volume.alias, `${formatSize(volume.size)}   LUN ${volume.lun} of ${volume.array}`],
  ['wwid', volume.wwid],
  ['writer', volume.writer],
  ['protected', String(volume.protected)],
]
