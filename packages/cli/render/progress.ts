/** How far a move is: what is left, how fast it travels, how long that takes where it goes on so. */
import { type MigrationProgress, mibText, secondsText } from '@anyblade/engine'

export function progressText(step: number, progress: MigrationProgress): string {
  const { totalBytes, remainingBytes, bytesPerSecond, ladder } = progress
  const percent = totalBytes === 0 ? 0 : Math.floor((100 * (totalBytes - remainingBytes)) / totalBytes)
  const told = [`${percent} %`, `${mibText(remainingBytes)} left`, `${mibText(bytesPerSecond)}/s`]
  if (ladder !== undefined && ladder.passes > 1)
    told.push(`pass ${ladder.passes}`, `${mibText(ladder.dirtyBytesPerSecond)}/s dirtied`)
  if (ladder !== undefined && ladder.slowedPercent > 0) told.push(`slowed by ${ladder.slowedPercent} %`)
  return [`step ${step}`, bar(percent), ...told, estimate(progress)].join('  ').trimEnd()
}

/** What gets dirty meanwhile has to travel as well. */
function estimate({ remainingBytes, bytesPerSecond, ladder }: MigrationProgress): string {
  if (bytesPerSecond === 0) return ''
  const gains = bytesPerSecond - (ladder?.dirtyBytesPerSecond ?? 0)
  return gains > 0 ? `${secondsText(remainingBytes / gains)} to go` : 'gets no less'
}

const WIDTH = 18
const bar = (percent: number): string => {
  const full = Math.round((WIDTH * percent) / 100)
  return '█'.repeat(full) + '░'.repeat(WIDTH - full)
}
