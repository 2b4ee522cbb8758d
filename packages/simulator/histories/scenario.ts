/**
 * Which history a seed is. The first ones go through every intent, every fault and every act in turn, so that each pair is
 * reached; most later ones take two blows, so that undoing and resuming are hurt as well.
 */
import { Dice } from '#time'
import type { Bug } from '#world'
import { FAULTS, type FaultName } from './faults.ts'
import type { Blow, Scenario } from './history.ts'
import { BUSY, INTENTS, type IntentKind } from './intents.ts'

/** The acts of each intent where all goes well, in their order. */
export const ACTS: Readonly<Record<IntentKind, readonly string[]>> = {
  'create-volume': [
    'carve-volume',
    'carve-volume',
    'check-lun-free',
    'check-lun-free',
    'map-volume',
    'map-volume',
    'scan-lun',
    'scan-lun',
    'install-config',
    'install-config',
    'reserve-volume',
    'reserve-volume',
    'record-documents',
  ],
  'define-vm': ['register-key', 'preempt-key', 'define-domain', 'record-documents'],
  'start-vm': ['start-domain'],
  'stop-vm': ['stop-domain'],
  'reassert-volume': ['reassert-volume'],
  'fence-blade': ['reserve-volume', 'stop-domain', 'fence-volume', 'hold-fence', 'hide-volume', 'record-documents'],
  'start-vm-cold': ['hold-fence', 'define-domain', 'start-domain', 'record-documents'],
  'return-blade': ['undefine-domain', 'show-volume', 'scan-lun', 'install-config', 'drop-keys', 'record-documents'],
  'adopt-volume': [
    ...['tag-volume', 'check-unused', 'check-unused', 'check-lun-free', 'show-volume', 'scan-lun'],
    ...['install-config', 'install-config', 'reserve-volume', 'record-documents'],
  ],
  'grow-volume': [
    ...['grow-volume', 'rescan-paths', 'rescan-paths', 'resize-map', 'resize-map', 'resize-disk', 'record-documents'],
  ],
  'delete-volume': [
    ...['check-unused', 'check-unused', 'install-config', 'install-config', 'flush-map', 'flush-map', 'unmap-volume'],
    ...['flush-map', 'flush-map', 'remove-paths', 'remove-paths', 'install-config', 'install-config'],
    ...['forget-lun', 'forget-lun', 'certify-gone', 'certify-gone', 'record-documents'],
  ],
  'restore-volume': [
    ...['check-lun-free', 'check-lun-free', 'map-volume', 'scan-lun', 'scan-lun', 'install-config', 'install-config'],
    ...['reserve-volume', 'record-documents'],
  ],
  'purge-volume': ['certify-gone', 'certify-gone', 'delete-volume', 'record-documents'],
  'roll-out': ['install-config', 'record-documents'],
  'baseline-blade': [
    ...['install-config', 'install-host-file', 'install-host-file', 'install-host-file', 'disable-autostart'],
    'record-documents',
  ],
  'rename-volumes': ['undefine-domain', 'install-config', 'install-config', 'define-domain', 'record-documents'],
  'remove-blade': [
    ...['drop-keys', 'install-config', 'flush-map', 'hide-volume', 'flush-map', 'remove-paths', 'install-config'],
    ...['forget-lun', 'certify-gone', 'install-host-file', 'leave-fleet', 'record-documents'],
  ],
  'rescan-volumes': ['remove-stale', 'rescan-lun'],
  'resume-vm': ['resume-domain'],
  'roll-blade': ['check-command', 'run-command', 'reboot-host'],
  'migrate-vm': ['register-key', 'await-landing', 'migrate-domain', 'record-documents'],
}

const NAMES = Object.keys(FAULTS).filter((name): name is FaultName => name in FAULTS)

/** Those that may have happened before anybody begins. */
const EARLY: readonly FaultName[] = [
  'a fabric fails at the destination',
  'the source is out of reach',
  'the source loses power',
  'the array reboots, and forgets',
  'a LUN number is reused',
  'the drop-in is reverted',
  'the drop-in is reverted again and again',
  'a foreign key is registered',
  'somebody starts it by hand',
]

/** Each fault at each act of each intent, and before any. */
const ONE_BLOW: readonly (readonly [IntentKind, Blow])[] = INTENTS.flatMap((intent) => [
  ...EARLY.map((fault) => [intent, { fault, at: -1 }] as const),
  ...ACTS[intent].flatMap((_, at) => NAMES.map((fault) => [intent, { fault, at }] as const)),
])
const WEIGHED: readonly IntentKind[] = [...INTENTS, 'migrate-vm', 'migrate-vm', 'create-volume']
const CONFIGURE: ReadonlySet<IntentKind> = new Set(INTENTS.filter((intent) => ACTS[intent].includes('install-config')))
/** Undoing takes as many acts again. */
const FARTHEST = 2

export function scenarioOf(seed: number, bugs: ReadonlySet<Bug> = new Set()): Scenario {
  const single = seed % 2 === 0 ? ONE_BLOW[(seed / 2) % ONE_BLOW.length] : undefined
  if (single !== undefined) return { seed, intent: single[0], blows: [single[1]], bugs }
  // Dice of its own: those of the world go on from the seed as they do after one blow.
  const dice = new Dice(-seed)
  const intent = dice.of(WEIGHED)
  const acts = ACTS[intent].length
  const at = dice.between(0, acts - 1)
  const blows = [
    { fault: dice.of(NAMES), at },
    { fault: dice.of(NAMES), at: at + dice.between(0, FARTHEST * acts) },
  ]
  if (intent === 'migrate-vm' && dice.between(0, 2) === 0) return { seed, intent, blows, bugs, busy: dice.of(BUSY) }
  return { seed, intent, blows, bugs, puppet: CONFIGURE.has(intent) && dice.between(0, 2) === 0 }
}

/** All pairs of an act and a fault that one blow can make. */
export const PAIRS: readonly string[] = [
  ...new Set(ONE_BLOW.map(([intent, { fault, at }]) => `${fault} at ${ACTS[intent][at] ?? 'the start'}`)),
]
