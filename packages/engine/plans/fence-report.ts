/**
 * How far a fence came: the rungs that were reached for each volume, by the steps that were done, and what none of them
 * reaches. May come in: a plan and what became of its steps. May not: the hope that a rung which failed did something.
 */
import type { Alias } from '#documents'
import type { Plan, Step } from './plan.ts'

export type FenceReport = {
  readonly volumes: readonly { readonly volume: Alias; readonly rungs: readonly string[] }[]
  /** Whose guests, of those that were active, were cut off where they ran. */
  readonly cutOff: readonly string[]
  readonly isPowerOff: boolean
  /** One sentence each. */
  readonly notCovered: readonly string[]
}

/** `done`: the numbers of the steps that were. Undefined for a plan that is no fence. */
export function fenceReport({ intent, steps, doubtful }: Plan, done: ReadonlySet<number>): FenceReport | undefined {
  if (intent.kind !== 'fence-blade') return undefined
  const did = steps.filter((step) => done.has(step.number))
  const isPowerOff = did.some(({ action }) => action.kind === 'power-off')
  const guests = (of: readonly Step[]) => of.flatMap(({ action }) => (action.kind === 'stop-domain' ? [action.vm] : []))
  const cutOff = guests(did)
  const left = guests(steps).filter((vm) => !cutOff.includes(vm))
  const isThere = doubtful?.includes(intent.blade) === true
  const volumes = [...new Set(steps.flatMap(volumesOf))].map((volume) => ({ volume, rungs: rungs(volume, did) }))
  return {
    volumes,
    cutOff,
    isPowerOff,
    notCovered: [
      ...volumes.filter((one) => one.rungs.length === 0).map(({ volume }) => `${volume}: ${intent.blade} may write it`),
      ...(isPowerOff || (isThere && left.length === 0) ? [] : [stillThere(intent.blade, left)]),
    ],
  }
}

const stillThere = (blade: string, left: readonly string[]): string =>
  `processor and network of ${left.length === 0 ? 'the old copies' : left.join(', ')} on ${blade}: ` +
  'what still runs there can’t write its disks, and may answer under the guest’s address until its first write'

function volumesOf({ action }: Step): Alias[] {
  if (action.kind === 'hold-fence') return action.volumes.map(({ alias }) => alias)
  return action.kind === 'hide-volume' ? [action.volume] : []
}

function rungs(volume: Alias, did: readonly Step[]): string[] {
  const has = (test: (action: Step['action']) => boolean) => did.some(({ action }) => test(action))
  return [
    ...(has((a) => a.kind === 'fence-volume' && a.alias === volume) ? ['preempted'] : []),
    ...(has((a) => a.kind === 'hold-fence' && a.volumes.some(({ alias }) => alias === volume)) ? ['steady'] : []),
    ...(has((a) => a.kind === 'hide-volume' && a.volume === volume) ? ['hidden by the array'] : []),
  ]
}
