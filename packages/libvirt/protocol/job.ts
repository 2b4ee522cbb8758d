/**
 * How far a job (a migration) has come, out of libvirt's parameters.
 * May come in: parameters of jobStats or of a jobCompleted event. May not: a figure that libvirt did not give.
 */
import { numberOf, type TypedParameters, textOf } from './typed-parameter.ts'

/** Source: virDomainJobType. `bounded` knows its end, `unbounded` does not (a migration). */
const JOB_TYPES = ['none', 'bounded', 'unbounded', 'completed', 'failed', 'cancelled'] as const
export type JobType = (typeof JOB_TYPES)[number] | 'unknown'

/** Source: virDomainJobOperation */
const OPERATIONS = [
  'unknown',
  'start',
  'save',
  'restore',
  'migration-in',
  'migration-out',
  'snapshot',
  'snapshot-revert',
  'dump',
  'backup',
  'snapshot-delete',
] as const
export type JobOperation = (typeof OPERATIONS)[number]

/** Undefined: libvirt did not say, which differs between releases, phases and the two sides. */
export type JobProgress = {
  readonly type: JobType
  readonly operation: JobOperation
  readonly elapsedMs: number | undefined
  readonly memoryTotalBytes: number | undefined
  readonly memoryProcessedBytes: number | undefined
  readonly memoryRemainingBytes: number | undefined
  readonly memoryBytesPerSecond: number | undefined
  readonly dirtyPagesPerSecond: number | undefined
  readonly pageBytes: number | undefined
  readonly iterationCount: number | undefined
  /** Expected while it runs, measured when it is over. */
  readonly downtimeMs: number | undefined
  readonly setupMs: number | undefined
  /** How much auto-converge slows the guest. */
  readonly throttlePercent: number | undefined
  /** Of a job that is over. */
  readonly success: boolean | undefined
  readonly errorMessage: string | undefined
}

export function jobProgress(type: number, parameters: TypedParameters): JobProgress {
  const number = (name: string) => numberOf(parameters, name)
  const success = parameters.get('success')
  return {
    type: JOB_TYPES[type] ?? 'unknown',
    operation: OPERATIONS[number('operation') ?? 0] ?? 'unknown',
    elapsedMs: number('time_elapsed'),
    memoryTotalBytes: number('memory_total'),
    memoryProcessedBytes: number('memory_processed'),
    memoryRemainingBytes: number('memory_remaining'),
    memoryBytesPerSecond: number('memory_bps'),
    dirtyPagesPerSecond: number('memory_dirty_rate'),
    pageBytes: number('memory_page_size'),
    iterationCount: number('memory_iteration'),
    downtimeMs: number('downtime'),
    setupMs: number('setup_time'),
    throttlePercent: number('auto_converge_throttle'),
    success: success?.type === 'boolean' ? success.value : undefined,
    errorMessage: textOf(parameters, 'errmsg'),
  }
}
