/** An action out of a journal; a kind that is missing here stops the type checker. */
import { z } from 'zod'
import type { Action } from '#actions'
import { NAME } from '#documents'
import {
  answerRef,
  array,
  blade,
  how,
  type Kinds,
  key,
  kind,
  line,
  lun,
  ofStep,
  ofVm,
  pace,
  ports,
  size,
  tag,
  volume,
  wwidRef,
  xml,
} from './fields.ts'

const onArray = { array, volume, tag }
const onLun = { blade, volume, lun, targetPorts: ports, wwid: wwidRef }
const onMap = { blade, alias: volume, wwid: wwidRef }
const keys = z.array(z.object({ alias: volume, ours: key, theirs: key })).max(1000)

const field = z.object({
  path: z.array(z.string().regex(NAME)).min(1).max(10),
  value: z.union([ofStep, z.string().max(1000), z.array(z.string().max(1000)).max(1000)]),
})
/** A path from the fleet's directory, never out of it. */
const document = z.string().regex(/^(?:[A-Za-z0-9_][A-Za-z0-9_.-]*\/)*[A-Za-z0-9_][A-Za-z0-9_.-]*$/)

export const actions = {
  'carve-volume': z.object({ ...kind('carve-volume'), ...onArray, size }),
  'delete-volume': z.object({ ...kind('delete-volume'), ...onArray, size }),
  'map-volume': z.object({ ...kind('map-volume'), ...onArray, lun, initiators: ports, wwid: wwidRef }),
  'unmap-volume': z.object({ ...kind('unmap-volume'), ...onArray, lun, initiators: ports, wwid: wwidRef }),
  'check-lun-free': z.object({ ...kind('check-lun-free'), ...onLun }),
  'remove-paths': z.object({ ...kind('remove-paths'), ...onLun }),
  'scan-lun': z.object({ ...kind('scan-lun'), ...onLun }),
  'flush-map': z.object({ ...kind('flush-map'), ...onLun }),
  'add-alias': z.object({ ...kind('add-alias'), ...onMap }),
  'remove-alias': z.object({ ...kind('remove-alias'), ...onMap }),
  'define-domain': z.object({ ...kind('define-domain'), ...ofVm, xml }),
  'undefine-domain': z.object({ ...kind('undefine-domain'), ...ofVm, xml }),
  'start-domain': z.object({ ...kind('start-domain'), ...ofVm }),
  'stop-domain': z.object({ ...kind('stop-domain'), ...ofVm, how }),
  'register-key': z.object({ ...kind('register-key'), ...onMap, key }),
  'reserve-volume': z.object({ ...kind('reserve-volume'), ...onMap, key }),
  'unregister-key': z.object({ ...kind('unregister-key'), ...onMap, key }),
  'preempt-key': z.object({ ...kind('preempt-key'), ...onMap, key, from: blade, theirs: key }),
  'await-landing': z.object({ ...kind('await-landing'), ...ofVm, keys, pace }),
  'dismiss-unit': z.object({ ...kind('dismiss-unit'), ...ofVm }),
  'migrate-domain': z.object({ ...kind('migrate-domain'), ...ofVm, keys, destination: blade, uri: line }),
  'hold-landing': z.object({ ...kind('hold-landing'), ...ofVm, keys }),
  'ask-source': z.object({ ...kind('ask-source'), ...ofVm }),
  'take-landing': z.object({ ...kind('take-landing'), ...ofVm, pace, source: answerRef }),
  'clear-source': z.object({ ...kind('clear-source'), ...ofVm, keys }),
  'record-documents': z.object({
    ...kind('record-documents'),
    changes: z.array(z.union([z.object({ document, set: z.array(field) }), z.object({ document, text: xml })])),
    rendered: z.array(blade),
    message: z.string().max(1000),
  }),
} as const satisfies Kinds<Action>
