/**
 * What is wrong with a command line, in the form of every other error: what was attempted, what was found, what to do.
 * May come in: the words as typed, what their reader says. May not: more of a word than fits a line.
 */
import {
  type ApplicationText,
  ArgumentScannerError,
  formatMessageForArgumentScannerError,
  text_en,
} from '@stricli/core'
import { quoted } from './render/visible.ts'

const WORD_MAX = 60
const word = (text: string): string => `"${quoted(text.length > WORD_MAX ? `${text.slice(0, WORD_MAX)}…` : text)}"`

const explained = (found: string, next: string): string =>
  `error: could not read the command line\n  found  ${found}\n  next   ${next}`

const meant = (corrections: readonly string[], otherwise: string): string =>
  corrections.length === 0 ? otherwise : `did you mean ${corrections.join(' or ').replaceAll('`', '')}? ${otherwise}`

/** `command`: as far as it was understood, such as `anyblade vm create`. */
export function usageText(command: string): ApplicationText {
  const help = `${command} --help`
  return {
    ...text_en,
    noCommandRegisteredForInput: ({ input, corrections }) =>
      explained(`no command ${word(input)}`, meant(input.startsWith('-') ? [] : corrections, help)),
    exceptionWhileParsingArguments: (exception) =>
      exception instanceof ArgumentScannerError
        ? scannerText(exception, help)
        : explained(quoted(exception instanceof Error ? exception.message : String(exception)), help),
    exceptionWhileRunningCommand: faultOfOurs,
    exceptionWhileLoadingCommandFunction: faultOfOurs,
    exceptionWhileLoadingCommandContext: faultOfOurs,
  }
}

const scannerText = (error: ArgumentScannerError, help: string): string =>
  formatMessageForArgumentScannerError(error, {
    AliasNotFoundError: ({ input }) => explained(`no flag -${quoted(input)}`, help),
    ArgumentParseError: ({ externalFlagNameOrPlaceholder: name, input, exception }) =>
      explained(`${word(input)} for ${name}: ${reasonOf(exception)}`, help),
    EnumValidationError: ({ externalFlagName, input, values }) =>
      explained(`${word(input)} for --${externalFlagName}, which is one of ${values.join(', ')}`, help),
    FlagNotFoundError: ({ input, corrections, aliasName }) =>
      explained(
        `no flag --${quoted(input.slice(0, WORD_MAX))}${aliasName === undefined ? '' : ` (in -${aliasName})`}`,
        meant(
          corrections.map((flag) => `--${flag}`),
          help,
        ),
      ),
    InvalidNegatedFlagSyntaxError: ({ externalFlagName, valueText }) =>
      explained(`--${externalFlagName} with a value, ${word(valueText)}`, help),
    UnexpectedFlagError: ({ externalFlagName, previousInput, input }) =>
      explained(`--${externalFlagName} twice: ${word(previousInput)} and ${word(input)}`, help),
    UnexpectedPositionalError: ({ expectedCount, input }) =>
      explained(
        `${word(input)} where ${expectedCount === 0 ? 'no name is' : `${expectedCount} at most are`} expected`,
        help,
      ),
    UnsatisfiedFlagError: ({ externalFlagName, nextFlagName }) =>
      explained(
        nextFlagName === undefined
          ? `no --${externalFlagName}, or nothing behind it`
          : `--${nextFlagName} where the value of --${externalFlagName} should be`,
        help,
      ),
    UnsatisfiedPositionalError: ({ placeholder }) => explained(`no ${placeholder.toUpperCase()}`, help),
  })

const reasonOf = (exception: unknown): string =>
  quoted(exception instanceof Error ? exception.message : String(exception))

/** What no operator can have caused: whoever mends it needs the place. */
function faultOfOurs(exception: unknown): string {
  const told = exception instanceof Error ? (exception.stack ?? exception.message) : String(exception)
  return `error: this is a fault of anyblade\n  found  ${told}\n  next   report it with these lines; nothing you typed was wrong`
}
