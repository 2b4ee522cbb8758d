/**
 * Text that may be anything, made fit for a terminal: what a blade, a file or an argument says is data, and must not
 * move the cursor, change a colour or hide what stands beside it.
 */

/** Control characters, and those that turn the direction of writing or take no room. */
const HIDDEN = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g

/** Line breaks stay; every other hidden character is written out. */
export const visible = (text: string): string =>
  text.replace(HIDDEN, (hidden) => (hidden === '\t' ? ' ' : `\\u${hidden.charCodeAt(0).toString(16).padStart(4, '0')}`))

const LINE_MAX = 400

/** For a line of ours that quotes what somebody typed or another program said: visible, and of bounded length. */
export function quoted(line: string): string {
  const text = visible(line.slice(0, LINE_MAX).replaceAll('\n', ' '))
  return line.length > LINE_MAX ? `${text} …` : text
}
