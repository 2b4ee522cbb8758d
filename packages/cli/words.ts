/**
 * The words as typed become the words as the tree of commands reads them: three habits of other tools that it does not
 * know by itself. May come in: an argument vector. May not: what a command means.
 */
import { commonAliases, planFlags } from './flags.ts'

/** What goes by another name elsewhere. */
const SYNONYMS: ReadonlyMap<string, string> = new Map([['--dry-run', '--plan']])

/**
 * `help vm` is `vm --help`; `--fleet DIR vm list` is `vm list --fleet DIR`; `--dry-run` is `--plan`. What follows `--`
 * stays as it is.
 */
export function inOrder(typed: readonly string[]): string[] {
  const end = typed.indexOf('--')
  const [words, rest] = end < 0 ? [typed, []] : [typed.slice(0, end), typed.slice(end)]
  const flagsEnd = leadingFlags(words)
  const [flags, command] = [words.slice(0, flagsEnd), words.slice(flagsEnd)]
  if (command[0] === 'help') return [...command.slice(1), '--help']
  return [...[...command, ...flags].map((word) => SYNONYMS.get(word) ?? word), ...rest]
}

/** How many words at the beginning are flags that many commands share, with their values. */
function leadingFlags(words: readonly string[]): number {
  let at = 0
  for (let word = words[at]; word !== undefined; word = words[at]) {
    const flag = commonFlag(word)
    if (flag === undefined) break
    at += flag.kind === 'boolean' || word.includes('=') ? 1 : 2
  }
  return Math.min(at, words.length)
}

type CommonFlag = (typeof planFlags)[keyof typeof planFlags]

function commonFlag(typed: string): CommonFlag | undefined {
  const word = SYNONYMS.get(typed) ?? typed
  const [, long, short] = /^(?:--([a-z]+)(?:=.*)?|-([a-z]))$/s.exec(word) ?? []
  const name = short === undefined ? long : Object.entries(commonAliases).find(([alias]) => alias === short)?.[1]
  return Object.entries(planFlags).find(([flag]) => flag === name)?.[1]
}
