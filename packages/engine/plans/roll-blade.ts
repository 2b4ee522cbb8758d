/**
 * One blade's part of rolling maintenance, in three runs, for a reboot ends every lease there is on the blade. `open`: the
 * blade is whole, and its shell can read the command. `work`: nothing runs there any more; the operator's command, then a
 * reboot where one is wished for. `close`: it is as whole as it was. What moves guests in between are runs of their own.
 */
import type { BladeName, Fleet } from '#documents'
import { EngineError } from '#errors'
import { BASELINE_PARTS, type Claim } from '#findings'
import { reportOf, type Survey } from '#survey'
import type { Intent } from './intent.ts'
import { bladeIn } from './missing.ts'
import { type Draft, draft, type Plan, plan } from './plan.ts'
import { claimed, storageOn } from './vm-claims.ts'
import { reservedAtHome, reservedIn } from './writer-claims.ts'

type RollBlade = Extract<Intent, { readonly kind: 'roll-blade' }>

/** @throws EngineError where the blade is fenced */
export function claimsOfRollBlade(fleet: Fleet, { blade, stage }: RollBlade): Claim[] {
  if (bladeIn(fleet, blade).fenced === true)
    throw new EngineError('intent-invalid', {
      attempted: `work on ${blade}`,
      found: 'it is fenced',
      hint: `anyblade blade return ${blade}`,
    })
  switch (stage) {
    case 'open':
      return wholeness(fleet, blade)
    case 'work':
      return emptied(fleet, blade)
    case 'close':
      return [...wholeness(fleet, blade), ...gone(fleet, blade)]
  }
}

/** Keys, configuration, paths and host are as the fleet wants them of a blade that VMs may run on. */
function wholeness(fleet: Fleet, blade: BladeName): Claim[] {
  const volumes = [...fleet.volumes.values()]
  const reserved = reservedIn(fleet, { volumes: volumes.map(({ alias }) => alias) })
  return [
    { kind: 'answers', blade },
    { kind: 'fresh', blade },
    { kind: 'paths-up', blade },
    ...storageOn(fleet, { volumes: volumes.map(({ alias }) => alias) }, blade, false),
    ...volumes.map((volume): Claim => ({ kind: 'alias-held', blade, volume: claimed(volume) })),
    ...reserved.map(({ volume }): Claim => ({ kind: 'key-file', blade, volume: claimed(volume) })),
    ...reserved.filter(({ home }) => home === blade).map((one) => reservedAtHome(one)),
    { kind: 'baseline', blade, parts: BASELINE_PARTS },
  ]
}

const emptied = (fleet: Fleet, blade: BladeName): Claim[] => [
  { kind: 'answers', blade },
  ...[...fleet.vms.values()].map(
    ({ name: vm, uuid }): Claim => ({ kind: 'domain', blade, vm, uuid, wanted: 'not running' }),
  ),
]

/** Nothing of what was moved off has come back with the boot. */
const gone = (fleet: Fleet, blade: BladeName): Claim[] =>
  [...fleet.vms.values()]
    .filter(({ home }) => home !== blade)
    .map(({ name: vm, uuid }): Claim => ({ kind: 'domain', blade, vm, uuid, wanted: 'absent' }))

export function planRollBlade(fleet: Fleet, survey: Survey, intent: RollBlade): Plan {
  const { blade, stage, command, roll } = intent
  const title = `${TITLES[stage]} ${blade}, roll ${roll}`
  const checked = draft({ kind: 'check-command', blade, command }, 'forward', [{ kind: 'answers', blade }])
  const head = { title, intent, basis: fleet.commit }
  if (stage === 'open') return plan(head, [checked], [blade])
  return plan(head, stage === 'work' ? [checked, ...work(fleet, survey, intent)] : [closed(fleet, intent)], [blade])
}

const TITLES = { open: 'begin the work on', work: 'work on', close: 'end the work on' } as const

function work(fleet: Fleet, survey: Survey, { blade, command, seconds, reboot }: RollBlade): Draft[] {
  const bootId = reportOf(survey, blade)?.host.bootId
  if (bootId === undefined) throw new RangeError('claimed to answer')
  return [
    draft({ kind: 'run-command', blade, command, seconds }, 'forward', emptied(fleet, blade)),
    ...(reboot ? [draft({ kind: 'reboot-host', blade, bootId }, 'forward', emptied(fleet, blade))] : []),
  ]
}

const closed = (fleet: Fleet, { blade, roll }: RollBlade): Draft =>
  draft(
    {
      kind: 'record-documents',
      changes: [],
      rendered: [blade],
      message: `blade ${blade}: worked on, roll ${roll}`,
    },
    'undoable',
    [...wholeness(fleet, blade), ...gone(fleet, blade)],
  )
