/**
 * How words out of a closed list, and texts, are taken from a file.
 * May come in: a setting. May not: numbers on their own, printing.
 * Source: dict.c of 0.4.9, 0.6.4, 0.7.9, 0.8.9, 0.9.4 and 0.14.3
 */
import { atoi, INT_MAX, scanInt } from './number.ts'
import { DIED, invalid, KEPT, type Outcome, type Setting, sayAt, set } from './setting.ts'
import { capped } from './whole.ts'

/** Anything but yes and 1 was "no" until 0.8.7. Source: set_yes_no(); 0.4.9 def_queue_without_daemon() */
export function yesNo(setting: Setting, text: string): Outcome {
  if (setting.dialect.number < 6_000 && setting.keyword.name === 'queue_without_daemon') return byPrefix(text)
  if (text === 'yes' || text === '1') return set('yes')
  if (text === 'no' || text === '0') return set('no')
  return invalid(named(setting), text, set('no'))
}

function byPrefix(text: string): Outcome {
  if (/^(?:off|no|0)/.test(text)) return set('no')
  return /^(?:on|yes|1)/.test(text) ? set('yes') : set(0)
}

/** Source: set_yes_no_undef(): until 0.8.7 a wrong word unsets */
export function yesNoUnset(setting: Setting, text: string): Outcome {
  if (text === 'yes' || text === '1') return set('yes')
  if (text === 'no' || text === '0') return set('no')
  const fallen = setting.dialect.number < 5_000 ? KEPT : set(0)
  return invalid(named(setting), text, fallen)
}

/** The message of yes/no settings names the keyword as it was written. */
function named(setting: Setting): Setting {
  return { ...setting, keyword: { ...setting.keyword, field: setting.keyword.name } }
}

/** Source: set_flush_on_last_del() since 0.9.9; in 0.4.9 "no" falls through to unset */
export function flush(setting: Setting, text: string): Outcome {
  const { dialect } = setting
  if (dialect.number < 5_000) return set(text === 'yes' || text === '1' ? 'yes' : 0)
  if (dialect.number < 9_009) return yesNoUnset(setting, text)
  if (text === 'never' || text === 'always' || text === 'unused') return set(text)
  const meant = text === 'no' || text === '0' ? 'unused' : text === 'yes' || text === '1' ? 'always' : undefined
  if (meant === undefined) return invalid(setting, text, KEPT)
  sayAt(setting, `"${text}" is a deprecated value for flush_on_last_del and is treated as "${meant}"`, 2)
  return set(meant)
}

const POLICIES = ['failover', 'multibus', 'group_by_serial', 'group_by_prio', 'group_by_node_name']

/** Only the beginning of the word counts. Source: pgpolicies.c, get_pgpolicy_id(), strncmp() */
export function grouping(setting: Setting, text: string): Outcome {
  const { dialect } = setting
  const known = dialect.number >= 9_006 ? [...POLICIES, 'group_by_tpg'] : POLICIES
  const found = known.find((policy) => text.startsWith(policy))
  if (found !== undefined) return set(found)
  return invalid(setting, text, set(dialect.number < 5_000 ? 'undefined' : 0))
}

/** Source: set_pgfailback(): 0 is the same as unset */
export function failback(setting: Setting, text: string): Outcome {
  const { dialect } = setting
  if (text === 'manual' || text === 'immediate') return set(text)
  if (text === 'followover' && dialect.number >= 5_000) return set(text)
  return dialect.number >= 8_008 ? capped(setting, text, 0, INT_MAX) : set(oldFailback(atoi(text)))
}

/** The words are kept as -1, -2 and -3, so those numbers are the words. Source: config.h, enum failback_mode */
function oldFailback(value: number): string | number {
  return value === -1 ? 'manual' : value === -2 ? 'immediate' : value === -3 ? 'followover' : value
}

/** Source: set_rr_weight(); 0.4.9 cannot set it back to uniform */
export function weight(setting: Setting, text: string): Outcome {
  if (text === 'priorities') return set('priorities')
  if (text === 'uniform' && setting.dialect.number >= 5_000) return set('uniform')
  return invalid(setting, text, KEPT)
}

/** Source: def_find_multipaths_handler(), of 0.6.4, 0.7.7 and 0.8.8 */
export function finding(setting: Setting, text: string): Outcome {
  const { dialect } = setting
  if (dialect.number < 7_007) return yesNo(setting, text)
  if (text === 'no' || text === '0' || text === 'off') return set('off')
  if (text === 'yes' || text === '1' || text === 'on') return set('on')
  if (text === 'strict' || text === 'greedy' || text === 'smart') return set(text)
  if (dialect.number >= 8_008) return invalid(setting, text, KEPT)
  setting.say(0, `illegal value for find_multipaths: ${text}`)
  return set('strict')
}

/** Source: def_marginal_pathgroups_handler(): `fpin` needs a build with libudev's fpin, which none measured had */
export function marginal(setting: Setting, text: string): Outcome {
  if (setting.dialect.number < 8_009) return yesNo(setting, text)
  if (text === 'no' || text === '0' || text === 'off') return set('off')
  if (text === 'yes' || text === '1' || text === 'on') return set('on')
  if (text !== 'fpin') return invalid(setting, text, KEPT)
  sayAt(setting, 'support for "fpin" is not compiled in for marginal_pathgroups')
  return KEPT
}

export function logging(setting: Setting, text: string): Outcome {
  return text === 'once' || text === 'always' ? set(text) : invalid(setting, text, KEPT)
}

export function resizing(setting: Setting, text: string): Outcome {
  return ['never', 'grow_only', 'grow_shrink'].includes(text) ? set(text) : invalid(setting, text, KEPT)
}

export function vitalPage(setting: Setting, text: string): Outcome {
  if (text === 'hp3par') return set('hp3par')
  return text === 'undef' ? set(0) : invalid(setting, text, KEPT)
}

/** Source: def_pg_timeout_handler() of 0.4.9 and 0.5.0: 0 is none; since 0.6.0 the keyword means nothing */
export function groupTimeout(setting: Setting, text: string): Outcome {
  const { dialect } = setting
  if (dialect.number >= 6_000) return ignoredOption(setting)
  if (text === 'none') return set('none')
  const value = scanInt(text)
  if (value === undefined || value < 0) return set(0)
  return set(value === 0 ? 'none' : value)
}

const TRANSPORTS = new Set(
  'undef ccw cciss scsi:fcp scsi:spi scsi:ssa scsi:sbp scsi:srp scsi:iscsi scsi:sas scsi:adt scsi:ata scsi:usb scsi:unspec'.split(
    ' ',
  ),
)
const NVME = new Set('nvme:pcie nvme:rdma nvme:fc nvme:tcp nvme:loop nvme:apple-nvme nvme:unspec'.split(' '))

/** Source: structs.c, protocol_name[]; one name for all of NVMe before 0.9.2 */
export function transport(setting: Setting, text: string): Outcome {
  const nvme = setting.dialect.number >= 9_002 ? NVME.has(text) : text === 'nvme'
  return TRANSPORTS.has(text) || nvme
    ? set(text)
    : invalid({ ...setting, keyword: { ...setting.keyword, field: 'type' } }, text, KEPT)
}

/** A text of several words, one of which counts those after it; checked since 0.9.4. Source: set_arg_str() */
export function argumentText(setting: Setting, text: string): Outcome {
  const { dialect, keyword } = setting
  if (dialect.number < 9_004) return set(text)
  const words = text.split(/[ \f\r\t\v]+/).filter((word) => word !== '')
  const counter = words[keyword.least]
  const count = counter === undefined || !/^[+-]?\d+$/.test(counter) ? -1 : Number(counter)
  const after = words.length - 1 - keyword.least
  if (count < 0 || count > Number.MAX_SAFE_INTEGER) sayAt(setting, `missing argument count for ${keyword.name}`)
  else if (count !== after)
    sayAt(setting, `invalid argument count for ${keyword.name}:, got '${count}' expected '${after}'`)
  else return set(text)
  return KEPT
}

/** A name that becomes part of a path, so no slash; checked since 0.8.8. Source: set_str_noslash() */
export function name(setting: Setting, text: string): Outcome {
  if (setting.dialect.number < 8_008 || !text.includes('/')) return set(text)
  sayAt(setting, `${text} cannot contain a slash. Ignoring`)
  return KEPT
}

/**
 * partition_delimiter: `/UNSET/` means unset. Since 0.8.8 a slash is refused, and what is then compared is nothing at
 * all when no delimiter was set before. Source: def_partition_delim_handler()
 */
export function delimiter(setting: Setting, text: string): Outcome {
  const { dialect, old } = setting
  const outcome = name(setting, text)
  if (outcome.kind === 'kept') return old === undefined ? DIED : KEPT
  return dialect.number >= 7_008 && text === '/UNSET/' ? set(undefined) : outcome
}

/** A file's path; absolute since 0.8.8, without effect since 0.9.7. Source: set_path(), declare_def_warn_handler() */
export function path(setting: Setting, text: string): Outcome {
  const { dialect, keyword } = setting
  if (dialect.number >= 9_007) return ignoredOption(setting, BUILT_IN[keyword.name])
  if (dialect.number < 8_008) return set(text)
  if (dialect.number < 9_000 || setting.once(keyword.name)) sayGoing(setting)
  return absolute(setting, text)
}

function absolute(setting: Setting, text: string): Outcome {
  if (text.startsWith('/')) return set(text)
  sayAt(setting, `${text} is not an absolute path. Ignoring`)
  return KEPT
}

function sayGoing(setting: Setting): void {
  sayAt(setting, `"${setting.keyword.name}" is deprecated and will be disabled in a future release`, 2)
}

const BUILT_IN: Readonly<Record<string, string>> = {
  bindings_file: '/etc/multipath/bindings',
  wwids_file: '/etc/multipath/wwids',
  prkeys_file: '/etc/multipath/prkeys',
  config_dir: '/etc/multipath/conf.d',
  disable_changed_wwids: 'yes',
}

/** multipath_dir. Source: set_dir() of 0.8.8 */
export function directory(setting: Setting, text: string): Outcome {
  const { dialect, host } = setting
  if (dialect.number >= 9_000) return ignoredOption(setting, host.libraries)
  if (dialect.number < 8_008) return set(text)
  sayGoing(setting)
  if (text.startsWith('/') && host.directories.has(text.replace(/(?<=.)\/+$/, ''))) return set(text)
  const wanted = text.startsWith('/') ? 'an existing directory' : 'an absolute directory path'
  sayAt(setting, `${text} is not ${wanted}. Ignoring`)
  return KEPT
}

/** config_dir: only the main file may say it. Source: def_config_dir_handler() */
export function dropInDirectory(setting: Setting, text: string): Outcome {
  const { dialect } = setting
  if (dialect.number >= 9_000) return ignoredOption(setting, BUILT_IN.config_dir)
  if (setting.afterMain) {
    if (dialect.number >= 8_008) sayAt(setting, 'config_dir option only valid in /etc/multipath.conf')
    return KEPT
  }
  if (dialect.number < 8_008) return set(text)
  sayGoing(setting)
  return absolute(setting, text)
}

/** disable_changed_wwids: yes or no until 0.8.0, then accepted and forgotten. */
export function ignored(setting: Setting, text: string): Outcome {
  const { dialect } = setting
  if (dialect.number < 8_001) return yesNo(setting, text)
  return dialect.number >= 9_006 ? ignoredOption(setting, BUILT_IN.disable_changed_wwids) : KEPT
}

/** getuid_callout: a text until 0.8.9, then without effect. */
export function callout(setting: Setting, text: string): Outcome {
  return setting.dialect.number >= 9_000 ? ignoredOption(setting) : set(text)
}

/** Read and thrown away; said once a run since 0.9.0 (pg_timeout outside defaults: 0.9.4). Source: declare_deprecated_handler() */
function ignoredOption(setting: Setting, builtIn = '(not set)'): Outcome {
  const { dialect, keyword } = setting
  const silentTimeout = keyword.name === 'pg_timeout' && keyword.section !== 'defaults' && dialect.number < 9_004
  const silent = dialect.number < 9_000 || silentTimeout
  if (!silent && setting.once(keyword.name)) {
    const instead = dialect.number >= 9_007 ? `, using built-in value: "${builtIn}"` : ''
    setting.say(1, `${setting.file} line ${setting.line}: ignoring deprecated option "${keyword.name}"${instead}`)
  }
  return KEPT
}

/** uid_attrs: `type:ATTRIBUTE` records, separated by blanks. Source: uid_attrs_handler(), parse_uid_attrs() */
export function attributes(setting: Setting, text: string): Outcome {
  if (setting.dialect.number < 8_002) return set(text)
  const records = text
    .split(' ')
    .filter((record) => record !== '')
    .map((record) => record.replace(/[ \t-\r]+$/, ''))
  const bad = records.filter((record) => !record.includes(':'))
  for (const record of bad) setting.say(2, `invalid record in uid_attrs: ${record}`)
  if (bad.length > 0) setting.say(1, `${setting.file} line ${setting.line},error parsing uid_attrs: "${text}"`)
  return set(records.filter((record) => record.includes(':')).join(' '))
}
