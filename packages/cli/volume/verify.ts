/** Volumes judged on every blade by a fresh INQUIRY through every path; nothing is changed. */
import { claimsOfVerify, type Finding, look, proveAll, questionOf, volumeIn } from '@anyblade/engine'
import type { Context } from '../context.ts'
import { ExitCode } from '../exit-code.ts'
import type { CommonFlags } from '../flags.ts'
import { guarded } from '../guarded.ts'
import { newVolume } from '../names.ts'
import { print } from '../render/answer.ts'
import { findingLines } from '../render/findings.ts'
import { nextCommand } from '../render/next.ts'
import { readFleet, withHands } from '../session.ts'
import { cancellable } from '../signals.ts'

export function verify(this: Context, flags: CommonFlags, ...texts: readonly string[]): Promise<void> {
  return guarded(this, flags, async () => {
    const session = await readFleet(this, flags)
    const { fleet } = session
    const named = texts.map((text) => volumeIn(fleet, newVolume(text)))
    const volumes = named.length === 0 ? [...fleet.volumes.values()] : named
    const claims = claimsOfVerify(fleet, volumes)
    const signal = cancellable(this, 'Nothing was changed.')
    const survey = await withHands(session, ({ hands }) => look(fleet, questionOf(claims, fleet), hands, signal))
    const findings = proveAll(claims, fleet, survey)
    const names = volumes.map(({ alias }) => alias)
    print(this, flags, { text: textOf(names, findings), data: { volumes: names, findings } })
    const isSilent = [...survey.blades.values(), ...survey.arrays.values()].some(({ state }) => state !== 'read')
    return exitOf(findings, isSilent)
  })
}

function exitOf(findings: readonly Finding[], isSilent: boolean): ExitCode {
  if (findings.every(({ verdict }) => verdict === 'proved')) return ExitCode.done
  return isSilent && !findings.some(({ verdict }) => verdict === 'refuted') ? ExitCode.unreachable : ExitCode.refused
}

function textOf(names: readonly string[], findings: readonly Finding[]): string {
  const open = findings.filter(({ verdict }) => verdict !== 'proved')
  const next = nextCommand(open)
  return [
    ...open.flatMap(findingLines),
    ...(open.length === 0 ? [] : ['']),
    `${names.length} ${names.length === 1 ? 'volume' : 'volumes'}: ${findings.length - open.length} of ${findings.length} findings are proved`,
    ...(next === undefined ? [] : [`Next: ${next}`]),
  ].join('\n')
}
