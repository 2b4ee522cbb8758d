/**
 * Which history a seed is. The first ones go through every intent, every fault and every act in turn, so that each pair is
 * reached; most later ones take two blows, so that undoing and resuming are hurt as well.
 */
import type { Bug } from '#world'
import { FAULTS, type FaultName } from './faults.ts'
import { type Blow, INTENTS, type IntentKind, type Scenario } from './history.ts'

/** The acts of each intent where all goes well, in their order. */
export const ACTS: Readonly<Record<IntentKind, readonly string[]>> = {
  'create-volume': [
    'carve-volume',
    'check-lun-free',
    'check-lun-free',
    'map-volume',
    'scan-lun',
    'scan-lun',
    'install-config',
    'install-config',
    'reserve-volume',
    'record-documents',
  ],
  'define-vm': ['register-key', 'preempt-key', 'define-domain', 'record-documents'],
  'start-vm': ['start-domain'],
  'stop-vm': ['stop-domain'],
  'migrate-vm': ['register-key', 'await-landing', 'migrate-domain', 'record-documents'],
}

const NAMES = Object.keys(FAULTS).filter((name): name is FaultName => name in FAULTS)

/** Each fault at each act of each intent. */
const ONE_BLOW: readonly (readonly [IntentKind, Blow])[] = INTENTS.flatMap((intent) =>
  ACTS[intent].flatMap((_, at) => NAMES.map((fault) => [intent, { fault, at }] as const)),
)
const WEIGHED: readonly IntentKind[] = [...INTENTS, 'migrate-vm', 'migrate-vm', 'create-volume']
/** Undoing takes as many acts again. */
const FARTHEST = 2

/** A share of the seed: `seed` divided by all that was taken from it before. */
const nth = <T>(of: readonly T[], number: number): T => {
  const chosen = of[number % of.length]
  if (chosen === undefined) throw new RangeError('nothing to choose from')
  return chosen
}

export function scenarioOf(seed: number, bugs: ReadonlySet<Bug> = new Set()): Scenario {
  const single = seed % 2 === 0 ? nth(ONE_BLOW, seed / 2) : undefined
  if (single !== undefined) return { seed, intent: single[0], blows: [single[1]], bugs }
  const number = (seed - 1) / 2
  const intent = nth(WEIGHED, number)
  const first = Math.floor(number / WEIGHED.length)
  const second = Math.floor(first / NAMES.length)
  const acts = ACTS[intent].length
  const at = (seed * 7) % acts
  const blows = [
    { fault: nth(NAMES, first), at },
    { fault: nth(NAMES, second), at: at + 1 + ((seed * 13) % (FARTHEST * acts)) },
  ]
  return { seed, intent, blows, bugs }
}

/** All pairs of an act and a fault that one blow can make. */
export const PAIRS: readonly string[] = [
  ...new Set(ONE_BLOW.map(([intent, { fault, at }]) => `${fault} at ${ACTS[intent][at]}`)),
]
export const HISTORIES_FOR_PAIRS = 2 * ONE_BLOW.length
