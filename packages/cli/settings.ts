/**
 * What the common flags come to: as typed, else as the environment says, else as is usual.
 * May come in: flags, the environment. May not: a value in the environment that a flag would refuse.
 */
import { EngineError } from '@anyblade/engine'
import type { Context } from './context.ts'
import { COLORS, type Color, type CommonFlags, OUTPUTS, type Output, seconds } from './flags.ts'

/** @throws EngineError `intent-invalid` where the environment says nonsense */
export const outputOf = (context: Context, flags: CommonFlags): Output =>
  flags.output ?? oneOf(context, 'ANYBLADE_OUTPUT', OUTPUTS) ?? 'table'

/** The fleet's directory as asked for; undefined: the one that the operator stands in. */
export const fleetAsked = (context: Context, flags: CommonFlags): string | undefined =>
  flags.fleet ?? said(context, 'ANYBLADE_FLEET')

export const isQuiet = (context: Context, flags: CommonFlags): boolean =>
  flags.quiet ?? (flags.verbose !== true && yesOrNo(context, 'ANYBLADE_QUIET'))

export const isVerbose = (context: Context, flags: CommonFlags): boolean =>
  flags.verbose ?? (flags.quiet !== true && yesOrNo(context, 'ANYBLADE_VERBOSE'))

/** How long one look may take; undefined: as the engine has it. */
export function lookMs(context: Context, flags: CommonFlags): number | undefined {
  const typed = said(context, 'ANYBLADE_TIMEOUT')
  const wanted = flags.timeout ?? (typed === undefined ? undefined : timeoutIn(typed))
  return wanted === undefined ? undefined : wanted * 1000
}

/**
 * Whether to colour what goes to `stream`: a terminal that can, unless NO_COLOR is set; --color has the last word.
 * Source: no-color.org: present and not empty, whatever its value
 */
export function isColored(
  { env }: Context,
  color: Color | undefined,
  stream: { readonly isTTY?: boolean | undefined },
): boolean {
  const wanted = color ?? COLORS.find((known) => known === env.ANYBLADE_COLOR) ?? 'auto'
  if (wanted !== 'auto') return wanted === 'always'
  return stream.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb'
}

/** Refuses a bad environment before anything else is done. @throws EngineError `intent-invalid` */
export function checkSettings(context: Context, flags: CommonFlags): void {
  outputOf(context, flags)
  lookMs(context, flags)
  oneOf(context, 'ANYBLADE_COLOR', COLORS)
  for (const name of ['ANYBLADE_QUIET', 'ANYBLADE_VERBOSE']) yesOrNo(context, name)
}

/** A variable that is empty is one that is not set. */
const said = ({ env }: Context, name: string): string | undefined => env[name] || undefined

function oneOf<Value extends string>(context: Context, name: string, values: readonly Value[]): Value | undefined {
  const text = said(context, name)
  const value = values.find((candidate) => candidate === text)
  if (text === undefined || value !== undefined) return value
  throw invalid(name, text, `set it to ${values.join(', ')}, or unset it`)
}

const YES = new Set(['1', 'true', 'yes'])
const NO = new Set(['0', 'false', 'no'])

function yesOrNo(context: Context, name: string): boolean {
  const text = said(context, name)
  if (text === undefined || NO.has(text)) return false
  if (YES.has(text)) return true
  throw invalid(name, text, 'set it to 1 or 0, or unset it')
}

function timeoutIn(text: string): number {
  try {
    return seconds(text)
  } catch {
    throw invalid('ANYBLADE_TIMEOUT', text, 'set it to a number of seconds, or unset it')
  }
}

const invalid = (name: string, text: string, hint: string): EngineError =>
  new EngineError('intent-invalid', { attempted: `read ${name} in the environment`, found: `"${text}"`, hint })
