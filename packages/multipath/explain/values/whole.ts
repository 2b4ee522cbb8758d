/**
 * How whole numbers, and numbers with a few words among them, are taken from a file.
 * May come in: a setting. May not: texts, printing.
 * Source: dict.c of 0.4.9, 0.6.4, 0.7.9, 0.8.4, 0.8.8, 0.9.4 and 0.14.3: set_int(), set_uint(), do_set_int() and others
 */
import { atoi, INT_MAX, isWhole, scanInt, scanOctal, scanUnsigned, strtol, UINT_MAX } from './number.ts'
import { DIED, FAILED, invalid, KEPT, type Outcome, type Setting, sayAt, set } from './setting.ts'

/** Since 0.8.8: junk is named and ignored, a number out of range is named and cut. Source: do_set_int() */
export function capped(setting: Setting, text: string, least: number, most: number): Outcome {
  const { value, end } = strtol(text)
  const name = setting.keyword.name
  if (!isWhole(text, end)) {
    sayAt(setting, `invalid value for ${name}: "${text}"`)
    return KEPT
  }
  if (value > BigInt(most)) sayAt(setting, `value for ${name} too large, capping at ${most}`)
  else if (value < BigInt(least)) sayAt(setting, `value for ${name} too small, capping at ${least}`)
  else return set(Number(value))
  return set(value > BigInt(most) ? most : least)
}

/** A plain number. 0.8.4 to 0.8.7 fail the file on junk; up to 0.7.7 a quoted number is 0. */
export function number(setting: Setting, text: string): Outcome {
  const { dialect, keyword, slot } = setting
  if (dialect.number >= 8_008) return capped(setting, text, keyword.least, keyword.most)
  if (dialect.number >= 8_004) return strict(setting, text, -2_147_483_648, INT_MAX, 'set_int')
  if (dialect.number >= 7_008 || (!dialect.checksLines && keyword.name !== 'verbosity')) return set(atoi(text))
  return slot === undefined ? DIED : set(atoi(slot))
}

function strict(setting: Setting, text: string, least: number, most: number, name: string): Outcome {
  const { value, end } = strtol(text)
  if (isWhole(text, end) && value <= BigInt(most) && value >= BigInt(least)) return set(Number(value))
  setting.say(1, `${name}: invalid value for ${setting.keyword.name}: "${text}"`)
  return FAILED
}

/** max_polling_interval: unsigned since 0.8.4. Source: set_uint() */
export function count(setting: Setting, text: string): Outcome {
  const { dialect, slot } = setting
  if (dialect.number >= 8_008) return unsigned(setting, text)
  if (dialect.number >= 8_004) return strict(setting, text, 0, UINT_MAX, 'set_uint')
  if (dialect.number >= 7_008) return set(atoi(text))
  return slot === undefined ? DIED : set(atoi(slot))
}

function unsigned(setting: Setting, text: string): Outcome {
  const found = /^[ \t-\r]*(\d+)[ \t-\r]*$/.exec(text)
  const value = found === null ? undefined : BigInt(found[1] ?? '0')
  if (value !== undefined && value <= BigInt(UINT_MAX)) return set(Number(value))
  sayAt(setting, `invalid value for ${setting.keyword.name}: "${text}"`)
  return KEPT
}

/**
 * polling_interval. Since 0.8.4 it starts as "unset", all ones; a handler that leaves it there makes it one less, so
 * junk becomes 4294967294. From 0.7.9 on only -1 does. Source: checkint_handler()
 */
export function interval(setting: Setting, text: string): Outcome {
  const { dialect, old } = setting
  const outcome = count(setting, text)
  if (outcome.kind === 'failed' || outcome.kind === 'died') return outcome
  const value = outcome.kind === 'set' ? outcome.value : old
  if (dialect.number >= 8_004) return value === undefined || value === UINT_MAX ? set(UINT_MAX - 1) : outcome
  return dialect.number >= 7_009 && value === -1 ? set(-2) : outcome
}

/** `no` or 0 is "no"; else a number from 1 on. Source: set_off_int_undef(), set_delay_checks() */
export function numberOrNo(setting: Setting, text: string): Outcome {
  if (text === 'no' || text === '0') return set('no')
  if (setting.dialect.number >= 8_008) return capped(setting, text, 1, INT_MAX)
  const value = atoi(text)
  return set(value < 1 ? 0 : value)
}

/** Source: set_no_path_retry(), no_path_retry_helper() */
export function retry(setting: Setting, text: string): Outcome {
  if (text === 'fail' || text === '0') return set('fail')
  if (text === 'queue') return set('queue')
  if (setting.dialect.number >= 8_008) return capped(setting, text, 1, INT_MAX)
  const value = atoi(text)
  return set(value < 1 ? 0 : value)
}

/** `off`, `0` (kept apart from unset) or seconds. 0.4.9 keeps -1 for off and cannot tell 0 from unset. */
export function secondsOrOff(setting: Setting, text: string): Outcome {
  const { dialect } = setting
  if (text === 'off') return set('off')
  if (dialect.number >= 8_008) return text === '0' ? set('0') : capped(setting, text, 1, INT_MAX)
  const value = scanInt(text)
  if (value === undefined) return set(0)
  if (dialect.number < 5_000) return set(value < -1 ? 0 : value === -1 ? 'off' : value)
  // The C constants: unset 0, off -1, zero -2; what is read is compared with the last.
  return set(value < -2 ? 0 : value === 0 || value === -2 ? '0' : value === -1 ? 'off' : value)
}

/** Source: set_dev_loss(): sscanf %u, unchecked */
export function loss(setting: Setting, text: string): Outcome {
  const { dialect } = setting
  const most = dialect.number >= 8_004 ? UINT_MAX : INT_MAX
  if (text === 'infinity' && dialect.number >= 5_000) return set(most)
  const value = scanUnsigned(text)
  if (value !== undefined) return set(value)
  return invalid({ ...setting, keyword: { ...setting.keyword, field: 'dev_loss_tmo' } }, text, set(0))
}

/** Source: max_fds_handler() */
export function files(setting: Setting, text: string): Outcome {
  const { dialect, host } = setting
  const most = host.openFilesMost
  if (text === 'max') return set(dialect.number >= 5_000 ? 'max' : most)
  const outcome = dialect.number >= 8_008 ? capped(setting, text, 0, most) : set(atoi(text))
  const reached = outcome.kind === 'set' && typeof outcome.value === 'number' && outcome.value >= most
  return reached && dialect.number >= 5_000 ? set('max') : outcome
}

/** At least 4000 ms. Source: def_uxsock_timeout_handler() */
export function replyTimeout(setting: Setting, text: string): Outcome {
  if (setting.dialect.number >= 8_008) return capped(setting, text, 4000, INT_MAX)
  const value = scanUnsigned(text)
  return set(value !== undefined && value > 4000 ? value : 4000)
}

/** Source: def_max_retries_handler() */
export function retries(setting: Setting, text: string): Outcome {
  if (text === 'off') return set('off')
  return text === '0' ? set('0') : capped(setting, text, 1, 5)
}

/** Source: set_mode(): octal, up to 0777 */
export function mode(setting: Setting, text: string): Outcome {
  const value = scanOctal(text)
  return value !== undefined && value <= 0o777 ? set(value) : invalid(setting, text, KEPT)
}

/** A user's name, else a number; `gid` looks up users too. Source: set_uid(), set_gid() */
export function owner(setting: Setting, text: string, part: 'uid' | 'gid'): Outcome {
  const user = setting.host.users.get(text)
  if (user !== undefined) return set(user[part])
  const value = scanUnsigned(text)
  return value !== undefined ? set(value) : invalid(setting, text, KEPT)
}

/** A persistent reservation key. A wrong one fails the handler. Source: set_reservation_key(), prkey.c parse_prkey() */
export function key(setting: Setting, text: string): Outcome {
  const { dialect } = setting
  if (dialect.number >= 7_003 && text === 'file') return set('file')
  const withFlags = dialect.number >= 7_008
  const [hex = '', flag] = withFlags ? splitOnce(text, ':') : [text]
  const digits = dialect.number >= 7_003 ? hex.replace(/^0/, '').replace(/^x/i, '') : hex.replace(/^0x/, '')
  const tooLong = dialect.number >= 7_003 && digits.length > 16
  if (digits === '' || tooLong || !/^[\da-f]+$/i.test(digits)) return FAILED
  const exact = BigInt(`0x${digits}`)
  const value = exact > 0xffff_ffff_ffff_ffffn ? 0xffff_ffff_ffff_ffffn : exact
  return set(`0x${value.toString(16)}${flag === 'aptpl' ? ':aptpl' : ''}`)
}

function splitOnce(text: string, mark: string): readonly [string, string?] {
  const at = text.indexOf(mark)
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)]
}
