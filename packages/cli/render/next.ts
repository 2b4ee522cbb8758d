/**
 * The command to type after a refusal. A finding's own advice may be a command or a sentence; where it is a sentence, the
 * command is one that shows what the claim is about. May come in: findings. May not: a command that changes something.
 */
import type { Claim, Finding } from '@anyblade/engine'

const isCommand = (advice: string | undefined): advice is string => advice?.startsWith('anyblade ') === true

/** Of several findings the first one counts: they stand in the order in which they are asked. */
export function nextCommand(findings: readonly Finding[]): string | undefined {
  const [first] = findings
  if (first === undefined) return undefined
  return isCommand(first.next) ? first.next : commandFor(first.claim)
}

/** What else is to be done, for the lines of the finding itself. */
export const adviceLines = ({ next }: Finding): string[] => (next === undefined || isCommand(next) ? [] : [`→ ${next}`])

function commandFor(claim: Claim): string {
  if ('vm' in claim) return `anyblade vm show ${claim.vm}`
  // A volume that is being created has no document yet, and no WWID: only a survey shows what is at its place.
  if ('volume' in claim && typeof claim.volume === 'object' && typeof claim.volume.wwid === 'string')
    return `anyblade volume show ${claim.volume.alias}`
  if ('blade' in claim) return `anyblade survey --on ${claim.blade}`
  if ('array' in claim) return `anyblade array show ${claim.array}`
  return 'other' in claim ? `anyblade blade show ${claim.other}` : 'anyblade volume list'
}
