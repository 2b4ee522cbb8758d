/**
 * Colour as a second channel, laid over text that is whole without it: a colour can't shift a column, and nothing is
 * said by colour alone. May come in: finished text. May not: a decision about what it means.
 */

const STYLES = { good: 32, bad: 31, doubtful: 33, strong: 1 } as const
type Style = keyof typeof STYLES

/** What is coloured where it begins a line, with the style of the word. */
const WORDS: readonly (readonly [RegExp, Style])[] = [
  [/^(?:proved|done)(?= )/gm, 'good'],
  [/^(?:refuted|refused:|error:|interrupted:|failed and undone:)(?= )/gm, 'bad'],
  [/^(?:unknown|unreachable:|not begun:|note:|Note:)(?= )/gm, 'doubtful'],
  [/^(?:Next:| {2}next )(?= )/gm, 'strong'],
]

export function painted(text: string): string {
  return WORDS.reduce(
    (now, [word, style]) => now.replace(word, (found) => `\u001b[${STYLES[style]}m${found}\u001b[0m`),
    text,
  )
}
