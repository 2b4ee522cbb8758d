/**
 * The wrapper's text with a step before each of its lines: the same program, that can be told to die of kill -9 at one
 * of them, or to write down which it came by. Its clock and its boot are files, so that a test can boot the blade.
 */
import { wrapper } from '../index.ts'

/** A line of the wrapper, as the process of one verb comes by it: `lease 42`. */
export type Point = string

// `$?` is kept. In a subshell it is the shell itself that dies, as from outside, and the subshell with it.
const STEP = [
  `ab_verb=\${1-}`,
  'at() {',
  '  ab_status=$?',
  `  [ -z "\${KILL_LOG-}" ] || printf '%s %s\\n' "$ab_verb" "$1" >>"$KILL_LOG"`,
  `  [ "$ab_verb $1" != "\${KILL_AT-}" ] || { kill -9 $$; exit 9; }`,
  '  shift',
  '  [ $# -gt 0 ] || return $ab_status',
  '  "$@"',
  '}',
].join('\n')

const NOTHING = /^\s*(#|$)/
const END = /^\s*([})]|fi\b|done\b|esac\b|else\b|;;)/
const FUNCTION = /^\w+\(\) \{/
const PATTERN = /^(\s*(?:[^\s()"]+)(?: \| [^\s()"]+)*\)) (.*)$/

/** The line with its step, or undefined where none can stand: nothing begins there. */
function stepped(line: string, number: number, before: string): string | undefined {
  if (NOTHING.test(line) || END.test(line) || before.endsWith('\\')) return undefined
  const step = `at ${number}`
  // The rest of a list is a simple command, which the step then runs.
  if (/(&&|\|)$/.test(before)) return line.replace(/\S/, (first) => `${step} ${first}`)
  const [opening] = FUNCTION.exec(line) ?? []
  if (opening !== undefined) return line === opening ? undefined : line.replace(opening, `${opening} ${step};`)
  const [, pattern, rest] = PATTERN.exec(line) ?? []
  if (pattern !== undefined && rest !== undefined) return rest === ';;' ? undefined : `${pattern} ${step}; ${rest}`
  return line.replace(/\S/, (first) => `${step}; ${first}`)
}

const lines = wrapper.text.split('\n')
const steps = lines.map((line, index) => stepped(line, index + 1, lines[index - 1]?.trimEnd() ?? ''))

/** How many lines of the wrapper have a step. */
export const lineCount = steps.filter((step) => step !== undefined).length

/** What stands there, for people. */
export const lineAt = (number: number): string => lines[number - 1]?.trim() ?? ''

/** The numbers of the lines that have a step. */
export const numbers: readonly number[] = steps.flatMap((step, index) => (step === undefined ? [] : [index + 1]))

/** The program: KILL_AT names the point where it dies, KILL_LOG a file for those that it comes by. */
export const steppedText = [STEP, ...steps.map((step, index) => step ?? lines[index])]
  .join('\n')
  .replace('/proc/sys/kernel/random/boot_id', '"$ANYBLADE_ROOT/boot_id"')
  .replace('/proc/uptime', '"$ANYBLADE_ROOT/uptime"')
