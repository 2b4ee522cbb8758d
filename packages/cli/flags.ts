/** Flags that many commands share, and what they mean. */
import type { Context } from './context.ts'

export type Output = 'table' | 'json' | 'yaml'
export type CommonFlags = { readonly output?: Output; readonly fleet?: string; readonly quiet?: boolean }

/** An argument that is taken as it is. */
export const text = (value: string): string => value

export const commonFlags = {
  output: {
    kind: 'enum',
    values: ['table', 'json', 'yaml'],
    brief: 'How to print the answer (ANYBLADE_OUTPUT)',
    optional: true,
  },
  fleet: {
    kind: 'parsed',
    parse: text,
    brief: 'Directory of the fleet (ANYBLADE_FLEET)',
    optional: true,
    placeholder: 'dir',
  },
  quiet: { kind: 'boolean', brief: 'No progress on stderr', optional: true, withNegated: false },
} as const

export type PlanFlags = CommonFlags & { readonly plan?: boolean }
export const planFlags = {
  ...commonFlags,
  plan: { kind: 'boolean', brief: 'Print the proof and the plan, change nothing', optional: true, withNegated: false },
} as const

export const commonAliases = { o: 'output', q: 'quiet' } as const

const OUTPUTS: readonly Output[] = ['table', 'json', 'yaml']
export const outputOf = (context: Context, flags: CommonFlags): Output =>
  flags.output ?? OUTPUTS.find((output) => output === context.env.ANYBLADE_OUTPUT) ?? 'table'

/** A whole number from 1 on. @throws Error, which the command line's reader shows */
export function wholeNumber(value: string): number {
  if (/^[1-9]\d{0,5}$/.test(value)) return Number(value)
  throw new Error(`"${value.slice(0, 40)}" is not a whole number from 1 on`)
}
