/**
 * multipath on a blade of guests: no partition maps of a guest's disk, a path that comes back is asked who it is, and I/O
 * waits a bounded time. In `overrides`, for built-in device entries win over `defaults` (measured: 150 retries asked, 12
 * in effect, and the guest stopped).
 */
import { parseShownConfig } from '@anyblade/multipath'
import type { Overrides } from '#actions'
import type { MultipathFiles } from '#survey'
import { overridesOf, ownDropIn, withoutOurs } from '../candidate.ts'

/** An array's reboot, a switch's firmware: measured 57 s until an array was back with both paths. */
const QUEUE_SECONDS = 150
const LEAST_RETRIES = 8
const FAST_IO_FAIL_SECONDS = '5'
const DEV_LOSS_SECONDS = '600'
/** multipathd's own where nothing is said. Source: multipath.conf(5) */
const POLLING_SECONDS = 5

type Shown = ReadonlyMap<string, readonly string[]>

const RULES: readonly { readonly keyword: string; readonly holds: (value: string) => boolean }[] = [
  { keyword: 'skip_kpartx', holds: (value) => value === 'yes' },
  { keyword: 'recheck_wwid', holds: (value) => value === 'yes' },
  // a number: `queue` hangs a guest for ever, `fail` gives it an error at once
  { keyword: 'no_path_retry', holds: (value) => Number(value) >= 1 },
  { keyword: 'fast_io_fail_tmo', holds: (value) => Number(value) >= 1 },
  { keyword: 'dev_loss_tmo', holds: (value) => value === 'infinity' || Number(value) >= 1 },
]

/** Keywords that are not in effect as they must be, by the daemon's word, each with what is. */
export function wrongOverrides(shown: string): string[] {
  const inEffect = sectionOf(shown, 'overrides')
  return RULES.flatMap(({ keyword, holds }) => {
    const value = inEffect.get(keyword)?.[0]
    return value !== undefined && holds(value) ? [] : [`${keyword} ${value ?? 'not set'}`]
  })
}

/**
 * The overrides that our drop-in shall have, and has; the operator's own that hold stay the operator's. A keyword of
 * theirs that does not hold is overridden, for a later file wins.
 */
export function overridesWanted(files: MultipathFiles, release: string, shown: string) {
  const theirs = withoutOurs(files, release)?.overrides
  const wanted = valuesFor(sectionOf(shown, 'defaults'))
  const lacking = RULES.filter(({ keyword, holds }) => {
    const held = theirs?.get(keyword)?.value
    return held === undefined || !holds(held === 'on' ? 'yes' : String(held))
  })
  const after: Overrides = Object.fromEntries(lacking.map(({ keyword }) => [keyword, wanted[keyword] ?? '']))
  return { before: overridesOf(ownDropIn(files)), after }
}

function valuesFor(defaults: Shown): Overrides {
  const polling = Number(defaults.get('polling_interval')?.[0]) || POLLING_SECONDS
  return {
    skip_kpartx: 'yes',
    recheck_wwid: 'yes',
    no_path_retry: String(Math.max(LEAST_RETRIES, Math.ceil(QUEUE_SECONDS / polling))),
    fast_io_fail_tmo: FAST_IO_FAIL_SECONDS,
    dev_loss_tmo: DEV_LOSS_SECONDS,
  }
}

const sectionOf = (shown: string, name: string): Shown =>
  parseShownConfig(shown).find(({ section }) => section === name)?.values ?? new Map()
