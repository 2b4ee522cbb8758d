/**
 * Promise 4: nothing is unmapped or deleted on the array while a blade holds a map, a path or a user of it, and after
 * that nothing of it is left anywhere. The paths go after the unmapping and before the deletion: a path that is deleted
 * while the array still maps its LUN comes back (facts: 10 of 10). A LUN number is not given to another LUN while a
 * blade remembers the last one.
 */
import type { Action } from '#actions'
import type { Facts, Judge } from './history.ts'

export const nothingGoesWhileUsed: Judge = ({ happening, facts }, before) => {
  if (happening.kind === 'ended' && happening.outcome === 'undone')
    return [
      ...happening.creates.flatMap((alias) => residue(facts, alias)),
      ...(happening.adopts ?? []).flatMap((wwid) => loss(facts, wwid)),
    ]
  if (happening.kind !== 'acted' || before === undefined) return []
  return judged(happening.action, before.facts, facts)
}

function judged(action: Action, before: Facts, after: Facts): string[] {
  switch (action.kind) {
    case 'unmap-volume':
    case 'delete-volume': {
      const wwid = before.luns.find((lun) => lun.tag === action.tag)?.wwid
      if (wwid === undefined) return [] // it was gone before
      const isUnmapping = action.kind === 'unmap-volume'
      return users(before, wwid, isUnmapping).map(
        (user) => `${action.volume} was ${isUnmapping ? 'unmapped' : 'deleted'} while ${user}`,
      )
    }
    case 'map-volume': {
      const wwid = after.luns.find((lun) => lun.tag === action.tag)?.wwid
      return before.blades.flatMap(({ blade, paths }) =>
        paths
          .filter((path) => path.lun === action.lun && path.wwid !== wwid)
          .map((path) => `LUN ${action.lun} became ${action.volume} while ${blade} remembers ${path.wwid} there`),
      )
    }
    default:
      return []
  }
}

function users({ blades, guests }: Facts, wwid: string, pathsMayStay: boolean): string[] {
  return [
    ...blades.flatMap(({ blade, maps, paths }) => [
      ...(maps.some((map) => map.wwid === wwid) ? [`${blade} has a map of it`] : []),
      ...(!pathsMayStay && paths.some((path) => path.wwid === wwid) ? [`${blade} has a path to it`] : []),
    ]),
    ...guests
      .filter(({ state, disks }) => state !== 'shut off' && disks.some(leadsTo(wwid)))
      .map(({ vm, blade }) => `${vm} on ${blade} has it`),
  ]
}

const leadsTo = (wwid: string) => (disk: { readonly leadsTo: readonly { readonly wwid: string }[] }) =>
  disk.leadsTo.some((target) => target.wwid === wwid)

/** What is left of a volume whose creation was taken back. */
function residue({ blades, luns, fleet }: Facts, alias: string): string[] {
  const tag = `anyblade.${fleet.settings.id}.${alias}`
  return [
    ...luns
      .filter((lun) => lun.tag === tag)
      .map(() => `the array still has ${alias} after its creation was taken back`),
    ...blades.flatMap(({ blade, maps, aliases }) => [
      ...(maps.some((map) => map.alias === alias) ? [`${blade} still has the map ${alias}`] : []),
      ...(aliases?.has(alias) ? [`${blade} still has the alias ${alias} in its configuration`] : []),
    ]),
  ]
}

/** A LUN that was there before somebody was to take it over is there still, and shown. */
const loss = ({ luns }: Facts, wwid: string): string[] =>
  luns.some((lun) => lun.wwid === wwid && lun.lunNumbers.length > 0)
    ? []
    : [`the array has lost ${wwid} after its adoption was taken back`]
