/**
 * Claim: the VM may go on at the blade before all of its memory is there. The emulator there serves a page that is missed by
 * userfaultfd, which a kernel may allow to root alone; and once the guest has gone on, only the array bars what is left of it
 * at its source.
 */
import { reportOf, type Survey, silenceOf } from '#survey'
import { type ClaimOf, type Finding, proved, refuted, unknown } from './finding.ts'

export function postCopy(claim: ClaimOf<'post-copy'>, survey: Survey): Finding {
  const { blade, vm, unkept } = claim
  if (unkept.length > 0)
    return refuted(
      claim,
      `the array keeps ${unkept.join(', ')} to no single writer: nobody would bar the source of ${vm}`,
      {
        next: `anyblade vm migrate ${vm} --to ${blade}, without --post-copy`,
      },
    )
  const report = reportOf(survey, blade)
  if (report === undefined) return unknown(claim, silenceOf(survey, blade))
  if (report.host.servesMissingPages === false)
    return refuted(
      claim,
      `the kernel of ${blade} keeps userfaultfd to root: no emulator there can serve a page that it misses`,
      {
        next: `sysctl -w vm.unprivileged_userfaultfd=1 on ${blade}, and the same in /etc/sysctl.d`,
      },
    )
  return proved(
    claim,
    `an emulator on ${blade} may serve pages that it misses, and the array keeps its disks to one writer`,
  )
}
