/**
 * Jobs of a domain: how far they are, how they ended, ending them.
 * May come in: a domain with or without a job. May not: a wait (listen to the job-completed event).
 * All throw those of `Session.call`.
 */
import { type DomainRef, type JobInfo, type JobProgress, jobProgress, procedures } from '#protocol'
import type { Limits, Session } from '#session'

/** Source: VIR_DOMAIN_JOB_STATS_COMPLETED, which also forgets them */
const JOB = { current: 0, completed: 1 } as const

/** `current`: type `none` where there is no job. `completed`: the last one's, once. */
export async function jobOf(
  session: Session,
  domain: DomainRef,
  which: keyof typeof JOB,
  limits: Limits,
): Promise<JobProgress> {
  const { type, parameters } = await session.call(procedures.jobStats, { domain, flags: JOB[which] }, limits)
  return jobProgress(type, parameters)
}

/** libvirt's older and shorter answer, of daemons without statistics. `type` as in virDomainJobType, 0 is none. */
export function jobInfoOf(session: Session, domain: DomainRef, limits: Limits): Promise<JobInfo> {
  return session.call(procedures.jobInfo, { domain }, limits)
}

/** Returns before the job has ended; the migration's own call then fails with `operationAborted`. */
export function abortJob(session: Session, domain: DomainRef, limits: Limits): Promise<void> {
  return session.call(procedures.abortJob, { domain }, limits)
}
