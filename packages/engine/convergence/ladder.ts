/** The ladder of a move, and how its memory travels, as lines for people. */
import type { Transfer } from '#actions'
import { secondsText } from './words.ts'

const LATE = 'post-copy: it goes on at the destination at once, and its memory comes after it; no way back from there'

/** `home`: where the guest stays when the move is given up. */
export function ladderLines(transfer: Transfer, home: string): string[] {
  const { pausesMs, patience, slows, withinSeconds, postCopy } = transfer
  const [first = 0, ...more] = pausesMs.map((ms) => secondsText(ms / 1000))
  const lost = `where ${patience.passes} passes, and ${patience.seconds} s, leave as much as they carry`
  return [
    `pre-copy: passes over its memory, until the rest takes ${first}; so long it stands still`,
    ...(slows
      ? ['from the beginning: QEMU slows it, by 20 % and then 10 % more, each time two passes leave too much']
      : []),
    ...more.map((pause, i) => `${i === 0 ? lost : 'and again'}: it may stand still for ${pause}`),
    ...[withinSeconds === undefined ? 'at last' : `at last, or after ${secondsText(withinSeconds)}`].map(
      (when) => `${when}: ${postCopy ? LATE : `given up, and it goes on at ${home}, untouched`}`,
    ),
  ]
}
