/**
 * How often paths are checked: the two polling intervals, settled when all files are read.
 * May come in: a configuration, a dialect. May not: the text of files, messages.
 * Source: config.c, load_config(), of 0.5.0, 0.8.4 and 0.10.0
 */
import type { Dialect } from '../releases/dialect.ts'
import type { Configuration, Held } from './configuration.ts'
import { UINT_MAX } from './values/number.ts'

const SECONDS = 5

/** Settles polling_interval and max_polling_interval; tells whether the tool survives the pair. */
export function intervals(configuration: Configuration, dialect: Dialect): 'loaded' | 'died' | 'hangs' {
  if (dialect.number < 5_000) return 'loaded'
  const { defaults } = configuration
  const asked = numberOf(defaults.get('polling_interval'))
  const most = numberOf(defaults.get('max_polling_interval')) ?? 0
  const [interval, limit] = dialect.number >= 8_004 ? settled(asked, most) : oldPair(asked ?? SECONDS, most)
  const place = (defaults.get('polling_interval') ?? defaults.get('max_polling_interval'))?.place
  defaults.set('polling_interval', { value: interval, place })
  defaults.set('max_polling_interval', { value: limit, place: defaults.get('max_polling_interval')?.place ?? place })
  return dialect.number >= 10_000 ? adjustment(interval, limit) : 'loaded'
}

function numberOf(held: Held | undefined): number | undefined {
  return held === undefined ? undefined : Number(held.value)
}

function settled(asked: number | undefined, most: number): readonly [number, number] {
  if (most === 0) {
    const interval = asked ?? SECONDS
    return [interval, interval < Math.floor(UINT_MAX / 4) ? interval * 4 : UINT_MAX]
  }
  if (asked === undefined) return [most >= 4 ? Math.floor(most / 4) : 1, most]
  return [Math.min(asked, most), most]
}

/** Before 0.8.4 both are signed and nothing is compared. */
function oldPair(interval: number, most: number): readonly [number, number] {
  return [interval, most === 0 ? interval << 2 : most]
}

/**
 * 0.10.0 to 0.14.3 divide by the interval (SIGFPE at 0) and double a 32-bit number until it reaches the limit, which a
 * number that becomes 0 never does.
 */
function adjustment(interval: number, limit: number): 'loaded' | 'died' | 'hangs' {
  if (interval === 0) return 'died'
  if (limit % interval === 0) return 'loaded'
  let adjusted = interval
  while ((2 * adjusted) % 4_294_967_296 < limit) {
    adjusted = (2 * adjusted) % 4_294_967_296
    if (adjusted === 0) return 'hangs'
  }
  return 'loaded'
}
