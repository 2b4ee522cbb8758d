/** One volume, judged on every blade. */
import {
  type BladeQuestion,
  type Claim,
  documentedKey,
  type Fleet,
  fabricsWanted,
  formatSize,
  look,
  proveAll,
  type Question,
  questionOf,
  reservationSeen,
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
import { reservationData, reservationRows } from '../render/reservation.ts'
import { readFleet, withHands } from '../session.ts'
import { cancellable } from '../signals.ts'

export function show(this: Context, flags: CommonFlags, text: string): Promise<void> {
  return guarded(this, flags, async () => {
    const session = await readFleet(this, flags)
    const volume = volumeIn(session.fleet, newVolume(text))
    const claims = claimsOf(session.fleet, volume)
    const signal = cancellable(this, 'Nothing was changed.')
    const question = withReservations(questionOf(claims, session.fleet), volume)
    const survey = await withHands(session, ({ fleet, hands }) => look(fleet, question, hands, signal))
    const findings = proveAll(claims, session.fleet, survey)
    const seen = reservationSeen(survey, volume)
    const rows = [...documented(volume), ...reservationRows(session.fleet, seen)]
    print(this, flags, {
      text: [...columns(rows), '', ...findings.flatMap(findingLines)].join('\n'),
      data: { ...volume, reservation: reservationData(session.fleet, seen), findings },
    })
    return findings.every((finding) => finding.verdict === 'proved') ? ExitCode.done : ExitCode.refused
  })
}

const claimsOf = (fleet: Fleet, volume: Volume): Claim[] => [
  ...[...fleet.blades.keys()].flatMap((blade): Claim[] => [
    { kind: 'identity', blade, volume },
    { kind: 'redundancy', blade, volume, fabrics: fabricsWanted(fleet) },
  ]),
  ...reserved(fleet, volume),
]

/** Where the array keeps the volume to one writer: that it does. */
function reserved(fleet: Fleet, volume: Volume): Claim[] {
  const key = documentedKey(fleet, volume)
  if (volume.home === undefined || key === undefined) return []
  return [{ kind: 'reservation', blade: volume.home, volume, key, besides: [] }]
}

/** Whatever keeps it to one writer, who has registered is told: a key that nobody expects is seen first here. */
function withReservations({ blades, arrays }: Question, { alias }: Volume): Question {
  const asked = [...blades].map(([name, question]): readonly [typeof name, BladeQuestion] => [
    name,
    { ...question, reservations: [alias] },
  ])
  return { blades: new Map(asked), arrays }
}

const documented = (volume: Volume): string[][] => [
  [volume.alias, `${formatSize(volume.size)}   LUN ${volume.lun} of ${volume.array}`],
  ['wwid', volume.wwid],
  [
    'writer',
    volume.writer +
      (volume.home === undefined ? '' : `, at home on ${volume.home}, generation ${volume.generation ?? '–'}`),
  ],
  ['protected', String(volume.protected)],
]
