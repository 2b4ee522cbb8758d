/**
 * Values that crash or hang the tool, keep the file from loading, or are not what they look like.
 * Source: libmultipath/dict.c by release; value-probe of the real 0.9.4 and 0.14.3
 */
import { releaseNumber } from '../../releases/release.ts'
import { removeLine } from '../edit.ts'
import { always, type Rule, replaceValue, settingRule } from '../rule.ts'
import { type Said, saidOf } from '../subject.ts'

const wholeNumber = /^\d+$/

export const zeroInterval: Rule = settingRule({
  id: 'MP003',
  severity: 'error',
  releases: '0.10.0-0.14.3',
  title: 'polling_interval 0',
  rationale: 'multipath and multipathd die with SIGFPE: they divide by it.',
  fix: 'remove it, or use 1 and more',
  fields: ['polling_interval'],
  wrong: ({ value }) => (/^\s*[+-]?0+\s*$/.test(value) ? 'multipath and multipathd die at load' : undefined),
  cure: ({ statement }) => [removeLine(statement.line)],
})

/** 0.10 doubles the interval in 32 bits until it reaches the limit; near their end it comes round to 0. */
const mostSeconds = 1_000_000_000

export const oddInterval: Rule = settingRule({
  id: 'MP004',
  severity: 'error',
  releases: '0.8.0-',
  title: 'polling_interval is no plain number',
  rationale: '0.8 and 0.9 make 4294967294 seconds of it, so paths are never checked; 0.10 and later never end loading.',
  fix: 'use a number from 1 to 300',
  fields: ['polling_interval', 'max_polling_interval'],
  wrong: ({ field, value }, { number }) => {
    if (number >= releaseNumber('0.10.0') && Number(value) > mostSeconds) return 'loading may never end'
    if (field === 'max_polling_interval' || wholeNumber.test(value.trim())) return undefined
    return number >= releaseNumber('0.10.0') ? 'loading never ends' : 'paths are never checked'
  },
  cure: (said) => {
    const seconds = /^\s*(\d+)\s*(s|sec|seconds)?\s*$/.exec(said.value)?.[1]
    return seconds === undefined ? [removeLine(said.statement.line)] : replaceValue(said, seconds)
  },
})

/** Since 0.8.8 a value with a / is ignored, and its handler then looks at the one before: where there is none it dies. */
const refusesSlash = releaseNumber('0.8.8')
/** From here on `/UNSET/` is a word for no delimiter, until slashes are refused. */
const knowsUnset = releaseNumber('0.7.8')

export const slashDelimiter: Rule = settingRule({
  id: 'MP005',
  severity: 'error',
  releases: '0.6.0-',
  title: 'partition_delimiter with a /',
  rationale: 'Since 0.8.8 the tool is killed by SIGSEGV at load; before, no partition of a map gets a name.',
  fix: 'use no /',
  fields: ['partition_delimiter'],
  wrong: ({ value }, subject) => {
    if (!value.includes('/')) return undefined
    if (subject.number < refusesSlash)
      return value === '/UNSET/' && subject.number >= knowsUnset ? undefined : 'device-mapper takes no name with a /'
    const [first] = saidOf(subject, 'partition_delimiter')
    return first?.value.includes('/') === true ? 'multipath and multipathd die at load' : `${first?.value} is kept`
  },
  cure: ({ statement }) => [removeLine(statement.line)],
})

export const badKey: Rule = settingRule({
  id: 'MP006',
  severity: 'error',
  releases: always,
  title: 'reservation_key that can not be read',
  rationale: 'The main file fails to load: multipath exits with 1.',
  fix: 'use 0x and up to 16 hex digits, or file',
  fields: ['reservation_key'],
  wrong: (said) => {
    if (/^(file|(0x)?[0-9a-f]{1,16}(:aptpl)?)$/i.test(said.value)) return undefined
    return said.file.dropIn === undefined ? 'the whole file is refused' : 'the key is not used'
  },
})

export const looseDevLoss: Rule = settingRule({
  id: 'MP063',
  severity: 'warning',
  releases: always,
  title: 'dev_loss_tmo is neither a plain number nor infinity',
  rationale: 'It is read with sscanf, without a message: 1.5 is 1, -1 is infinity, 0x10 is unset.',
  fix: 'use seconds, or infinity',
  fields: ['dev_loss_tmo'],
  wrong: ({ value }) =>
    value === 'infinity' || /^[1-9]\d*$/.test(value) ? undefined : `it is read as ${readLoosely(value)}`,
})

function readLoosely(value: string): string {
  if (/^\s*-/.test(value)) return 'infinity'
  const digits = /^\s*\+?(\d+)/.exec(value)?.[1]
  return digits === undefined || Number(digits) === 0 ? 'unset' : digits
}

/** How many words must follow the count, in `1 queue_if_no_path`. */
function countOf(words: readonly string[]): { readonly count: number; readonly found: number } {
  return { count: Number(words[0]), found: words.length - 1 }
}

export const wrongCount: Rule = settingRule({
  id: 'MP051',
  severity: 'warning',
  releases: always,
  title: 'the count before the arguments does not fit',
  rationale: 'Since 0.9.4 the value is ignored; before, the kernel gets it and refuses the table.',
  fix: 'count the words behind the number',
  fields: ['features', 'hardware_handler', 'path_selector'],
  wrong: (said, { number }) => {
    const words = argumentsOf(said)
    const { count, found } = countOf(words)
    if (words.length === 0 || (Number.isInteger(count) && count === found)) return undefined
    const loss = number >= 9004 ? 'the value is ignored' : 'the kernel refuses the table: the map is not made'
    return `${words[0]} words are announced, ${found} follow: ${loss}`
  },
  cure: (said) => {
    const [head, ...rest] = argumentsOf(said)
    if (head === undefined || !wholeNumber.test(head)) return []
    const name = said.field === 'path_selector' ? [nameOf(said)] : []
    return replaceValue(said, `"${[...name, rest.length, ...rest].join(' ')}"`)
  },
})

const nameOf = ({ value }: Said): string => value.trim().split(/\s+/)[0] ?? ''

/** The words from the count on; a path_selector has its name before it, and without a count MP011 speaks. */
function argumentsOf({ field, value }: Said): readonly string[] {
  const words = value.trim().split(/\s+/)
  return field === 'path_selector' ? words.slice(1) : words.filter((word) => word !== '')
}

export const groupName: Rule = settingRule({
  id: 'MP052',
  severity: 'warning',
  releases: always,
  title: 'gid with a name',
  rationale: 'It is looked up among the users, not the groups.',
  fix: 'use a number, or a udev rule',
  fields: ['gid'],
  wrong: ({ value }) => (/^\d+$/.test(value) ? undefined : `the group of the user ${value} is taken, or none`),
})

export const printedOctal: Rule = settingRule({
  id: 'MP053',
  severity: 'warning',
  releases: always,
  title: 'uid or gid as show config prints it',
  rationale: 'show config prints them in octal with a leading 0; read back that is another user.',
  fix: 'write the decimal number; do not feed show config back',
  fields: ['uid', 'gid'],
  wrong: ({ value }) =>
    /^0[0-7]+$/.test(value)
      ? `it is read as ${Number(value)}, printed it stood for ${Number.parseInt(value, 8)}`
      : undefined,
  cure: (said) => replaceValue(said, String(Number.parseInt(said.value, 8))),
})

const priorities = new Set(
  'const sysfs emc alua ontap rdac hp_sw hds random weightedpath path_latency ana datacore iet none tpg_pref dasd'.split(
    ' ',
  ),
)
const checkers = new Set('readsector0 tur emc_clariion hp_sw rdac directio cciss_tur none hp_tur'.split(' '))

export const unknownLibrary: Rule = settingRule({
  id: 'MP064',
  severity: 'warning',
  releases: always,
  title: 'a prio or path_checker that no library provides',
  rationale: 'It is taken at load; later the library is not found, and the path has no priority or no checker.',
  fix: 'use one of the documented names',
  fields: ['prio', 'path_checker'],
  wrong: ({ field, value }) => {
    const known = field === 'prio' ? priorities : checkers
    return known.has(value) ? undefined : `no library provides ${value}`
  },
})

export const foreign: Rule = settingRule({
  id: 'MP057',
  severity: 'info',
  releases: '0.8.3-',
  title: 'enable_foreign lets native NVMe maps in',
  rationale: 'They appear in every list, named [nvme].',
  fix: 'use "NONE"',
  fields: ['enable_foreign'],
  wrong: ({ value }, { number }) => {
    const isEmpty = value === '' && number < 8005
    return isEmpty || value === '.*' ? 'native NVMe maps appear in the lists' : undefined
  },
  cure: (said) => replaceValue(said, '"NONE"'),
})

const rarely = new Map([
  ['all_tg_pt', 'keys are registered on all ports of the target at once'],
  ['allow_usb_devices', 'USB disks get maps'],
  ['force_sync', 'paths are checked one after the other'],
  ['reassign_maps', 'device-mapper devices on a path are moved over to the map'],
  ['queue_without_daemon', 'shutting down can hang'],
])

export const rarelyRight: Rule = settingRule({
  id: 'MP060',
  severity: 'info',
  releases: always,
  title: 'an option that is rarely right for guests',
  rationale: 'The built-in value fits hosts of virtual machines.',
  fix: 'leave it out',
  fields: [...rarely.keys()],
  wrong: ({ field, value }) => (/^(yes|1)$/.test(value) ? rarely.get(field) : undefined),
})

export const valueRules: readonly Rule[] = [
  zeroInterval,
  oddInterval,
  slashDelimiter,
  badKey,
  looseDevLoss,
  wrongCount,
  groupName,
  printedOctal,
  unknownLibrary,
  foreign,
  rarelyRight,
]
