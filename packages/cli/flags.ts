/** Flags that many commands share: how they are typed. What they come to, with the environment, is in settings.ts. */

export const OUTPUTS = ['table', 'json', 'yaml'] as const
export const COLORS = ['auto', 'always', 'never'] as const
export type Output = (typeof OUTPUTS)[number]
export type Color = (typeof COLORS)[number]

export type CommonFlags = {
  readonly output?: Output
  readonly fleet?: string
  readonly quiet?: boolean
  readonly verbose?: boolean
  readonly color?: Color
  readonly timeout?: number
}

/** An argument that is taken as it is; one that is empty is a script's variable that was never set. */
export function text(value: string): string {
  if (value !== '') return value
  throw new Error('it is empty')
}

const LONGEST_SECONDS = 3600

/** @throws Error, which the command line's reader shows */
export function seconds(value: string): number {
  const number = /^\d{1,6}(\.\d{1,3})?$/.test(value) ? Number(value) : 0
  if (number > 0 && number <= LONGEST_SECONDS) return number
  throw new Error(`it is no number of seconds up to ${LONGEST_SECONDS}`)
}

export const commonFlags = {
  output: {
    kind: 'enum',
    values: OUTPUTS,
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
  quiet: { kind: 'boolean', brief: 'No progress on stderr (ANYBLADE_QUIET)', optional: true, withNegated: false },
  verbose: {
    kind: 'boolean',
    brief: 'Say on stderr what is asked and done, as it happens, and what lies beneath an error (ANYBLADE_VERBOSE)',
    optional: true,
    withNegated: false,
  },
  color: { kind: 'enum', values: COLORS, brief: 'When to colour (ANYBLADE_COLOR, NO_COLOR)', optional: true },
  timeout: {
    kind: 'parsed',
    parse: seconds,
    brief: 'How long a blade or an array may take to answer; acts keep their own deadlines (ANYBLADE_TIMEOUT)',
    optional: true,
    placeholder: 'seconds',
  },
} as const

export type ListFlags = CommonFlags & { readonly columns?: readonly string[]; readonly headers?: boolean }
export const listFlags = {
  ...commonFlags,
  columns: {
    kind: 'parsed',
    parse: text,
    brief: 'Only these columns of the table, in this order: NAME,NAME',
    optional: true,
    variadic: ',',
    placeholder: 'name',
  },
  headers: { kind: 'boolean', brief: 'The table with its head, or without', optional: true },
} as const

export type PlanFlags = CommonFlags & { readonly plan?: boolean }
export const planFlags = {
  ...commonFlags,
  plan: {
    kind: 'boolean',
    brief: 'Print the proof and the plan, change nothing; --dry-run is the same',
    optional: true,
    withNegated: false,
  },
} as const

/** The operator's word in place of frames on the guests' network. */
export const trustNetworkFlag = {
  trustNetwork: {
    kind: 'boolean',
    brief: 'Send no frame on the guests’ network to see that it is the same on both sides: you know that it is',
    optional: true,
    withNegated: false,
  },
} as const

/** What lies in guests' drives may be taken out of them. */
export const ejectFlag = {
  eject: {
    kind: 'boolean',
    brief: 'Take files out of a guest’s drives that are not on the other blade; nothing puts them in again there',
    optional: true,
    withNegated: false,
  },
} as const

/** For a command that asks before it acts (confirm.ts). */
export const yesFlag = {
  yes: { kind: 'boolean', brief: 'It is meant: do not ask', optional: true, withNegated: false },
} as const

export const commonAliases = { o: 'output', q: 'quiet' } as const

/** A whole number from 1 on. @throws Error, which the command line's reader shows */
export function wholeNumber(value: string): number {
  if (/^[1-9]\d{0,5}$/.test(value)) return Number(value)
  throw new Error('it is no whole number from 1 on')
}
