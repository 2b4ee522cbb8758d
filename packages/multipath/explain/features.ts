/**
 * The `features` text: a count, then words; how merging takes words out and puts them in.
 * May come in: the text. May not: sections, messages.
 * Source: structs.c, add_feature() and remove_feature()
 */

export const QUEUE_IF_NO_PATH = 'queue_if_no_path'
export const RETAIN_HANDLER = 'retain_attached_hw_handler'

/** `features` without `word`, its count lowered; the same text when the word is not in it or there is no count. */
export function withoutFeature(features: string, word: string): string {
  const at = features.indexOf(word)
  const count = /^[ \t-\r]*([+-]?\d+)/.exec(features)
  if (at === -1 || count === null) return features
  const left = Number(count[1]) - 1
  if (left === 0) return '0'
  const space = features.indexOf(' ')
  if (space === -1) return features
  const before = features.slice(space, at).replace(/^ +/, ' ').replace(/ +$/, '')
  const after = features.slice(at + word.length).replace(/^ +/, '')
  return `${left}${before}${after === '' ? '' : ` ${after}`}`
}

/** `features` with `word` at its end, its count raised; the same text when the word is in it or there is no count. */
export function withFeature(features: string | undefined, word: string): string {
  if (features === undefined) return `1 ${word}`
  if (features.includes(word)) return features
  const count = /^[ \t-\r]*([+-]?\d+)/.exec(features)
  if (count === null) return features
  const rest = features.includes(' ') ? features.slice(features.indexOf(' ')).replace(/^ +/, '') : ''
  return `${Number(count[1]) + 1} ${rest === '' ? '' : `${rest} `}${word}`
}
