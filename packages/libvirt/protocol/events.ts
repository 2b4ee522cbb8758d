/**
 * Events: what libvirt tells without being asked, once they are registered for.
 * May come in: the body of a message whose procedure is an event. May not: an event that we can't read, unnoticed.
 */
import { malformed } from '#errors'
import { Reader } from '#xdr'
import { type DomainRef, readDomainRef } from './domain-ref.ts'
import { type JobProgress, jobProgress } from './job.ts'
import { readParameters } from './typed-parameter.ts'
import { type LifecycleChange, lifecycle } from './words.ts'

/** Their number at registration. Source: virDomainEventID */
export const EVENT_KINDS = { lifecycle: 0, 'io-error': 6, 'migration-iteration': 20, 'job-completed': 21 } as const
export type EventKind = keyof typeof EVENT_KINDS

type Of<Kind extends EventKind> = { readonly kind: Kind; readonly callbackId: number; readonly domain: DomainRef }
export type LibvirtEvent =
  | (Of<'lifecycle'> & { readonly change: LifecycleChange; readonly detail: string })
  | (Of<'io-error'> & {
      readonly sourcePath: string
      readonly deviceAlias: string
      readonly action: 'none' | 'pause' | 'report' | 'unknown'
      /** `enospc`, or '' where the emulator does not say. */
      readonly reason: string
    })
  | (Of<'migration-iteration'> & { readonly iteration: number })
  | (Of<'job-completed'> & { readonly job: JobProgress })

/** The kind of event that a message's procedure stands for. Source: remote_procedure, …_EVENT_CALLBACK_… */
const KINDS: Readonly<Partial<Record<number, EventKind>>> = {
  318: 'lifecycle',
  324: 'io-error',
  359: 'migration-iteration',
  363: 'job-completed',
}

export function eventKindOf(procedure: number): EventKind | undefined {
  return KINDS[procedure]
}

/** @throws LibvirtError `malformed`, also for a procedure that is no event of ours: we registered for no other */
export function readEvent(procedure: number, body: Uint8Array): LibvirtEvent {
  const kind = eventKindOf(procedure)
  if (kind === undefined) throw malformed(`an event of the unknown procedure ${procedure}`)
  const reader = new Reader(body)
  const event = readBody(kind, reader)
  reader.end()
  return event
}

const IO_ACTIONS = ['none', 'pause', 'report'] as const

function readBody(kind: EventKind, reader: Reader): LibvirtEvent {
  const callbackId = reader.int32()
  const domain = readDomainRef(reader)
  switch (kind) {
    case 'lifecycle':
      return { kind, callbackId, domain, ...lifecycle(reader.int32(), reader.int32()) }
    case 'io-error': {
      const [sourcePath, deviceAlias] = [reader.message(), reader.message()]
      const action = IO_ACTIONS[reader.int32()] ?? 'unknown'
      return { kind, callbackId, domain, sourcePath, deviceAlias, action, reason: reader.message() }
    }
    case 'migration-iteration':
      return { kind, callbackId, domain, iteration: reader.int32() }
    case 'job-completed':
      return { kind, callbackId, domain, job: jobProgress(3, readParameters(reader)) }
    default:
      throw new TypeError(`no reader for ${JSON.stringify(kind satisfies never)}`)
  }
}
