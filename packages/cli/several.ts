/** Several VMs, each by a run of its own, one after the other: one that comes to nothing stops no other. */
import { type Intent, type VmName, walk } from '@anyblade/engine'
import type { Context } from './context.ts'
import { ExitCode } from './exit-code.ts'
import type { PlanFlags } from './flags.ts'
import { operatorName } from './operator.ts'
import { print } from './render/answer.ts'
import { failureOf, failureText } from './render/failure.ts'
import { type Account, followed } from './render/walk.ts'
import { newRunId } from './run-id.ts'
import { type OpenSession, type Session, withHands } from './session.ts'
import { cancellable } from './signals.ts'

/** What who leaves several of them at once is told. */
export const severally = (context: Context): AbortSignal => cancellable(context, 'Next: anyblade run list')

export type OfVm = Account & { readonly vm: VmName }
/** One walk of one VM's; `title` says in short what was asked. */
export type Walked = (title: string, intent: Intent) => Promise<Account>

/** Runs `body` with what walks the road, over hands that are let go of afterwards. */
export function withWalks<T>(
  context: Context,
  flags: PlanFlags,
  session: Session,
  signal: AbortSignal,
  body: (walked: Walked) => Promise<T>,
): Promise<T> {
  // As on the road: what acts keeps its own deadlines.
  return withHands({ ...session, lookMs: undefined }, (open) =>
    body(walker(context, flags, { ...open, lookMs: session.lookMs }, signal)),
  )
}

/** What is done for each of them; once it was called off no other is begun. */
export async function inTurn(
  context: Context,
  flags: PlanFlags,
  session: Session,
  signal: AbortSignal,
  vms: readonly VmName[],
  each: (vm: VmName, walked: Walked) => Promise<Account>,
): Promise<OfVm[]> {
  return withWalks(context, flags, session, signal, async (walked) => {
    const accounts: OfVm[] = []
    for (const vm of vms) {
      if (signal.aborted) break
      accounts.push({ vm, ...(await each(vm, walked)) })
    }
    return accounts
  })
}

const walker =
  (context: Context, flags: PlanFlags, { fleet, hands, lookMs }: OpenSession, signal: AbortSignal): Walked =>
  async (title, intent) => {
    const to = flags.plan === true ? 'plan' : ({ run: newRunId(), operator: operatorName() } as const)
    try {
      return await followed(context, flags, title, walk({ fleet, intent, hands, to, signal, lookMs }))
    } catch (error) {
      const failure = failureOf(error)
      if (failure === undefined) throw error
      const { exit, data } = failure
      return { text: failureText(context, flags, failure), data: { error: data }, exit, findings: [] }
    }
  }

/** Beside the walks: `lines` for people, and the exit codes of what was left without one. */
export type Beside = {
  readonly lines: readonly string[]
  readonly data: Readonly<Record<string, unknown>>
  readonly exits: readonly ExitCode[]
}

/** Prints the accounts of all of them; `done` says what has become of those that came to their end. */
export function printAll(
  context: Context,
  flags: PlanFlags,
  vms: readonly VmName[],
  accounts: readonly OfVm[],
  done: string,
  beside: Beside,
): ExitCode {
  const isPlan = flags.plan === true
  const left = vms.filter((vm) => !accounts.some((one) => one.vm === vm && one.exit === ExitCode.done))
  const summary = `${vms.length - left.length} of ${vms.length} ${isPlan ? 'may ' : ''}${done}`
  print(context, flags, {
    text: [
      ...accounts.flatMap(({ text }) => [text, '']),
      ...beside.lines,
      ...(vms.length > 1 ? [left.length === 0 ? summary : `${summary}; not ${left.join(', ')}`] : []),
    ]
      .join('\n')
      .trimEnd(),
    data: { vms: accounts.map(({ vm, data }) => ({ vm, ...data })), ...beside.data },
  })
  const cutShort = accounts.length < vms.length ? [ExitCode.interrupted] : []
  return exitOfAll([...accounts.map(({ exit }) => exit), ...beside.exits, ...cutShort], isPlan)
}

/** Who is refused holds nobody up; another one that is left is work half done, once anything was done. */
export function exitOfAll(exits: readonly ExitCode[], isPlan: boolean): ExitCode {
  const left = exits.filter((exit) => exit !== ExitCode.done)
  const [first] = left
  if (first === undefined) return ExitCode.done
  if (left.every((exit) => exit === ExitCode.refused)) return ExitCode.refused
  if (left.includes(ExitCode.interrupted) || (!isPlan && left.length < exits.length)) return ExitCode.interrupted
  return left.includes(ExitCode.unreachable) ? ExitCode.unreachable : first
}
