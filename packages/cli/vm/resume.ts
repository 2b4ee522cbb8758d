/** VMs that stand still go on: those that are named, or all that an I/O error has stopped. */
import { bladesInService, EngineError, type Fleet, type PauseWanted, standstillOf, type VmName } from '@anyblade/engine'
import type { Context } from '../context.ts'
import { ExitCode } from '../exit-code.ts'
import type { PlanFlags } from '../flags.ts'
import { guarded } from '../guarded.ts'
import { parseBlade, parseVm } from '../names.ts'
import { readFleet, type Session } from '../session.ts'
import { inTurn, printAll, severally } from '../several.ts'
import { askDomains } from './places.ts'

type ResumeFlags = PlanFlags & {
  readonly ioError?: boolean
  readonly blades?: readonly string[]
  readonly degraded?: boolean
}
type Asked = { readonly vms: readonly VmName[]; readonly by: PauseWanted; readonly silent: readonly string[] }

export function resume(this: Context, flags: ResumeFlags, ...names: readonly string[]): Promise<void> {
  return guarded(this, flags, async () => {
    const session = await readFleet(this, flags)
    const signal = severally(this)
    const { vms, by, silent } = await asked(this, flags, session, signal, names)
    const accounts = await inTurn(this, flags, session, signal, vms, (vm, walked) =>
      walked(`resume ${vm}`, { kind: 'resume-vm', vm, by, degraded: flags.degraded === true }),
    )
    return printAll(this, flags, vms, accounts, 'go on', {
      lines: [
        ...silent.map((why) => `silent  ${why}`),
        ...(vms.length === 0 ? ['no VM that was asked about stands still by an I/O error'] : []),
      ],
      data: { silent },
      exits: silent.map(() => ExitCode.unreachable),
    })
  })
}

/** @throws EngineError where it is not said which, or said twice */
async function asked(
  context: Context,
  flags: ResumeFlags,
  session: Session,
  signal: AbortSignal,
  names: readonly string[],
): Promise<Asked> {
  const { fleet } = session
  const isByError = flags.ioError === true
  if (isByError === names.length > 0 || (!isByError && flags.blades !== undefined))
    throw new EngineError('intent-invalid', {
      attempted: 'let VMs go on',
      found: isByError ? '--io-error with names' : names.length > 0 ? '--blades without --io-error' : 'none is named',
      hint: 'name them: anyblade vm resume NAME; or all that an I/O error has stopped: anyblade vm resume --io-error',
    })
  if (!isByError) return { vms: [...new Set(names.map((name) => parseVm(fleet, name)))], by: 'either', silent: [] }
  const blades = bladesAsked(fleet, flags.blades)
  return { ...standstillOf(fleet, await askDomains(context, session, signal), blades), by: 'io-error' }
}

const bladesAsked = (fleet: Fleet, names: readonly string[] | undefined) =>
  names === undefined ? bladesInService(fleet) : names.map((name) => parseBlade(fleet, name))
