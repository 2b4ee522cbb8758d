/**
 * The value of a statement, taken the way the keyword's kind and the release ask.
 * May come in: a setting. May not: sections, what happens to the value afterwards.
 */
import { DIED, FAILED, type Outcome, type Setting, set } from './setting.ts'
import * as whole from './whole.ts'
import * as word from './word.ts'

/** Kinds whose old handlers look at the value's length before asking whether there is one. */
const UNGUARDED = new Set(['failback', 'fast_io_fail_tmo', 'dev_loss_tmo'])

/** What becomes of a statement's value. `pattern` and `section` are the caller's. Source: dict.c */
export function take(setting: Setting): Outcome {
  const { keyword, dialect, slot, text } = setting
  if (slot === undefined) return dialect.diesWithoutValue || UNGUARDED.has(keyword.name) ? DIED : FAILED
  if (readsSlot(setting)) return takeText(setting, slot)
  if (text === undefined) return UNGUARDED.has(keyword.name) ? DIED : FAILED
  return takeText(setting, text)
}

/** polling_interval and verbosity looked at the raw token before 0.6.0, so they need no string. */
function readsSlot({ dialect, keyword }: Setting): boolean {
  return (
    !dialect.checksLines && (keyword.kind === 'interval' || keyword.kind === 'count' || keyword.name === 'verbosity')
  )
}

function takeText(setting: Setting, text: string): Outcome {
  switch (setting.keyword.kind) {
    case 'arguments':
      return word.argumentText(setting, text)
    case 'attributes':
      return word.attributes(setting, text)
    case 'callout':
      return word.callout(setting, text)
    case 'count':
      return whole.count(setting, text)
    case 'delimiter':
      return word.delimiter(setting, text)
    case 'directory':
      return word.directory(setting, text)
    case 'drop-in-directory':
      return word.dropInDirectory(setting, text)
    case 'failback':
      return word.failback(setting, text)
    case 'files':
      return whole.files(setting, text)
    case 'finding':
      return word.finding(setting, text)
    case 'flush':
      return word.flush(setting, text)
    case 'group':
      return whole.owner(setting, text, 'gid')
    case 'group-timeout':
      return word.groupTimeout(setting, text)
    case 'grouping':
      return word.grouping(setting, text)
    case 'ignored':
      return word.ignored(setting, text)
    case 'interval':
      return whole.interval(setting, text)
    case 'key':
      return whole.key(setting, text)
    case 'logging':
      return word.logging(setting, text)
    case 'loss':
      return whole.loss(setting, text)
    case 'marginal':
      return word.marginal(setting, text)
    case 'mode':
      return whole.mode(setting, text)
    case 'name':
      return word.name(setting, text)
    case 'number':
      return whole.number(setting, text)
    case 'number-or-no':
      return whole.numberOrNo(setting, text)
    case 'owner':
      return whole.owner(setting, text, 'uid')
    case 'path':
      return word.path(setting, text)
    case 'reply-timeout':
      return whole.replyTimeout(setting, text)
    case 'resizing':
      return word.resizing(setting, text)
    case 'retries':
      return whole.retries(setting, text)
    case 'retry':
      return whole.retry(setting, text)
    case 'seconds-or-off':
      return whole.secondsOrOff(setting, text)
    case 'transport':
      return word.transport(setting, text)
    case 'vital-page':
      return word.vitalPage(setting, text)
    case 'weight':
      return word.weight(setting, text)
    case 'yes-no':
      return word.yesNo(setting, text)
    case 'yes-no-unset':
      return word.yesNoUnset(setting, text)
    case 'pattern':
    case 'section':
    case 'text':
      return set(text)
    default:
      throw new TypeError(`no way to take ${JSON.stringify(setting.keyword.kind satisfies never)}`)
  }
}
