/** The evidence of a run of the how-to: what the array, the network and the blades say, beside what it should be. */
import type { LanReport, Verification } from '@anyblade/lab'

export function evidenceTable(
  written: Verification,
  lan: LanReport,
  pauses: readonly string[],
  volume: string,
): string {
  const [guest] = lan.guests
  const rows: readonly (readonly [string, string])[] = [
    [
      'records on the LUN, read on the array',
      `${written.first ?? '–'} to ${written.last ?? '–'}, ${written.records} in the ring`,
    ],
    ['holes', String(written.holes.length)],
    ['boots of the guest', String(written.boots.length)],
    ['memory older than the disk', times(written.rollbacks)],
    ['writes by a second writer', times(written.foreignWrites)],
    ['longest gap between two writes', `${(written.longestGapMs / 1000).toFixed(2)} s`],
    ['pings lost', guest === undefined ? 'no guest was heard of' : `${guest.lost} of ${guest.sent}, one each 100 ms`],
    ['paused for the move, there and back', pauses.map((ms) => `${ms} ms`).join(', ')],
    ...pathRows(volume),
  ]
  const width = Math.max(...rows.map(([what]) => what.length))
  return ['EVIDENCE', ...rows.map(([what, value]) => `${what.padEnd(width)}   ${value}`)].join('\n')
}

const times = (count: number): string => (count === 0 ? 'never' : `${count} times`)

type Shown = {
  readonly findings?: readonly {
    readonly claim?: { kind?: string; blade?: string }
    readonly evidence?: readonly string[]
  }[]
}

/** One row a path: what its INQUIRY said. */
function pathRows(volume: string): [string, string][] {
  const shown: Shown = JSON.parse(volume)
  return (shown.findings ?? [])
    .filter((finding) => finding.claim?.kind === 'identity')
    .flatMap((finding) =>
      (finding.evidence ?? []).map((line): [string, string] => [`INQUIRY on ${finding.claim?.blade ?? '?'}`, line]),
    )
}
