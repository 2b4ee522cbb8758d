/**
 * Promise 5: on every blade alias to WWID is one to one, and a volume that a run has recorded is called what its
 * document says on every blade in service. What somebody else has changed since then is for a finding to report.
 */
import { bladesInService } from '#documents'
import type { BladeFacts, Judge, Moment } from './history.ts'

export const oneAlias: Judge = ({ happening, facts }) => {
  const isMade = happening.kind === 'ended' && happening.outcome === 'done'
  const created = isMade ? happening.creates : []
  return facts.blades.flatMap((blade) => [...twice(blade), ...missing(blade, created, facts)])
}

/** Two maps of one LUN, or two aliases of it. */
const twice = ({ blade, maps, aliases }: BladeFacts): string[] => [
  ...several(maps.map(({ wwid }) => wwid)).map((wwid) => `${blade} has two maps of ${wwid}`),
  ...several([...(aliases?.values() ?? [])]).map((wwid) => `${blade} has two aliases for ${wwid}`),
]

const several = (values: readonly string[]): string[] => [
  ...new Set(values.filter((value, at) => values.indexOf(value) !== at)),
]

/** A blade that is fenced gets what it lacks when it is taken back; one that has left the fleet lacks nothing. */
const missing = ({ blade, maps, aliases }: BladeFacts, created: readonly string[], { fleet }: Moment['facts']) =>
  [...fleet.volumes.values()]
    .filter(({ alias }) => created.includes(alias) && bladesInService(fleet).includes(blade))
    .flatMap(({ alias, wwid }) => [
      ...(maps.some((map) => map.alias === alias && map.wwid === wwid)
        ? []
        : [`${blade} has no map ${alias} of ${wwid}`]),
      ...(aliases === undefined || aliases.get(alias) === wwid ? [] : [`${blade}'s configuration lacks ${alias}`]),
    ])
