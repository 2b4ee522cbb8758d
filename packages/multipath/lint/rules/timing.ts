/**
 * How long I/O waits: queueing, retries, and the two timeouts of the transport.
 * Source: libmultipath/discovery.c, sysfs_set_scsi_tmo(); multipath.conf(5)
 */

import { removeLine } from '../edit.ts'
import { type Holding, settingsOf } from '../effective.ts'
import { always, type Hit, hitAtTop, hitAtValue, type Rule, replaceValue, settingRule } from '../rule.ts'
import { isSaid, lastIn, type Subject } from '../subject.ts'

const queues = /\bqueue_if_no_path\b/

export const endlessQueue: Rule = settingRule({
  id: 'MP025',
  severity: 'error',
  releases: always,
  title: 'I/O waits for ever when all paths are down',
  rationale: 'A guest hangs, qemu can be neither killed nor migrated, and the host does not shut down.',
  fix: 'no_path_retry with a number, such as 16, and werror=stop rerror=stop in the guest',
  fields: ['no_path_retry', 'features'],
  wrong: ({ field, value, container }, subject) => {
    if (subject.host.vmHost !== true) return undefined
    if (field === 'no_path_retry') return value === 'queue' ? 'guests hang when all paths are down' : undefined
    return queues.test(value) && lastIn(subject, container, 'no_path_retry') === undefined
      ? 'queue_if_no_path has no limit: guests hang when all paths are down'
      : undefined
  },
})

export const twoQueues: Rule = settingRule({
  id: 'MP026',
  severity: 'warning',
  releases: always,
  title: 'queue_if_no_path and no_path_retry',
  rationale: 'no_path_retry wins; the feature misleads the reader.',
  fix: 'drop queue_if_no_path',
  fields: ['features'],
  wrong: ({ value, container }, subject) => {
    const text = lastIn(subject, container, 'no_path_retry')?.statement.value?.text
    return queues.test(value) && text !== undefined && text !== 'queue' ? `no_path_retry ${text} wins` : undefined
  },
  cure: (said) => {
    const words = said.value
      .trim()
      .split(/\s+/)
      .slice(1)
      .filter((word) => word !== 'queue_if_no_path')
    return replaceValue(said, `"${[words.length, ...words].join(' ')}"`)
  },
})

export const noRetry: Rule = settingRule({
  id: 'MP027',
  severity: 'warning',
  releases: always,
  title: 'no_path_retry fail for the disks of guests',
  rationale: 'A short event in the fabric becomes an I/O error in the guest.',
  fix: '4 to 30 retries',
  fields: ['no_path_retry'],
  wrong: ({ value }, { host }) =>
    host.vmHost === true && (value === 'fail' || value === '0')
      ? 'a short loss of all paths is an error in the guest'
      : undefined,
})

type Timing = { readonly fast: Holding; readonly loss: Holding; readonly retry: Holding; readonly interval: Holding }

const absent: Holding = { value: '', said: undefined }

function timings(subject: Subject): readonly Timing[] {
  const fields = ['fast_io_fail_tmo', 'dev_loss_tmo', 'no_path_retry', 'polling_interval']
  return settingsOf(subject, fields).map((held) => ({
    fast: held.get('fast_io_fail_tmo') ?? absent,
    loss: held.get('dev_loss_tmo') ?? absent,
    retry: held.get('no_path_retry') ?? absent,
    interval: held.get('polling_interval') ?? absent,
  }))
}

/** Seconds; infinity for that word, undefined where it is off or not set. */
function seconds({ value }: Holding): number | undefined {
  if (value === 'infinity') return Number.POSITIVE_INFINITY
  return /^\d+$/.test(value) && value !== '0' ? Number(value) : undefined
}

/** Where to point: the first of these that a file said. */
function pointAt(subject: Subject, holdings: readonly Holding[], rest: { consequence: string }): readonly Hit[] {
  const said = holdings.find((held) => held.said !== undefined)?.said
  return said === undefined ? hitAtTop(subject, rest) : [hitAtValue(said, rest)]
}

export const fastNotFast: Rule = {
  id: 'MP028',
  severity: 'error',
  releases: always,
  title: 'fast_io_fail_tmo is not smaller than dev_loss_tmo',
  rationale:
    'The tool turns fast_io_fail_tmo off: I/O on a dead path waits for dev_loss_tmo before it goes over another.',
  fix: 'fast_io_fail_tmo 5 and dev_loss_tmo 30 or more',
  find: (subject) =>
    timings(subject).flatMap(({ fast, loss }) => {
      const [quick, lost] = [seconds(fast), seconds(loss)]
      if (quick === undefined || lost === undefined || quick < lost || loss.said === undefined) return []
      return pointAt(subject, [fast, loss], {
        consequence: `${quick} is not smaller than ${lost}: failing over takes ${lost} s`,
      })
    }),
}

export const lossCapped: Rule = {
  id: 'MP029',
  severity: 'warning',
  releases: always,
  title: 'dev_loss_tmo over 600 without fast_io_fail_tmo',
  rationale: 'The kernel takes 600 at most then.',
  fix: 'set fast_io_fail_tmo',
  find: (subject) =>
    timings(subject).flatMap(({ fast, loss }) => {
      const lost = seconds(loss)
      if (lost === undefined || lost <= 600 || fast.value !== 'off') return []
      return pointAt(subject, [loss], { consequence: 'it is 600 in effect' })
    }),
}

export const lossTooShort: Rule = {
  id: 'MP030',
  severity: 'warning',
  releases: always,
  title: 'dev_loss_tmo is shorter than the retries last',
  rationale: 'The daemon raises it: "because of no_path_retry setting".',
  fix: 'make them fit: dev_loss_tmo at least no_path_retry times polling_interval',
  find: (subject) =>
    timings(subject).flatMap(({ loss, retry, interval }) => {
      const lost = seconds(loss)
      if (lost === undefined || loss.said === undefined) return []
      const wait = retry.value === 'queue' ? Number.POSITIVE_INFINITY : Number(retry.value) * (seconds(interval) ?? 5)
      if (!(wait > lost)) return []
      const raised = wait === Number.POSITIVE_INFINITY ? 'infinity' : `${wait} s`
      return pointAt(subject, [loss], { consequence: `it is raised to ${raised}, for no_path_retry is ${retry.value}` })
    }),
}

export const flushFails: Rule = settingRule({
  id: 'MP033',
  severity: 'warning',
  releases: '0.9.9-',
  title: 'flush_on_last_del for the disks of guests',
  rationale: 'Since 0.9.9 I/O that waits is failed when the last path goes.',
  fix: 'leave it at unused, the built-in value',
  fields: ['flush_on_last_del'],
  wrong: ({ value }, { host }) =>
    host.vmHost === true && /^(yes|1|always)$/.test(value)
      ? 'I/O of guests fails when the last path is deleted'
      : undefined,
})

export const flushHangs: Rule = settingRule({
  id: 'MP034',
  severity: 'warning',
  releases: '0.0.0-0.9.8',
  title: 'flush_on_last_del no with queueing',
  rationale: 'multipathd can hang when the last path of a map is deleted that queues.',
  fix: 'flush_on_last_del yes when LUNs are unmapped, or disablequeueing for the map first',
  fields: ['flush_on_last_del'],
  wrong: ({ value }, subject) => {
    const isQueueing = isSaid(subject, 'no_path_retry', /^(?!(fail|0)$)/)
    return /^(no|0)$/.test(value) && isQueueing ? 'multipathd can hang when a LUN is unmapped' : undefined
  },
})

export const lateRemove: Rule = settingRule({
  id: 'MP036',
  severity: 'info',
  releases: always,
  title: 'deferred_remove yes',
  rationale: 'multipath -f on a map in use says done and removes it later: an unmap takes the LUN for free.',
  fix: 'use no, and look at the open count',
  fields: ['deferred_remove'],
  wrong: ({ value }) => (/^(yes|1)$/.test(value) ? 'a map that is still in use counts as removed' : undefined),
  cure: ({ statement }) => [removeLine(statement.line)],
})

export const timingRules: readonly Rule[] = [
  endlessQueue,
  twoQueues,
  noRetry,
  fastNotFast,
  lossCapped,
  lossTooShort,
  flushFails,
  flushHangs,
  lateRemove,
]
