/**
 * Settings of two sections that mean the same thing, made one: which fields move, and when.
 * May come in: values, a dialect. May not: which sections meet (that is `tables.ts`).
 * Source: config.c, merge_hwe(), merge_mpe(), merge_pce(); propsel.c, reconcile_features_with_options()
 */
import type { Dialect } from '../releases/dialect.ts'
import { isUnset, textOf, type Values } from './configuration.ts'
import { QUEUE_IF_NO_PATH, RETAIN_HANDLER, withFeature, withoutFeature } from './features.ts'

export type Say = (level: 0 | 1 | 2, message: string) => void

const TEXTS_OF_DEVICE = [
  'vendor',
  'product',
  'revision',
  'getuid_callout',
  'uid_attribute',
  'features',
  'hardware_handler',
  'path_selector',
  'path_checker',
  'prio',
  'prio_args',
  'alias_prefix',
  'product_blacklist',
] as const

/** A number and the first release whose merging carries it over. */
const NUMBERS_OF_DEVICE: readonly (readonly [string, number])[] = [
  ['path_grouping_policy', 0],
  ['failback', 0],
  ['rr_weight', 0],
  ['no_path_retry', 0],
  ['rr_min_io', 0],
  ['rr_min_io_rq', 5_000],
  ['flush_on_last_del', 5_000],
  ['fast_io_fail_tmo', 5_000],
  ['dev_loss_tmo', 5_000],
  ['user_friendly_names', 5_000],
  ['retain_attached_hw_handler', 5_000],
  ['detect_prio', 5_000],
  ['deferred_remove', 6_000],
  ['delay_watch_checks', 6_000],
  ['delay_wait_checks', 6_000],
  ['skip_kpartx', 6_004],
  ['detect_checker', 7_000],
  ['max_sectors_kb', 7_000],
  ['san_path_err_threshold', 7_000],
  ['san_path_err_forget_rate', 7_000],
  ['san_path_err_recovery_time', 7_000],
  ['ghost_delay', 7_005],
  ['all_tg_pt', 7_008],
  ['vpd_vendor', 8_004],
  ['marginal_path_err_sample_time', 8_004],
  ['marginal_path_err_rate_threshold', 8_004],
  ['marginal_path_err_recheck_gap_time', 8_004],
  ['marginal_path_double_failed_time', 8_004],
  ['eh_deadline', 8_006],
  ['recheck_wwid', 8_006],
  ['detect_pgpolicy', 9_006],
  ['detect_pgpolicy_use_tpg', 9_006],
  ['purge_disconnected', 14_000],
]

/** Fills what `into` leaves unset from `from`; then settles `features` against no_path_retry. */
export function mergeDevice(into: Values, from: Values, dialect: Dialect, say: Say): void {
  if (!mergeTexts(into, from, TEXTS_OF_DEVICE, dialect)) return
  for (const [field, since] of NUMBERS_OF_DEVICE) if (dialect.number >= since) mergeNumber(into, from, field)
  if (dialect.number >= 7_002) settleFeatures(into, say)
  else if (dialect.number >= 5_000) queueByRetry(into)
}

/** 0.4.9 lets the later section win, and merges fewer fields. */
export function overrideDevice(into: Values, from: Values): boolean {
  for (const field of TEXTS_OF_DEVICE) {
    const held = from.get(field)
    if (held === undefined) continue
    if (held.value === '') {
      into.delete(field)
      return false
    }
    into.set(field, held)
  }
  for (const [field, since] of NUMBERS_OF_DEVICE) {
    const held = from.get(field)
    if (since === 0 && held !== undefined && !isUnset(held)) into.set(field, held)
  }
  return true
}

/** False when an empty text stopped the merging, as it did before 0.9.0. */
function mergeTexts(into: Values, from: Values, fields: readonly string[], dialect: Dialect): boolean {
  for (const field of fields) {
    const held = from.get(field)
    if (held === undefined || into.has(field)) continue
    if (held.value === '') {
      if (dialect.number < 9_000) return false
    } else into.set(field, held)
  }
  return true
}

function mergeNumber(into: Values, from: Values, field: string): void {
  const held = from.get(field)
  if (held !== undefined && !isUnset(held) && isUnset(into.get(field))) into.set(field, held)
}

/** Source: merge_hwe() of 0.6.4 */
function queueByRetry(values: Values): void {
  const retry = values.get('no_path_retry')
  const features = textOf(values, 'features')
  if (retry === undefined || isUnset(retry)) return
  const place = values.get('features')?.place
  if (retry.value !== 'fail') values.set('features', { value: withFeature(features, QUEUE_IF_NO_PATH), place })
  else if (features !== undefined) values.set('features', { value: withoutFeature(features, QUEUE_IF_NO_PATH), place })
}

/** The tool's buffer for "vendor/product" in messages. */
const NAME_BYTES = 89

/** Old words in `features` become settings of their own. Source: propsel.c, reconcile_features_with_options() */
function settleFeatures(values: Values, say: Say): void {
  const features = values.get('features')
  if (features === undefined) return
  const name = `${textOf(values, 'vendor') ?? '(null)'}/${textOf(values, 'product') ?? '(null)'}`.slice(0, NAME_BYTES)
  let text = String(features.value)
  if (text.includes(QUEUE_IF_NO_PATH)) {
    say(0, `${name}: option 'features "1 ${QUEUE_IF_NO_PATH}"' is deprecated, please use 'no_path_retry queue' instead`)
    const retry = values.get('no_path_retry')
    if (retry === undefined || isUnset(retry)) values.set('no_path_retry', { value: 'queue', place: features.place })
    else if (retry.value !== 'queue') {
      const shown = typeof retry.value === 'string' ? `"${retry.value}"` : retry.value
      say(2, `${name}: ignoring feature '${QUEUE_IF_NO_PATH}' because no_path_retry is set to '${shown}'`)
    }
    text = withoutFeature(text, QUEUE_IF_NO_PATH)
  }
  if (text.includes(RETAIN_HANDLER)) {
    say(0, `${name}: option 'features "1 ${RETAIN_HANDLER}"' is deprecated`)
    const retain = values.get('retain_attached_hw_handler')
    if (isUnset(retain)) values.set('retain_attached_hw_handler', { value: 'yes', place: features.place })
    else if (retain?.value === 'no')
      say(2, `${name}: ignoring feature '${RETAIN_HANDLER}' because ${RETAIN_HANDLER} is set to 'off'`)
    text = withoutFeature(text, RETAIN_HANDLER)
  }
  values.set('features', { value: text, place: features.place })
}

const TEXTS_OF_MULTIPATH = ['alias', 'path_selector', 'features', 'prio', 'prio_args', 'reservation_key'] as const
const OWNERS = ['mode', 'uid', 'gid'] as const
const NOT_NUMBERS = new Set<string>(['wwid', ...TEXTS_OF_MULTIPATH, ...OWNERS])

/** Fills what the later section of a WWID leaves unset from the earlier one. */
export function mergeMultipath(into: Values, from: Values, dialect: Dialect): void {
  if (!mergeTexts(into, from, TEXTS_OF_MULTIPATH, dialect)) return
  for (const field of from.keys()) if (!NOT_NUMBERS.has(field)) mergeNumber(into, from, field)
  mergeOwners(into, from)
}

/** mode, uid and gid share one mark of being set, so a section that sets one of them takes none from the other. */
function mergeOwners(into: Values, from: Values): void {
  const marked = OWNERS.some((field) => into.has(field))
  for (const field of OWNERS) {
    const held = from.get(field)
    if (held !== undefined && (!marked || (into.has(field) && isUnset(into.get(field))))) into.set(field, held)
  }
}

/** Fills the later section of a protocol from the earlier one. */
export function mergeProtocol(into: Values, from: Values): void {
  for (const field of ['fast_io_fail_tmo', 'dev_loss_tmo', 'eh_deadline']) mergeNumber(into, from, field)
}
