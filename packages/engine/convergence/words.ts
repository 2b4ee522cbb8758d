/** Times, speeds and sizes of a move as people read them. */
const MIB = 1024 * 1024
const MINUTE = 60
const HOUR = 3600

/** `0.3 s`, `42 s`, `7 min`, `2.5 h`. */
export function secondsText(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  if (seconds < 2 * MINUTE) return `${Math.round(seconds)} s`
  return seconds < 2 * HOUR ? `${Math.round(seconds / MINUTE)} min` : `${(seconds / HOUR).toFixed(1)} h`
}

export const mibText = (bytes: number): string =>
  `${bytes < 10 * MIB ? (bytes / MIB).toFixed(1) : Math.round(bytes / MIB)} MiB`
